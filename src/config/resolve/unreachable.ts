/** Limits that nobody can ever reach, because a lower hard one holds for all that they hold for. */
import type { Budget, BudgetPeriod, ConfigurationLayer } from '../../protocol/configuration';
import { finding } from '../checks/check';
import type { Finding } from '../issue';
import { limitText } from '../../shared/money';

/** Those of one layer, each at its place; at most one for each limit. */
export function unreachable(budgets: readonly Budget[], layer: ConfigurationLayer): Finding[] {
  const hard = budgets.filter((budget) => budget.hard && budget.action !== 'warn');
  return budgets.flatMap((budget): Finding[] => {
    if (budget.origin.layer !== layer) return [];
    const lower = hard
      .filter((other) => other.limit < budget.limit && covers(other, budget))
      .toSorted((a, b) => a.limit - b.limit)[0];
    if (lower === undefined) return [];
    const message = `can never be reached: ${lower.id} stops at ${limitText(lower.limit, lower.measure)}`;
    return [finding('warning', 'unreachable_limit', message, budget.origin.path)];
  });
}

/** Whether all that counts in one period of `b` counts in one period of `a` too. */
function covers(a: Budget, b: Budget): boolean {
  if (a === b || a.measure !== b.measure || !isWithin(b, a.period)) return false;
  const isForEverything = a.scope === 'global' || a.scope === 'request' || a.scope === a.period;
  if (isForEverything && a.scopeId === null && a.except.length === 0) return true;
  if (a.scope !== b.scope) return false;
  return a.scopeId === b.scopeId
    ? a.except.every((name) => b.except.includes(name))
    : a.scopeId === null && b.scopeId !== null && !a.except.includes(b.scopeId);
}

/** A week may lie in two months, a run in two days. */
const longer: Readonly<Record<BudgetPeriod, readonly BudgetPeriod[]>> = {
  request: ['run', 'plan', 'session', 'hour', 'day', 'week', 'month'],
  run: [],
  plan: [],
  session: [],
  hour: ['day', 'week', 'month'],
  day: ['week', 'month'],
  week: [],
  month: [],
};

function isWithin({ period, measure }: Budget, outer: BudgetPeriod): boolean {
  return measure === 'concurrent_agents' || period === outer || longer[period].includes(outer);
}
