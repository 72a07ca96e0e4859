/** What several commands of the API take: names, counts, and whom a call is for. */
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
