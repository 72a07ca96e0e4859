/**
 * When a budget's period began and ends, in the configured zone. Asked for every request, so the present period of each
 * unit is remembered until the clock leaves it, in either direction. Epoch ms UTC, half-open.
 */
import type { Interval } from '../../protocol/query';
import type { ClockPeriod } from '../budgets/budgetScope';
import { intervalOf } from './period';
import { hourAt } from './zone';

export class BudgetCalendar {
  readonly zone: string;
  readonly #present = new Map<ClockPeriod, Interval>();

  constructor(zone: string) {
    this.zone = zone;
  }

  /** The same object as before while the clock is in it. */
  at(period: ClockPeriod, nowMs: number): Interval {
    const present = this.#present.get(period);
    if (present !== undefined && nowMs >= present.startMs && nowMs < present.endMs) return present;
    const interval = this.#intervalAt(period, nowMs);
    this.#present.set(period, interval);
    return interval;
  }

  #intervalAt(period: ClockPeriod, nowMs: number): Interval {
    if (period === 'hour') return hourAt(nowMs, this.zone);
    return intervalOf(period === 'day' ? 'today' : period, nowMs, this.zone, nowMs);
  }
}
