/** What several commands of the API take: names, counts, and whom a call is for; and sums as they answer them. */
import * as z from 'zod';

export const label = z.string().trim().min(1).max(256);
export const tokenCount = z.int().min(0).max(10_000_000_000);
export const instant = z.iso.datetime({ offset: true });

export const attributionShape = {
  project: label.optional(),
  agent: label.optional(),
  agentType: label.optional(),
  task: label.optional(),
  taskType: label.optional(),
  run: label.optional(),
  plan: label.optional(),
  session: label.optional(),
  user: label.optional(),
  team: label.optional(),
  tags: z.union([z.array(label).max(32), z.record(label, label)]).optional(),
};

/** Money in USD, as the nearest double of an exact nano-dollar sum. `unpricedEvents` are in `events` but not in `costUsd`. */
export interface Totals {
  costUsd: number;
  tokens: { input: number; output: number; cacheRead: number; cacheWrite: number; total: number };
  events: number;
  unpricedEvents: number;
}
