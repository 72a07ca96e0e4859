/**
 * Command API, version 1: asking before a call, runs, plans, overrides, alerts. Money in USD as the nearest double of an exact
 * nano-dollar count, other measures as counts; instants RFC 3339.
 */
import * as z from 'zod';
import { attributionShape, instant, label, tokenCount, type Totals } from './apiParts';
import { capabilities, type AlertLevel, type LimitAction } from './configuration';

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

/** `tell`: whether this window is the one that shows it. `never`: not this threshold of this budget any more. */
export const alertActions = ['tell', 'acknowledge', 'snooze', 'never'] as const;
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

export const decisions = ['allow', 'warn', 'fallback', 'queue', 'block'] as const;
export type DecisionKind = (typeof decisions)[number];

/** Why a call is refused, or not without a warning. `budget`: the id of a budget or a quota; `null`: neither. */
export interface DecisionReason {
  kind: string;
  /** What it asks for: `warn`, `fallback`, `queue`, `block`, `terminate`. */
  effect: string;
  budget: string | null;
  scope: string | null;
  scopeId: string | null;
  period: string | null;
  measure: string | null;
  /** `null`: lifted, or none. */
  limit: number | null;
  used: number | null;
  reserved: number | null;
  /** What the request would add. */
  estimate: number | null;
  hard: boolean;
  resetsAt: string | null;
  retryAfterMs: number | null;
  message: string;
}

export interface SkippedProvider {
  provider: string;
  model: string | null;
  why: string;
  message: string;
}

export interface DecisionEstimate {
  /** `null`: nobody can tell. */
  costUsd: number | null;
  tokens: number | null;
  /** `caller`: its costUsd; `tokens`: its tokens, priced; `history`: the mean of the model's own calls; `none`. */
  from: 'caller' | 'tokens' | 'history' | 'none';
}

export interface QueuePlace {
  ticket: string;
  /** From 1 on. */
  position: number;
  expiresAt: string;
}

export interface Decision {
  decision: DecisionKind;
  /** Of the fallback where there is one. `null`: a run that named none. */
  provider: string | null;
  model: string | null;
  /** To be named by the report, or released. */
  reservation?: string;
  expiresAt?: string;
  estimate?: DecisionEstimate;
  reasons: DecisionReason[];
  skipped?: SkippedProvider[];
  queue?: QueuePlace;
  /** Of those that refuse: when none of them does any more. */
  retryAfterMs?: number;
  /** The run has used up what it may, and is over. */
  terminate?: boolean;
  notice?: string;
}

export type Settlement = 'settled' | 'late' | 'repeated' | 'unknown';

export interface Termination {
  run: string;
  budget: string;
  message: string;
}

export interface BudgetOverride {
  id: string;
  scopeId: string | null;
  /** `null`: no limit. */
  amount: number | null;
  until: string;
  reason: string;
}

export interface BudgetStatus {
  id: string;
  scope: string;
  scopeId: string | null;
  period: string;
  measure: string;
  /** With overrides by an amount; `null`: lifted. */
  limit: number | null;
  used: number;
  reserved: number;
  percent: number;
  level: AlertLevel | 'ok';
  /** `null`: it lasts as long as the run or the plan. */
  resetsAt: string | null;
  hard: boolean;
  action: LimitAction;
  override?: BudgetOverride[];
  forecast?: { burnRatePerHour: number; projected: number; exhaustsAt: string | null };
}

export interface AlertStatus {
  id: string;
  kind: string;
  level: AlertLevel;
  percent: number;
  message: string;
  budget: string | null;
  scopeId: string | null;
  firedAt: string;
  /** `false`: no window has shown it yet. */
  told: boolean;
}

export interface RunTotals extends Totals {
  run: string;
  /** `unknown`: nobody began it. */
  ended: 'ended' | 'terminated' | 'vanished' | 'idle' | 'unknown';
  /** Part of the events that were retries or failed. */
  retryRate: number;
  errorRate: number;
  durationMs: number | null;
}

export interface PlanExhaustion {
  budget: string;
  scopeId: string | null;
  at: string;
  used: number;
  limit: number;
  /** Who spent what used it up, where that is known. */
  agent: string | null;
  run: string | null;
  project: string | null;
}

export interface PlanStatus {
  plan: string;
  totalTokens: number;
  totalCostUsd: number;
  requests: number;
  costByProvider: Record<string, number>;
  /** Of the tightest money budget of this plan; `null`: it has none. */
  budgetRemainingUsd: number | null;
  budgets: BudgetStatus[];
  exhaustionEvents: PlanExhaustion[];
  /** The same in words, by name. */
  display: Record<string, string>;
}

export interface QueueValue {
  cancelled: boolean;
  waiting: {
    ticket: string;
    kind: 'run' | 'call';
    position: number;
    queuedAt: string;
    expiresAt: string;
    for: string[];
  }[];
}

export interface AuditValue {
  /** Whether the chain of hashes is whole. */
  intact: boolean;
  /** Number of the first entry that does not follow from the one before it. */
  brokenAt: number | null;
  entries: { seq: number; at: string; kind: string; detail: Record<string, unknown>; hash: string }[];
}

export interface BudgetApiValues {
  authorize: Decision;
  release: { released: boolean };
  startRun: Decision;
  endRun: RunTotals;
  planStatus: PlanStatus;
  override: { id: string; until: string };
  alert: { done: boolean };
  queue: QueueValue;
  audit: AuditValue;
}

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
