/**
 * The state of a budget at an instant: for one value, what is used and reserved of which limit, and until when.
 * Pure; units of the budget's measure (nano-dollars, tokens, requests, agents); epoch ms UTC.
 */
import type { AlertLevel, AlertThreshold, Budget } from '../../protocol/configuration';
import type { Interval } from '../../protocol/query';
import { liftedLimit, type Override } from './budgetOverride';

export interface BudgetState {
  budget: Budget;
  /** Whose: a project's name and the like; '' where there is only one. */
  value: string;
  /** Which run, plan or session; ''. */
  instance: string;
  /** With what overrides add; `Infinity` where they lift it. */
  limit: number;
  used: number;
  reserved: number;
  overrides: readonly Override[];
  /** `null`: it lasts as long as the run, the plan or the request. */
  interval: Interval | null;
}

export function budgetStateOf(
  budget: Budget,
  at: { value: string; instance: string; used: number; reserved: number; interval: Interval | null },
  overrides: readonly Override[],
): BudgetState {
  return { budget, ...at, overrides, limit: liftedLimit(budget.limit, overrides) };
}

/** Of the limit, as 80. What allows nothing is used up. */
export function percentUsed({ used, limit }: Pick<BudgetState, 'used' | 'limit'>): number {
  if (limit === Number.POSITIVE_INFINITY) return 0;
  return limit === 0 ? 100 : (used / limit) * 100;
}

export function isUsedUp({ used, limit }: Pick<BudgetState, 'used' | 'limit'>): boolean {
  return used >= limit;
}

/** What is left to be granted. `Infinity`: whatever is asked. Never negative. */
export function remaining({ used, reserved, limit }: BudgetState): number {
  return Math.max(0, limit - used - reserved);
}

/** The highest threshold that a percentage has reached. */
export function thresholdAt(percent: number, thresholds: readonly AlertThreshold[]): AlertThreshold | null {
  let highest: AlertThreshold | null = null;
  for (const threshold of thresholds) {
    if (percent >= threshold.percent && (highest === null || threshold.percent > highest.percent)) highest = threshold;
  }
  return highest;
}

/** From which part of a budget on everybody warns who says nothing else. */
const usualWarningPercent = 80;

/** The usual warning gives way where a budget warns later by itself. */
export function thresholdsOf(
  { softRatio }: Pick<Budget, 'softRatio'>,
  thresholds: readonly AlertThreshold[],
): readonly AlertThreshold[] {
  if (softRatio * 100 <= usualWarningPercent) return thresholds;
  return thresholds.filter(
    ({ percent, level, message }) => percent !== usualWarningPercent || level !== 'warning' || message !== null,
  );
}

export type BudgetLevel = AlertLevel | 'ok';

/** By the thresholds; its own soft limit warns, and a used up one is exceeded, whatever they say. */
export function levelOf(state: BudgetState, thresholds: readonly AlertThreshold[]): BudgetLevel {
  if (state.limit !== Number.POSITIVE_INFINITY && isUsedUp(state)) return 'exceeded';
  const percent = percentUsed(state);
  const level = thresholdAt(percent, thresholdsOf(state.budget, thresholds))?.level ?? 'ok';
  const soft = percent >= state.budget.softRatio * 100;
  return soft && (level === 'ok' || level === 'info') ? 'warning' : level;
}

/** Tells states apart; also on disk, in alerts. */
export function stateKey({ budget, value, instance }: Pick<BudgetState, 'budget' | 'value' | 'instance'>): string {
  return JSON.stringify([budget.id, value, instance]);
}

export function parseStateKey(key: string): { budget: string; value: string; instance: string } {
  const [budget = '', value = '', instance = ''] = JSON.parse(key) as string[];
  return { budget, value, instance };
}
