/**
 * May this call be made? Judges one request against every budget and quota it would count in, and lists all the reasons
 * against it, not the first. A hard limit refuses what is asked when it is used up (used ≥ limit), and when used, reserved
 * and estimated together would cross it. Soft ones and the approach to a limit only warn. Pure; epoch ms UTC.
 */
import type { LimitAction, Measure, Scope, WhenQuotaExhausted } from '../../protocol/configuration';
import type { Sums } from '../usage/usageSums';
import { percentUsed, isUsedUp, type BudgetState } from './budgetState';

/** What a reason asks for, weakest first. */
export const effects = ['warn', 'fallback', 'queue', 'block', 'terminate'] as const;
export type Effect = (typeof effects)[number];

export type ReasonKind =
  /** The limit is used up. */
  | 'used_up'
  /** The estimate would cross it. */
  | 'would_cross'
  /** Nearer to it than its soft limit. */
  | 'approach'
  /** Nobody can tell what the call will cost. */
  | 'unestimated'
  /** Others wait before it. */
  | 'waiting';

/** That a budget or a quota gives. */
export interface LimitReason {
  kind: Exclude<ReasonKind, 'unestimated'>;
  effect: Effect;
  limitId: string;
  of: 'budget' | 'quota';
  scope: Scope;
  value: string | null;
  /** A budget's period, or a quota's window. */
  period: string;
  /** A budget's measure, or a quota's meter. */
  measure: string;
  limit: number;
  used: number;
  reserved: number;
  /** What the request would add; `null`: not known. */
  estimate: number | null;
  hard: boolean;
  resetsMs: number | null;
  retryAfterMs: number | null;
}

/** That the request itself gives: no limit is named. */
export interface RequestReason extends Record<
  Exclude<keyof LimitReason, 'kind' | 'effect' | 'of' | 'measure' | 'hard'>,
  null
> {
  kind: 'unestimated';
  effect: 'warn' | 'block';
  of: 'request';
  measure: 'cost';
  hard: boolean;
}

export type Reason = LimitReason | RequestReason;

/** A quota as a request is judged by it; `limit` and `used` in the units of its meter. */
export interface JudgedQuota {
  id: string;
  provider: string;
  /** `percent`: all that is known is a part of an unknown limit. */
  meter: string;
  /** As written: `5h`, `day`. */
  window: string;
  /** In the configuration; else all that is known of it is what was observed. */
  configured: boolean;
  limit: number;
  used: number;
  reserved: number;
  resetsMs: number | null;
}

export interface Estimate {
  /** `null`: nobody knows. */
  costNanos: number | null;
  tokens: number | null;
  /** 0: a run that begins asks for nothing yet. */
  requests: 0 | 1;
  /** Nobody is charged for it: a local model, or one whose price is zero. */
  free: boolean;
}

export interface Question {
  estimate: Estimate;
  budgets: readonly BudgetState[];
  quotas: readonly JudgedQuota[];
  unestimated: 'allow' | 'block';
  /** `null`: as it suits each quota. */
  whenQuotaExhausted: WhenQuotaExhausted | null;
  nowMs: number;
}

export interface Verdict {
  /** The strongest of all reasons; `null`: nothing speaks against it. */
  effect: Effect | null;
  reasons: Reason[];
}

export function judge(question: Question): Verdict {
  const reasons: Reason[] = [
    ...question.budgets.flatMap((state) => budgetReason(state, question) ?? []),
    ...question.quotas.flatMap((quota) => quotaReason(quota, question) ?? []),
  ];
  const unestimated = unestimatedReason(question);
  if (unestimated !== null) reasons.push(unestimated);
  return { effect: strongest(reasons), reasons };
}

export function strongest(reasons: readonly Reason[]): Effect | null {
  return reasons.reduce<Effect | null>(
    (most, { effect }) => (most === null || effects.indexOf(effect) > effects.indexOf(most) ? effect : most),
    null,
  );
}

/** Whether it keeps the call from being made here and now. */
export function refuses(effect: Effect | null): boolean {
  return effect !== null && effect !== 'warn';
}

/** An agent that asks is at work already: its calls are no more agents. */
type CallMeasure = Exclude<Measure, 'concurrent_agents'>;

/** What a request adds to a measure; `null`: not known. */
function addition(measure: CallMeasure, { costNanos, tokens, requests }: Estimate): number | null {
  switch (measure) {
    case 'cost':
      return costNanos;
    case 'tokens':
      return tokens;
    case 'requests':
      return requests;
  }
}

function budgetReason(state: BudgetState, { estimate, nowMs }: Question): LimitReason | null {
  const { budget, limit, used, reserved } = state;
  const { measure } = budget;
  if (measure === 'concurrent_agents') return null;
  // What costs nothing can't make a money budget worse.
  if (measure === 'cost' && estimate.free) return null;
  const added = addition(measure, estimate);
  const perRequest = budget.period === 'request';
  const usedUp = perRequest ? limit === 0 : isUsedUp(state);
  const crosses = used + reserved + (added ?? 0) > limit;
  const refusal = budget.hard ? refusalOf(budget.action, usedUp) : 'warn';
  if (usedUp || crosses) return reasonOf(state, usedUp ? 'used_up' : 'would_cross', refusal, added, nowMs);
  const near = percentUsed({ used: used + reserved + (added ?? 0), limit }) >= budget.softRatio * 100;
  // A request well below its own ceiling is no approach to anything.
  return near && !perRequest ? reasonOf(state, 'approach', 'warn', added, nowMs) : null;
}

/** A call that is too dear for what is left of its run is refused; only a run that has used it up must end. */
function refusalOf(action: LimitAction, usedUp: boolean): Effect {
  return action === 'terminate' && !usedUp ? 'block' : action;
}

/** A reason that a budget gives, whatever made it one. */
export function reasonOf(
  { budget, value, limit, used, reserved, interval }: BudgetState,
  kind: LimitReason['kind'],
  effect: Effect,
  estimate: number | null,
  nowMs: number,
): LimitReason {
  const resetsMs = interval?.endMs ?? null;
  return {
    kind,
    effect,
    limitId: budget.id,
    of: 'budget',
    scope: budget.scope,
    value: value === '' ? null : value,
    period: budget.period,
    measure: budget.measure,
    limit,
    used,
    reserved,
    estimate,
    hard: budget.hard,
    resetsMs,
    retryAfterMs: resetsMs === null || effect === 'warn' ? null : Math.max(0, resetsMs - nowMs),
  };
}

/** A limit that the user wrote holds; what a provider merely said of itself may be out of date. */
export function effectOf(
  quota: Pick<JudgedQuota, 'configured'>,
  wanted: WhenQuotaExhausted | null,
): WhenQuotaExhausted {
  return wanted ?? (quota.configured ? 'block' : 'warn');
}

function quotaReason(quota: JudgedQuota, { estimate, whenQuotaExhausted, nowMs }: Question): LimitReason | null {
  const added = quotaAddition(quota.meter, estimate);
  if (added === null) return null;
  const usedUp = quota.used >= quota.limit;
  if (!usedUp && quota.used + quota.reserved + added <= quota.limit) return null;
  const effect = effectOf(quota, whenQuotaExhausted);
  return quotaReasonOf(quota, usedUp ? 'used_up' : 'would_cross', effect, added, nowMs);
}

/** A reason that a quota gives, whatever made it one. */
export function quotaReasonOf(
  quota: JudgedQuota,
  kind: LimitReason['kind'],
  effect: Effect,
  estimate: number | null,
  nowMs: number,
): LimitReason {
  const waitsMs = quota.resetsMs === null ? null : Math.max(0, quota.resetsMs - nowMs);
  return {
    kind,
    effect,
    limitId: quota.id,
    of: 'quota',
    scope: 'provider',
    value: quota.provider,
    period: quota.window,
    measure: quota.meter,
    limit: quota.limit,
    used: quota.used,
    reserved: quota.reserved,
    estimate,
    hard: effect !== 'warn',
    resetsMs: quota.resetsMs,
    retryAfterMs: effect === 'warn' ? null : waitsMs,
  };
}

/** `null`: a call does not move this meter, or nobody knows by how much; a used up one is then found by its next report. */
function quotaAddition(meter: string, { costNanos, tokens, requests }: Estimate): number | null {
  switch (meter) {
    case 'requests':
    case 'concurrent':
      return requests;
    case 'tokens':
      return tokens ?? 0;
    case 'cost':
      return costNanos ?? 0;
    // Levels: used up or not, whatever one call adds.
    case 'percent':
    case 'tokens_per_second':
    case 'vram_gb':
      return 0;
    default:
      return null;
  }
}

/** Only where a limit in that measure is there to be missed. */
function unestimatedReason({ estimate, budgets, unestimated }: Question): RequestReason | null {
  if (estimate.free || estimate.costNanos !== null) return null;
  if (!budgets.some(({ budget, limit }) => budget.measure === 'cost' && limit !== Number.POSITIVE_INFINITY)) {
    return null;
  }
  return {
    kind: 'unestimated',
    effect: unestimated === 'block' ? 'block' : 'warn',
    limitId: null,
    of: 'request',
    scope: null,
    value: null,
    period: null,
    measure: 'cost',
    limit: null,
    used: null,
    reserved: null,
    estimate: null,
    hard: unestimated === 'block',
    resetsMs: null,
    retryAfterMs: null,
  };
}

/** The sums that a grant holds. */
export function heldBy({ costNanos, tokens, requests, free }: Estimate): Sums {
  return { costNanos: free ? 0 : (costNanos ?? 0), tokens: tokens ?? 0, requests };
}

/** When nothing that refuses refuses any more; `null`: no clock helps. */
export function freeAgainMs(reasons: readonly Reason[]): number | null {
  let againMs: number | null = null;
  for (const { effect, resetsMs } of reasons) {
    if (!refuses(effect)) continue;
    if (resetsMs === null) return null;
    againMs = Math.max(againMs ?? resetsMs, resetsMs);
  }
  return againMs;
}
