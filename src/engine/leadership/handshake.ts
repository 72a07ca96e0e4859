/** The first words between a lead and who follows it: who is it, may it, and which version is either. */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import * as z from 'zod';
import { workspaceLayerSchema } from '../../protocol/layers';
import type { Caller } from '../support/view';
import type { RunningVersion } from './runningVersion';

export const callerSchema: z.ZodType<Caller> = z
  .object({
    /** Windows of 0.1.0 do not say that they are windows. */
    kind: z.enum(['window', 'program']).default('window'),
    /** Windows of 0.1.0 have none. */
    window: z.string().optional(),
    sessionStartMs: z.number(),
    timezone: z.string(),
    workspaces: z.array(workspaceLayerSchema),
    environment: z.record(z.string(), z.string()),
  })
  .transform((caller) => ({ ...caller, window: caller.window ?? String(caller.sessionStartMs) }));

const runningVersionSchema: z.ZodType<RunningVersion> = z.object({
  snapshot: z.number(),
  product: z.string().max(100),
});

/** `version`: windows of 0.1.0 say none. */
export const joinSchema = z.object({
  token: z.string(),
  view: callerSchema,
  version: runningVersionSchema.optional(),
});
/** Windows of 0.1.0 answer with their epoch, and expect it. */
export const joinAnswerSchema = z.union([
  z.number().transform((epoch) => ({ epoch, version: null })),
  z.object({ epoch: z.number(), version: runningVersionSchema }),
]);
/** First message on a socket: the claim's token, and who comes. Answers who leads. */
export const joinRequest = new RequestType<
  z.infer<typeof joinSchema>,
  number | { epoch: number; version: RunningVersion },
  void
>('lead/join');
/** The caller looks at the ledger in another way now. */
export const viewNotification = new NotificationType<Caller>('lead/view');
export const pingRequest = new RequestType0<null, void>('lead/ping');
