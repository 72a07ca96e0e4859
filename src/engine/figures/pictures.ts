/** The pictures of all windows, and when the mere passing of time makes one of them wrong. Instants in epoch ms UTC. */
import type { MeterSnapshot, OverrideState } from '../../protocol/snapshot';
import type { AlertStatus, BudgetStatus } from '../../protocol/api/budgetAnswers';
import { budgetLimits } from '../budgets/toApi';
import type { Configurations } from '../configuration/configurations';
import { limitsOf } from '../quotas/toApi';
import type { Quotas } from '../quotas/quotas';
import type { Caller } from '../support/view';
import { takeSnapshot, type SnapshotInputs } from './snapshot';

/** What a provider said grows old, and what is counted over a rolling window leaves it. */
const longestMs = 60_000;

/** What a window shows of budgets. */
export interface BudgetPicture {
  budgets: BudgetStatus[];
  alerts: AlertStatus[];
  overrides: OverrideState[];
  notice: string | null;
}

/** What a picture shows beside what concerns one window. */
export type PictureInputs = Omit<SnapshotInputs, 'limits' | 'configuration' | 'alerts' | 'overrides' | 'notice'>;

export class Pictures {
  private goodUntilMs = Number.POSITIVE_INFINITY;

  constructor(private readonly configurations: Configurations) {}

  take(
    window: Caller,
    quotas: Quotas | null,
    { budgets, alerts, overrides, notice }: BudgetPicture,
    rest: PictureInputs,
    nowMs: number,
  ): MeterSnapshot {
    const { configuration, view, problems } = this.configurations.for(window);
    const states = quotas?.states(configuration, view.timezone, nowMs) ?? [];
    const limits = [...limitsOf(states), ...budgetLimits(budgets, configuration.budgets, nowMs)];
    for (const { resetsAtMs } of limits) {
      this.goodUntilMs = Math.min(this.goodUntilMs, nowMs + longestMs, resetsAtMs ?? Number.POSITIVE_INFINITY);
    }
    for (const { untilMs } of overrides) this.goodUntilMs = Math.min(this.goodUntilMs, untilMs);
    const all = [...rest.problems, ...problems];
    const picture = takeSnapshot(
      { ...rest, configuration, limits, alerts, overrides, notice, problems: all },
      view,
      nowMs,
    );
    // What the last hour came to leaves it.
    if (picture.today.total.events > 0) this.goodUntilMs = Math.min(this.goodUntilMs, nowMs + longestMs);
    return picture;
  }

  /** Answers once whether new ones are due. */
  areOld(nowMs: number): boolean {
    if (nowMs < this.goodUntilMs) return false;
    this.goodUntilMs = Number.POSITIVE_INFINITY;
    return true;
  }
}
