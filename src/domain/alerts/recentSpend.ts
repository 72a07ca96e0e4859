/**
 * Who spent what since alerts were last looked for: it tells whose spend used a budget up, however many subjects spent in
 * one batch and wherever it came from. Pure; amounts in units of the budget's measure, epoch ms UTC.
 */
import { amountOf, countedValue, instanceOf, type TierOf } from '../budgets/budgetScope';
import type { BudgetState } from '../budgets/budgetState';
import type { UsageChange } from '../usage/sumWindow';
import type { Subject } from '../usage/usageSums';

/** Of a long import the latest are kept: who used a budget up before them is not known. */
const mostChanges = 20_000;

type Reached = Pick<BudgetState, 'budget' | 'value' | 'instance' | 'interval' | 'used' | 'limit'>;

export class RecentSpend {
  #changes: UsageChange[] = [];

  constructor(private readonly tierOf: TierOf) {}

  add(change: UsageChange): void {
    if (this.#changes.length >= 2 * mostChanges) this.#changes = this.#changes.slice(-mostChanges);
    this.#changes.push(change);
  }

  clear(): void {
    this.#changes = [];
  }

  /** Whose spend took this budget over its limit; `null`: it was over before, or its limit came down to it. */
  spenderOf(state: Reached): Subject | null {
    const { budget, used } = state;
    // What allows nothing is used up by the first who spends.
    const limit = Math.max(state.limit, 1);
    let after = used;
    for (const change of this.#changes.toReversed()) {
      if (!this.#countsIn(state, change)) continue;
      const before = after - change.sign * amountOf(change.sums, budget.measure);
      if (before < limit && after >= limit) return change.subject;
      after = before;
    }
    return null;
  }

  /** Whether anything was spent of it that is from after an instant. */
  hasSince(state: Reached, sinceMs: number): boolean {
    return this.#changes.some((change) => change.atMs >= sinceMs && this.#countsIn(state, change));
  }

  #countsIn({ budget, value, instance, interval }: Reached, { atMs, subject }: UsageChange): boolean {
    if (countedValue(budget, subject, this.tierOf) !== value) return false;
    if (interval !== null) return atMs >= interval.startMs && atMs < interval.endMs;
    if (budget.period === 'session') return atMs >= Number(instance);
    return instanceOf(budget.period, subject, 0) === instance;
  }
}
