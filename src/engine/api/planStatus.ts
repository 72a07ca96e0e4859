/** `agentMeter.v1.planStatus`: what a plan has cost so far, what it has left, and which budgets it has used up. */
import { remaining } from '../../domain/budgets/budgetState';
import { planDisplay } from '../../domain/plan';
import { subject } from '../../domain/usage/usageSums';
import { usdFromNanos } from '../../shared/money';
import type { PlanExhaustion, PlanStatus } from '../../protocol/api/budgetAnswers';
import { toStatus, rfc3339 } from '../budgets/toApi';
import type { BudgetContext } from './budgets';
import { sum, toTotals } from '../../domain/totals';

const everything = { startMs: -8.64e15, endMs: 8.64e15, label: '' };

export function planStatus(plan: string, { view, nowMs, budgets, ledger }: BudgetContext): PlanStatus {
  const { states } = budgets;
  const rows = ledger.query({ buckets: [everything], dimensions: ['provider'], filter: { plan: [plan] } });
  const total = sum(rows);
  const tokens = toTotals(total).tokens.total;
  const byProvider = rows
    .toSorted((a, b) => b.costNanos - a.costNanos)
    .map(({ group, costNanos }): [string, number] => [group.provider ?? 'unknown', costNanos]);
  const policy = states.policyOf(view);
  const ofPlan = states
    .of(policy, subject({ plan }), view.sessionStartMs, nowMs)
    .filter(({ budget }) => budget.period !== 'request');
  const left = ofPlan.filter(({ budget, limit }) => budget.measure === 'cost' && Number.isFinite(limit)).map(remaining);
  const remainingNanos = left.length === 0 ? null : Math.min(...left);
  const exhaustionEvents = ledger.keeping
    .auditAbout('budget_exhausted', 'plan', plan)
    .map(({ atMs, detail }): PlanExhaustion => {
      const { budget, scopeId, used, limit, agent, run, project } = JSON.parse(detail) as Omit<PlanExhaustion, 'at'>;
      return { budget, scopeId, at: rfc3339(atMs), used, limit, agent, run, project };
    });
  return {
    plan,
    totalTokens: tokens,
    totalCostUsd: usdFromNanos(total.costNanos),
    requests: total.events,
    costByProvider: Object.fromEntries(byProvider.map(([provider, nanos]) => [provider, usdFromNanos(nanos)])),
    budgetRemainingUsd: remainingNanos === null ? null : usdFromNanos(remainingNanos),
    budgets: ofPlan.map((state) => toStatus(state, policy.configuration.alerts.thresholds, nowMs)),
    exhaustionEvents,
    display: planDisplay({
      plan,
      tokens,
      costNanos: total.costNanos,
      requests: total.events,
      byProvider,
      remainingNanos,
      exhaustions: exhaustionEvents.length,
    }),
  };
}
