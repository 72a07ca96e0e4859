/**
 * What the command API answers of budgets, runs, plans, alerts, the queue and the audit trail. Money in USD as the nearest double
 * of an exact nano-dollar count, other measures as counts; instants RFC 3339.
 */
import type { Totals } from './apiParts';
import type { AlertLevel, LimitAction } from '../configuration';
import type { PriceLayer } from '../prices/price';

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
  /** Of `tokens`: whose price it is. */
  price?: EstimatePrice;
}

/** Where the price of an estimate is from, and how old it is. */
export interface EstimatePrice {
  /** What the model is called in that list. */
  model: string;
  layer: PriceLayer;
  /** Address of the page or list that says so, and the day on which it was read last; `null`: there is none. */
  source: string | null;
  seen: string | null;
  /** It stands in for a price of this model that nobody has told. */
  estimated: boolean;
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
  /** It is the one to be shown in a notification now: one at a time, three a day, nothing of the past. */
  due: boolean;
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
