/** What makes two budgets about the same thing, and the ids made of it. */
import type { Budget } from '../../protocol/configuration';

export type BudgetKey = Pick<Budget, 'scope' | 'scopeId' | 'period' | 'measure'>;

/** `global.day.cost`, `project:my-arpg.month.cost`; `request.cost`, where the period is the scope itself. */
export function budgetId({ scope, scopeId, period, measure }: BudgetKey): string {
  const whom = scopeId === null ? scope : `${scope}:${scopeId}`;
  return [whom, ...(period === scope ? [] : [period]), measure].join('.');
}

export function sameThing(a: BudgetKey, b: BudgetKey): boolean {
  return a.scope === b.scope && a.scopeId === b.scopeId && a.period === b.period && a.measure === b.measure;
}

/** The same unit for all that is compared: nano-dollars, or counts. */
export function sameKind(a: BudgetKey, b: BudgetKey): boolean {
  return a.scope === b.scope && a.period === b.period && a.measure === b.measure;
}
