/** Overrides of budgets: given, ended by hand or by their own time, and remembered over restarts and takeovers. */
import { randomUUID } from 'node:crypto';
import type { Override, OverrideBook } from '../../domain/budgets/budgetOverride';
import { isClockPeriod } from '../../domain/budgets/budgetScope';
import type { Keeping } from '../../ledger/keeping';
import type { BudgetPeriod, Measure } from '../../protocol/configuration';
import { gone, kept, parsedAll, type BudgetKeeper } from './keeper';
import { figureOf } from './words';

/** Without an end of its own it lasts as long as the period of its budget, or this day. */
interface NewOverride extends Omit<Override, 'id' | 'untilMs' | 'atMs'> {
  untilMs: number | null;
  period: BudgetPeriod;
  measure: Measure;
}

export class Overriding {
  constructor(
    private readonly book: OverrideBook,
    private readonly keeper: BudgetKeeper,
    /** Who waits may have their turn now. */
    private readonly drain: () => void,
  ) {}

  recall(keeping: Pick<Keeping, 'all'>): void {
    for (const override of parsedAll<Override>(keeping.all('override'))) this.book.put(override);
  }

  inForce(): Override[] {
    return this.book.inForce(this.keeper.now());
  }

  /** Durable when it resolves. */
  async set({ period, measure, ...given }: NewOverride): Promise<Override> {
    const nowMs = this.keeper.now();
    const { endMs } = this.keeper.calendar().at(isClockPeriod(period) ? period : 'day', nowMs);
    const override: Override = { ...given, id: randomUUID(), atMs: nowMs, untilMs: given.untilMs ?? endMs };
    const { id, value, amount, reason, untilMs } = override;
    const lifted = amount === null ? null : figureOf(amount, measure);
    const detail = { id, budget: override.budget, value, measure, amount: lifted, untilMs, reason };
    await this.keeper.keep([kept('override', id, override)], [{ atMs: nowMs, kind: 'override_set', detail }]);
    this.book.put(override);
    this.drain();
    return override;
  }

  /** Durable when it resolves. `null`: it is not in force any more. */
  async end(id: string): Promise<Override | null> {
    const override = this.book.take(id);
    if (override === null) return null;
    const atMs = this.keeper.now();
    const { budget, value } = override;
    try {
      const detail = { id, budget, value };
      await this.keeper.keep([gone('override', id)], [{ atMs, kind: 'override_ended', detail }]);
    } catch (error) {
      // It would be in force again after the next start, and nobody would know why.
      this.book.put(override);
      throw error;
    }
    return { ...override, untilMs: atMs };
  }

  expire(nowMs: number): void {
    for (const { id, budget, value } of this.book.expire(nowMs)) {
      const detail = { id, budget, value };
      this.keeper.keepSoon([gone('override', id)], [{ atMs: nowMs, kind: 'override_expired', detail }]);
    }
  }
}
