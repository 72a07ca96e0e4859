/** From what was decided to what the API answers: dollars, RFC 3339, sentences. */
import { freeAgainMs, refuses, type Reason } from '../../domain/budgets/authorize';
import type { Skipped } from '../../domain/budgets/fallback';
import { reasonText } from '../../domain/budgets/reasonText';
import type { Reservation } from '../../domain/budgets/reservation';
import { usdFromNanos } from '../../shared/money';
import { canonicalProvider } from '../../domain/prices/provider';
import type { Decision, DecisionEstimate, DecisionReason, SkippedProvider } from '../../protocol/api/budgetAnswers';
import type { AuthorizeArgument } from './call';
import type { Outcome } from './decider';
import type { KnownEstimate } from './estimates';
import { figureOf, rfc3339 } from './toApi';

export function toDecision(outcome: Outcome, zone: string, nowMs: number): Decision {
  const { effect, provider, model, estimate, reasons, skipped, terminate, notice } = outcome;
  const againMs = effect === 'queue' || effect === 'block' ? freeAgainMs(reasons) : null;
  return {
    decision: effect,
    provider: provider || null,
    model: model || null,
    ...(model !== '' && { estimate: toEstimate(estimate) }),
    reasons: reasons.map((reason) => toReason(reason, zone)),
    ...(skipped.length > 0 && { skipped: skipped.map((one) => toSkipped(one, zone)) }),
    ...(againMs !== null && { retryAfterMs: Math.max(0, againMs - nowMs) }),
    ...(terminate !== null && { terminate: true }),
    ...(notice !== null && { notice }),
  };
}

/** It may have been granted to another model than the one that was asked for. */
export function grantedBefore({ id, provider, model, expiresMs }: Reservation, asked: AuthorizeArgument): Decision {
  const same = provider === canonicalProvider(asked.provider) && model === asked.model;
  const granted = { provider, model, reservation: id, expiresAt: rfc3339(expiresMs), reasons: [] };
  return { decision: same ? 'allow' : 'fallback', ...granted };
}

function toReason(reason: Reason, zone: string): DecisionReason {
  const { kind, effect, limitId, scope, value, period, measure, hard, resetsMs, retryAfterMs } = reason;
  const figure = (amount: number | null): number | null => (amount === null ? null : figureOf(amount, measure));
  return {
    kind,
    effect,
    budget: limitId,
    scope,
    scopeId: value,
    period,
    measure,
    limit: figure(reason.limit),
    used: figure(reason.used),
    reserved: figure(reason.reserved),
    estimate: figure(reason.estimate),
    hard,
    resetsAt: resetsMs === null ? null : rfc3339(resetsMs),
    retryAfterMs,
    message: reasonText(reason, zone),
  };
}

function toSkipped({ provider, model, why, missing, reasons }: Skipped, zone: string): SkippedProvider {
  return { provider, model, why, message: skippedText(provider, model, missing, reasons, zone) };
}

function skippedText(
  provider: string,
  model: string | null,
  missing: readonly string[],
  reasons: readonly Reason[],
  zone: string,
): string {
  if (model === null) return `No model of ${provider} is known.`;
  if (missing.length > 0) return `${model} lacks ${missing.join(', ')}.`;
  return reasons
    .filter(({ effect }) => refuses(effect))
    .map((reason) => reasonText(reason, zone))
    .join(' ');
}

function toEstimate({ costNanos, tokens, from, price }: KnownEstimate): DecisionEstimate {
  const costUsd = costNanos === null ? null : usdFromNanos(costNanos);
  return { costUsd, tokens, from, ...(price !== undefined && { price }) };
}
