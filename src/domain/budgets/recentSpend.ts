/**
 * Who spent what since budgets were last looked at: it tells whose spend used a budget up, however many subjects spent in
 * one batch and wherever it came from. Pure; amounts in units of the budget's measure, epoch ms UTC.
 */
import { amountOf, countedValue, instanceOf, type Subject, type TierOf } from './budgetScope';
import type { SpendChange } from './budgetSpend';
import type { Standing } from './budgetStanding';

/** Of a long import the latest are kept: who used a budget up before them is not known. */
const mostChanges = 20_000;

type Reached = Pick<Standing, 'budget' | 'value' | 'instance' | 'interval' | 'used' | 'limit'>;

export class RecentSpend {
  #changes: SpendChange[] = [];

  constructor(private readonly tierOf: TierOf) {}

  add(change: SpendChange): void {
    if (this.#changes.length >= 2 * mostChanges) this.#changes = this.#changes.slice(-mostChanges);
    this.#changes.push(change);
  }

  clear(): void {
    this.#changes = [];
  }

  /** Whose spend took this budget over its limit; `null`: it was over before, or its limit came down to it. */
  spenderOf(standing: Reached): Subject | null {
    const { budget, used } = standing;
    // What allows nothing is used up by the first who spends.
    const limit = Math.max(standing.limit, 1);
    let after = used;
    for (const change of this.#changes.toReversed()) {
      if (!this.#countsIn(standing, change)) continue;
      const before = after - change.sign * amountOf(change.sums, budget.measure);
      if (before < limit && after >= limit) return change.subject;
      after = before;
    }
    return null;
  }

  /** Whether anything was spent of it that is from after an instant. */
  hasSince(standing: Reached, sinceMs: number): boolean {
    return this.#changes.some((change) => change.atMs >= sinceMs && this.#countsIn(standing, change));
  }

  #countsIn({ budget, value, instance, interval }: Reached, { atMs, subject }: SpendChange): boolean {
    if (countedValue(budget, subject, this.tierOf) !== value) return false;
    if (interval !== null) return atMs >= interval.startMs && atMs < interval.endMs;
    if (budget.period === 'session') return atMs >= Number(instance);
    return instanceOf(budget.period, subject, 0) === instance;
  }
}
