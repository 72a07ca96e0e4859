/** How far a budget is and where it goes, as alerts see it, and whom they are then about. */
import type { AlertCondition } from '../../domain/alerts/alert';
import type { QuotaStanding } from '../../domain/budgets/authorize';
import {
  isUsedUp,
  levelOf,
  percentUsed,
  thresholdAt,
  thresholdsOf,
  type Standing,
  type StandingLevel,
} from '../../domain/budgets/budgetStanding';
import { forecast, type Forecast } from '../../domain/budgets/forecast';
import { isMomentary } from '../../domain/budgets/momentary';
import type { AlertThreshold } from '../../protocol/configuration';

/** That it is used up before its period ends. */
export type Foreseen = Forecast & { exhaustsMs: number };

export interface HowFar {
  percent: number;
  /** The highest that is reached; `null`: none. */
  threshold: AlertThreshold | null;
  level: StandingLevel;
  /** In percent: the highest threshold or level that it has come to. */
  reached: number;
  ahead: Foreseen | null;
}

/** `null`: of what holds for a moment only, nothing is told. */
export function howFar(standing: Standing, thresholds: readonly AlertThreshold[], nowMs: number): HowFar | null {
  const { budget, limit } = standing;
  if (isMomentary(budget.measure, budget.period)) return null;
  if (limit === Number.POSITIVE_INFINITY) return { percent: 0, threshold: null, level: 'ok', reached: 0, ahead: null };
  const percent = percentUsed(standing);
  const threshold = thresholdAt(percent, thresholdsOf(budget, thresholds));
  // With no thresholds of its own the budget still warns where it says so.
  const level = levelOf(standing, thresholds);
  const reached = Math.max(threshold?.percent ?? 0, soft(standing, percent));
  return { percent, threshold, level, reached, ahead: foreseen(standing, nowMs) };
}

/** `null`: it lasts, or is used up already. */
export function foreseen(standing: Standing, nowMs: number): Foreseen | null {
  const { interval, used, limit } = standing;
  const ahead = interval === null || isUsedUp(standing) ? null : forecast(interval, used, limit, nowMs);
  return ahead?.exhaustsMs == null ? null : { ...ahead, exhaustsMs: ahead.exhaustsMs };
}

/** The budget's own threshold, where it is reached. */
function soft({ budget }: Standing, percent: number): number {
  const own = budget.softRatio * 100;
  if (percent >= 100) return 100;
  return percent >= own ? own : 0;
}

/** Whom an alert of it is about. */
export function aboutOf({
  budget,
  value,
  instance,
  interval,
}: Standing): Pick<AlertCondition, 'subject' | 'limitId' | 'value' | 'interval'> {
  return {
    subject: JSON.stringify([budget.id, value, instance]),
    limitId: budget.id,
    value: value || null,
    interval,
  };
}

export function subjectOfQuota({ id }: QuotaStanding): string {
  return JSON.stringify(['quota', id]);
}
