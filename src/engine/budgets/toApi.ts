/** States and overrides of budgets as the API answers them and windows show them: dollars, RFC 3339. */
import type { Override } from '../../domain/budgets/budgetOverride';
import { levelOf, percentUsed, type BudgetState } from '../../domain/budgets/budgetState';
import { forecast } from '../../domain/budgets/forecast';
import { isMomentary } from '../../domain/budgets/momentary';
import { usdFromNanos } from '../../shared/money';
import type { BudgetStatus } from '../../protocol/api/budgetAnswers';
import type { AlertThreshold, Budget } from '../../protocol/configuration';
import type { LimitState, OverrideState } from '../../protocol/snapshot';

export function rfc3339(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Of a measure or a meter; `null`: no limit. */
export function figureOf(amount: number, measure: string | null): number | null {
  if (!Number.isFinite(amount)) return null;
  return measure === 'cost' ? usdFromNanos(amount) : amount;
}

export function toStatus(state: BudgetState, thresholds: readonly AlertThreshold[], nowMs: number): BudgetStatus {
  const { budget, value, instance, interval, overrides } = state;
  const { id, scope, period, measure, hard, action } = budget;
  const figure = (amount: number): number => figureOf(amount, measure) ?? 0;
  const ahead =
    interval === null || measure === 'concurrent_agents' ? null : forecast(interval, state.used, state.limit, nowMs);
  return {
    id,
    scope,
    scopeId: value === '' ? (instance === '' ? null : instance) : value,
    period,
    measure,
    limit: figureOf(state.limit, measure),
    used: figure(state.used),
    reserved: figure(state.reserved),
    percent: percentUsed(state),
    level: levelOf(state, thresholds),
    resetsAt: interval === null ? null : rfc3339(interval.endMs),
    hard,
    action,
    ...(overrides.length > 0 && {
      override: overrides.map((override) => ({
        id: override.id,
        scopeId: override.value,
        amount: override.amount === null ? null : figure(override.amount),
        until: rfc3339(override.untilMs),
        reason: override.reason,
      })),
    }),
    ...(ahead !== null && {
      forecast: {
        burnRatePerHour: figure(ahead.burnRatePerHour),
        projected: figure(ahead.projected),
        exhaustsAt: ahead.exhaustsMs === null ? null : rfc3339(ahead.exhaustsMs),
      },
    }),
  };
}

/** Those that somebody asked for, or of which something is used, as windows show them beside quotas. */
export function budgetLimits(
  budgets: readonly BudgetStatus[],
  configured: readonly Budget[],
  nowMs: number,
): LimitState[] {
  const defaults = new Set(configured.filter(({ origin }) => origin.layer === 'default').map(({ id }) => id));
  return budgets
    .filter(({ id, used, limit }) => limit !== null && (used > 0 || !defaults.has(id)))
    .map(({ id, scopeId, measure, period, used, limit, percent, level, resetsAt, forecast: ahead }) => ({
      id,
      kind: 'budget',
      byDefault: defaults.has(id),
      momentary: isMomentary(measure, period),
      label: scopeId ?? '',
      measure,
      period,
      used,
      limit,
      percent,
      pace: ahead === undefined || limit === null || limit === 0 ? null : ahead.projected / limit,
      level: level === 'exceeded' ? 'exceeded' : level === 'warning' || level === 'critical' ? 'warning' : 'ok',
      resetsAtMs: resetsAt === null ? null : Date.parse(resetsAt),
      source: 'counted',
      asOfMs: nowMs,
      confidence: 'high',
    }));
}

/** Those of budgets that there are, as windows show them. */
export function toOverrides(overrides: readonly Override[], budgets: readonly Budget[]): OverrideState[] {
  const measures = new Map(budgets.map(({ id, measure }) => [id, measure]));
  return overrides
    .flatMap(({ id, budget, value, amount, untilMs, reason }): OverrideState[] => {
      const measure = measures.get(budget);
      if (measure === undefined) return [];
      const figure = amount === null ? null : figureOf(amount, measure);
      return [{ id, budget, scopeId: value, measure, amount: figure, untilMs, reason }];
    })
    .sort((a, b) => a.untilMs - b.untilMs);
}
