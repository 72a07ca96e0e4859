/** Long work on the whole ledger that a user starts, watches and may stop: how far it is, and what it answers. */
import type { CancellationToken } from 'vscode-jsonrpc';
import * as z from 'zod';

/** In whatever unit the work counts. */
export const workProgressSchema = z.object({ done: z.number(), total: z.number() });
export type WorkProgress = z.infer<typeof workProgressSchema>;

/** Whoever asked for the work: is told how far it is, and may stop it. */
export interface Work {
  report: (progress: WorkProgress) => void;
  token?: CancellationToken | undefined;
}

/** What one may give along who asks for anything: to be told how far it is, and to stop it. */
export interface AskOptions {
  report?: Work['report'] | undefined;
  token?: Work['token'];
}

/** Events of one model that present prices rate differently. Nano-dollars; an unpriced event counts 0. */
const repricedModelSchema = z.object({
  provider: z.string(),
  model: z.string(),
  events: z.number(),
  oldNanos: z.number(),
  newNanos: z.number(),
});
export const repriceResultSchema = z.object({ cancelled: z.boolean(), models: z.array(repricedModelSchema) });
export type RepricedModel = z.infer<typeof repricedModelSchema>;
export type RepriceResult = z.infer<typeof repriceResultSchema>;

/** `added`: events that the ledger lacked; `improved`: known ones of which a better copy was found. */
export const rebuildResultSchema = z.object({ cancelled: z.boolean(), added: z.number(), improved: z.number() });
export type RebuildResult = z.infer<typeof rebuildResultSchema>;
