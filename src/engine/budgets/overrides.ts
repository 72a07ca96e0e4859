/** Overrides of budgets: given, ended by hand or by their own time, and remembered over restarts and takeovers. */
import { OverrideBook, type Override } from '../../domain/budgets/budgetOverride';
import { isClockPeriod } from '../../domain/budgets/budgetScope';
import type { BudgetCalendar } from '../../domain/time/budgetPeriod';
import type { DurableState } from '../../ledger/durableState';
import type { BudgetPeriod, Measure } from '../../protocol/configuration';
import { putOf, removalOf, parsedAll, type DurableWriter } from './durableWriter';
import { figureOf } from './toApi';

/** Without an end of its own it lasts as long as the period of its budget, or this day. */
export interface NewOverride extends Omit<Override, 'untilMs' | 'atMs'> {
  untilMs: number | null;
  period: BudgetPeriod;
  measure: Measure;
}

export interface OverridesOptions {
  keeping: Pick<DurableState, 'all'>;
  writer: Pick<DurableWriter, 'keep' | 'soon'>;
  calendar: () => BudgetCalendar;
  now: () => number;
  /** A limit is another one from now on. */
  onDidChange: () => void;
}

export class Overrides {
  private readonly book = new OverrideBook();

  constructor(private readonly options: OverridesOptions) {
    for (const override of parsedAll<Override>(options.keeping.all('override'))) this.book.put(override);
  }

  inForce(): Override[] {
    return this.book.inForce(this.options.now());
  }

  /** Those in force of one budget and value. */
  of(budget: string, value: string, nowMs: number): Override[] {
    return this.book.of(budget, value, nowMs);
  }

  /** Durable when it resolves. Asked again with the same id, as after a takeover, it is the same one. */
  async set({ period, measure, ...given }: NewOverride): Promise<Override> {
    const nowMs = this.options.now();
    const before = this.book.inForce(nowMs).find(({ id }) => id === given.id);
    if (before !== undefined) return before;
    const { endMs } = this.options.calendar().at(isClockPeriod(period) ? period : 'day', nowMs);
    const override: Override = { ...given, atMs: nowMs, untilMs: given.untilMs ?? endMs };
    const { id, value, amount, reason, untilMs } = override;
    const lifted = amount === null ? null : figureOf(amount, measure);
    const detail = { id, budget: override.budget, value, measure, amount: lifted, untilMs, reason };
    await this.options.writer.keep([putOf('override', id, override)], [{ atMs: nowMs, kind: 'override_set', detail }]);
    this.book.put(override);
    this.options.onDidChange();
    return override;
  }

  /** Durable when it resolves. `null`: it is not in force any more. */
  async end(id: string): Promise<Override | null> {
    const override = this.book.take(id);
    if (override === null) return null;
    const atMs = this.options.now();
    const { budget, value } = override;
    try {
      const detail = { id, budget, value };
      await this.options.writer.keep([removalOf('override', id)], [{ atMs, kind: 'override_ended', detail }]);
    } catch (error) {
      // It would be in force again after the next start, and nobody would know why.
      this.book.put(override);
      throw error;
    }
    this.options.onDidChange();
    return { ...override, untilMs: atMs };
  }

  expire(nowMs: number): void {
    const expired = this.book.expire(nowMs);
    for (const { id, budget, value } of expired) {
      const detail = { id, budget, value };
      this.options.writer.soon([removalOf('override', id)], [{ atMs: nowMs, kind: 'override_expired', detail }]);
    }
    if (expired.length > 0) this.options.onDidChange();
  }
}
