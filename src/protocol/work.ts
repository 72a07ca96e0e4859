/**
 * Long work on the whole ledger that a user starts, watches and may stop: what it answers, and how its progress and its
 * cancellation travel between a window, its engine and the window that leads. What was done before a stop stays done.
 */
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import * as z from 'zod';
import { rebuildMethod, repriceMethod } from './requests';
import { workProgress } from './serveWork';

/** In whatever unit the work counts. */
const workProgressSchema = z.object({ done: z.number(), total: z.number() });
export type WorkProgress = z.infer<typeof workProgressSchema>;

/** Whoever asked for the work: is told how far it is, and may stop it. */
export interface Work {
  report: (progress: WorkProgress) => void;
  token?: CancellationToken | undefined;
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
const rebuildResultSchema = z.object({ cancelled: z.boolean(), added: z.number(), improved: z.number() });
export type RebuildResult = z.infer<typeof rebuildResultSchema>;

/** A request whose answer takes a while; the parameters come with a name for its progress. */
export interface WorkRequest<P, R> {
  method: string;
  parameters: z.ZodType<P>;
  result: z.ZodType<R>;
}

export const repriceRequest: WorkRequest<{ apply: boolean }, RepriceResult> = {
  method: repriceMethod,
  /** `apply: false` only says what would change. */
  parameters: z.object({ apply: z.boolean() }),
  result: repriceResultSchema,
};

/** Reads all logs from their beginnings and merges them into what is counted. */
export const rebuildRequest: WorkRequest<object, RebuildResult> = {
  method: rebuildMethod,
  parameters: z.object({}),
  result: rebuildResultSchema,
};

const progressSchema = z.object({ progress: z.string().max(100) });

/** What a request for work brought, or throws. */
export function askedWork<P, R>({ parameters }: WorkRequest<P, R>, asked: unknown): P & { progress: string } {
  return { ...parameters.parse(asked), ...progressSchema.parse(asked) };
}

let asked = 0;

/** Sends a request for work and passes on what comes back of it until its answer. */
export async function askForWork<P, R>(
  connection: MessageConnection,
  request: WorkRequest<P, R>,
  asking: P,
  work: Work,
): Promise<R> {
  const { method, result } = request;
  const parameters = request.parameters.parse(asking);
  asked += 1;
  const progress = `work-${asked}`;
  const listening = connection.onProgress(workProgress, progress, (value) => {
    const checked = workProgressSchema.safeParse(value);
    if (checked.success) work.report(checked.data);
  });
  try {
    return result.parse(await connection.sendRequest(method, { ...parameters, progress }, work.token));
  } finally {
    listening.dispose();
  }
}
