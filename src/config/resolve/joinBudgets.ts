/**
 * Budgets of the default layer, the user's file and the environment → one list. What is written takes the place of the
 * default about the same thing, in whatever form it is written; the environment takes the place of the same key.
 */
import type { Budget } from '../../protocol/configuration';
import { sameThing, type BudgetKey } from '../normalise/budgetKey';
import type { Layer } from './layer';

export function joinBudgets(defaults: readonly Budget[], user: Layer, environment: Layer): Budget[] {
  const overriding = new Set(environment.budgets.map(({ id }) => id));
  const written = [...user.budgets.filter(({ id }) => !overriding.has(id)), ...environment.budgets];
  return [...withoutReplaced(defaults, [...written, ...user.removals]), ...written];
}

/** Takes out the defaults that something is written about; a default for every name loses the names that have their own. */
export function withoutReplaced(defaults: readonly Budget[], written: readonly BudgetKey[]): Budget[] {
  return defaults.flatMap((budget) => {
    if (written.some((one) => sameThing(one, budget))) return [];
    const own = written.filter(
      ({ scope, period, measure, scopeId }) =>
        scopeId !== null &&
        budget.scopeId === null &&
        scope === budget.scope &&
        period === budget.period &&
        measure === budget.measure,
    );
    if (own.length === 0 || budget.scope === 'global') return [budget];
    return [{ ...budget, except: [...new Set([...budget.except, ...own.map(({ scopeId }) => scopeId ?? '')])] }];
  });
}
