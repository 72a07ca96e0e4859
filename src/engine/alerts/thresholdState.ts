/** The thresholds that a budget has reached and where it goes, as alerts see it, and whom they are then about. */
import type { AlertCondition } from '../../domain/alerts/alert';
import type { JudgedQuota } from '../../domain/budgets/authorize';
import {
  isUsedUp,
  levelOf,
  percentUsed,
  stateKey,
  thresholdAt,
  thresholdsOf,
  type BudgetState,
  type BudgetLevel,
} from '../../domain/budgets/budgetState';
import { forecast, type Forecast } from '../../domain/budgets/forecast';
import { isMomentary } from '../../domain/budgets/momentary';
import type { AlertThreshold } from '../../protocol/configuration';

/** That it is used up before its period ends. */
export type Foreseen = Forecast & { exhaustsMs: number };

export interface ThresholdState {
  percent: number;
  /** The highest that is reached; `null`: none. */
  threshold: AlertThreshold | null;
  level: BudgetLevel;
  /** In percent: the highest threshold or level that it has come to. */
  reached: number;
  ahead: Foreseen | null;
}

/** `null`: of what holds for a moment only, nothing is told. */
export function thresholdStateOf(
  state: BudgetState,
  thresholds: readonly AlertThreshold[],
  nowMs: number,
): ThresholdState | null {
  const { budget, limit } = state;
  if (isMomentary(budget.measure, budget.period)) return null;
  if (limit === Number.POSITIVE_INFINITY) return { percent: 0, threshold: null, level: 'ok', reached: 0, ahead: null };
  const percent = percentUsed(state);
  const threshold = thresholdAt(percent, thresholdsOf(budget, thresholds));
  // With no thresholds of its own the budget still warns where it says so.
  const level = levelOf(state, thresholds);
  const reached = Math.max(threshold?.percent ?? 0, soft(state, percent));
  return { percent, threshold, level, reached, ahead: foreseen(state, nowMs) };
}

/** `null`: it lasts, or is used up already. */
export function foreseen(state: BudgetState, nowMs: number): Foreseen | null {
  const { interval, used, limit } = state;
  const ahead = interval === null || isUsedUp(state) ? null : forecast(interval, used, limit, nowMs);
  return ahead?.exhaustsMs == null ? null : { ...ahead, exhaustsMs: ahead.exhaustsMs };
}

/** The budget's own threshold, where it is reached. */
function soft({ budget }: BudgetState, percent: number): number {
  const own = budget.softRatio * 100;
  if (percent >= 100) return 100;
  return percent >= own ? own : 0;
}

/** Whom an alert of it is about. */
export function aboutOf(state: BudgetState): Pick<AlertCondition, 'subject' | 'limitId' | 'value' | 'interval'> {
  const { budget, value, interval } = state;
  return { subject: stateKey(state), limitId: budget.id, value: value || null, interval };
}

export function subjectOfQuota({ id }: JudgedQuota): string {
  return JSON.stringify(['quota', id]);
}
