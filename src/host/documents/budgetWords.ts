/** How budgets and what they are about read. Pure. Amounts as the API says them: USD, or counts. */
import { l10n } from 'vscode';
import type { BudgetStatus } from '../../protocol/api/budgetAnswers';
import type { BudgetPeriod, Measure, Scope } from '../../protocol/configuration';
import type { OverrideState } from '../../protocol/snapshot';
import { amountWords, measureAndPeriod, overriddenId } from './limitWords';
import type { Format } from '../../shared/format';

export function scopeWords(scope: Scope): string {
  switch (scope) {
    case 'global':
      return l10n.t('Everything');
    case 'provider':
      return l10n.t('Provider');
    case 'tier':
      return l10n.t('Cost tier');
    case 'project':
      return l10n.t('Project');
    case 'agent':
      return l10n.t('Agent');
    case 'agent_type':
      return l10n.t('Type of agent');
    case 'task':
      return l10n.t('Task');
    case 'run':
      return l10n.t('Run');
    case 'plan':
      return l10n.t('Plan');
    case 'user':
      return l10n.t('User');
    case 'team':
      return l10n.t('Team');
    case 'department':
      return l10n.t('Department');
    case 'request':
      return l10n.t('Every request');
  }
}

const clock = ['hour', 'day', 'week', 'month'] as const;

/** Periods in which a budget of this scope can begin anew. */
export function periodsOf(scope: Scope): readonly BudgetPeriod[] {
  switch (scope) {
    case 'request':
      return ['request'];
    case 'run':
      return ['run'];
    case 'plan':
      return ['plan', ...clock];
    case 'global':
      return [...clock, 'session'];
    default:
      return [...clock, 'run', 'plan', 'request'];
  }
}

/** What a budget of this scope and period can limit: how many are at work is a level of runs. */
export function measuresOf(scope: Scope, period: BudgetPeriod): readonly Measure[] {
  if (period === 'request') return ['cost', 'tokens'];
  const isLevel = period === 'run' && scope !== 'run';
  return isLevel ? ['cost', 'tokens', 'requests', 'concurrent_agents'] : ['cost', 'tokens', 'requests'];
}

/** `project shop · cost a day` */
export function budgetName({
  scope,
  scopeId,
  measure,
  period,
}: Pick<BudgetStatus, 'scope' | 'scopeId' | 'measure' | 'period'>): string {
  const whose = scopeId === null ? scopeWords(scope as Scope) : `${scopeWords(scope as Scope)} ${scopeId}`;
  return `${whose} · ${measureAndPeriod(measure, period)}`;
}

/** Of the budget that is lifted, where it is one of these; else by its id. */
export function overriddenBudget(override: OverrideState, budgets: readonly BudgetStatus[]): string {
  const { budget: id, scopeId } = override;
  const budget = budgets.find((one) => one.id === id && (one.scopeId === scopeId || one.scopeId === null));
  return budget === undefined ? overriddenId(override) : budgetName({ ...budget, scopeId });
}

export function actionWords({ hard, action }: Pick<BudgetStatus, 'hard' | 'action'>): string {
  if (!hard) return l10n.t('warns');
  switch (action) {
    case 'warn':
      return l10n.t('warns');
    case 'block':
      return l10n.t('blocks');
    case 'terminate':
      return l10n.t('ends the run');
    case 'queue':
      return l10n.t('queues');
    case 'fallback':
      return l10n.t('falls back');
  }
}

export function levelWords(level: BudgetStatus['level']): string {
  switch (level) {
    case 'ok':
      return l10n.t('ok');
    case 'info':
      return l10n.t('info');
    case 'warning':
      return l10n.t('warning');
    case 'critical':
      return l10n.t('critical');
    case 'exceeded':
      return l10n.t('exceeded');
  }
}

/** `null`: nothing is left to be had of what has no limit. */
export function remainingOf({ limit, used, reserved }: BudgetStatus): number | null {
  return limit === null ? null : Math.max(0, limit - used - reserved);
}

export function figure(value: number | null, measure: string, format: Format): string {
  return value === null ? l10n.t('none') : amountWords(value, measure, format);
}
