/**
 * Command API, version 1: asking before a call, runs, plans, overrides, alerts; and what is told between two calls. The answers:
 * budgetAnswers.ts. Money in USD, other measures as counts; instants RFC 3339.
 */
import * as z from 'zod';
import { attributionShape, instant, label, tokenCount } from './apiParts';
import { decisions } from './budgetAnswers';
import { capabilities } from '../configuration';

/** Longer than this nobody waits in one call: ask again. */
const longestWaitMs = 600_000;

const estimateSchema = z
  .strictObject({
    tokens: z
      .strictObject({
        input: tokenCount,
        output: tokenCount.default(0),
        cacheRead: tokenCount.default(0),
        cacheWrite: tokenCount.default(0),
        cacheWrite1h: tokenCount.default(0),
      })
      .optional(),
    costUsd: z.number().min(0).max(1_000_000).optional(),
  })
  .refine(({ tokens, costUsd }) => tokens !== undefined || costUsd !== undefined, {
    message: 'give tokens, or costUsd',
  });

const asking = {
  capabilities: z.array(z.enum(capabilities)).max(capabilities.length).optional(),
  /** Whether another model may answer instead. Default: where a limit says so. */
  allowFallback: z.boolean().optional(),
  /** How long the call itself waits for its turn. Default 0: it answers its place in the queue at once. */
  waitMs: z.int().min(0).max(longestWaitMs).optional(),
};

export const authorizeSchema = z.strictObject({
  provider: label,
  model: label,
  estimate: estimateSchema.optional(),
  /** Of an earlier answer `queue`: asks for its turn. */
  ticket: label.optional(),
  /** How long the reservation holds without a report. Default ten minutes. */
  expiresInMs: z.int().min(1_000).max(86_400_000).optional(),
  ...asking,
  ...attributionShape,
});
export type AuthorizeRequest = z.input<typeof authorizeSchema>;

export const releaseSchema = z.strictObject({ reservation: label });
export type ReleaseRequest = z.infer<typeof releaseSchema>;

export const startRunSchema = z.strictObject({
  provider: label.optional(),
  model: label.optional(),
  ...asking,
  ...attributionShape,
  run: label,
  agent: label,
});
export type StartRunRequest = z.input<typeof startRunSchema>;

export const runStatuses = ['ok', 'error', 'cancelled'] as const;
export const endRunSchema = z.strictObject({ run: label, status: z.enum(runStatuses).optional() });
export type EndRunRequest = z.infer<typeof endRunSchema>;

export const planStatusSchema = z.strictObject({ plan: label });
export type PlanStatusRequest = z.infer<typeof planStatusSchema>;

export const overrideSchema = z
  .strictObject({
    budget: label,
    /** Of a budget that every project (agent, …) has for itself: which. Default: all of them. */
    scopeId: label.optional(),
    /** Added to the limit, USD or a count. Default: no limit at all. */
    amount: z.number().positive().max(1e12).optional(),
    /** Default: the end of the present period. */
    until: instant.optional(),
    reason: z.string().trim().min(1).max(1_000),
  })
  .refine(({ amount, until }) => amount !== undefined || until !== undefined, {
    path: ['amount'],
    message: 'give an amount, an end (until), or both',
  });
/** An override that is in force, by its id: it ends now. */
export const endOverrideSchema = z.strictObject({ end: label });
export type OverrideRequest = z.infer<typeof overrideSchema> | z.infer<typeof endOverrideSchema>;

/**
 * `tell`: whether this window is the one that shows it, now. `close`: its notification is answered or gone, and another may
 * be shown. `never`: not this threshold of this budget any more.
 */
export const alertActions = ['tell', 'close', 'acknowledge', 'snooze', 'never'] as const;
export type AlertAction = (typeof alertActions)[number];
export const alertSchema = z.strictObject({
  id: z.string().min(1).max(2_000),
  action: z.enum(alertActions),
  /** Of a snooze. Default: an hour. */
  until: instant.optional(),
});
export type AlertRequest = z.infer<typeof alertSchema>;

export const queueSchema = z.strictObject({ cancel: label.optional() });
export type QueueRequest = z.infer<typeof queueSchema>;

export const auditSchema = z.strictObject({
  /** Entries behind this one. */
  after: z.int().min(0).optional(),
  limit: z.int().min(1).max(10_000).optional(),
});
export type AuditRequest = z.infer<typeof auditSchema>;

/** What happens between two calls, told to every window. */
export const budgetEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('turn'), ticket: z.string(), run: z.string().nullable(), decision: z.enum(decisions) }),
  z.object({ kind: z.literal('terminated'), run: z.string(), budget: z.string(), message: z.string() }),
  z.object({
    kind: z.literal('exhausted'),
    budget: z.string(),
    scopeId: z.string().nullable(),
    used: z.number(),
    limit: z.number(),
    message: z.string(),
  }),
]);
export type BudgetEvent = z.infer<typeof budgetEventSchema>;
