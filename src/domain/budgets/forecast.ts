/**
 * Where a period's spend is heading: the average rate since it began, carried on to its end. Says nothing while too
 * little of the period has passed to tell. Pure; epoch ms UTC; amounts in the units of the budget, rates per hour.
 */
import type { Interval } from '../../protocol/query';
import { hourMs } from '../../shared/time';
import type { Nanos } from '../money';

/** Part of the period that must have passed. */
const leastPassed = 0.1;

export interface Forecast {
  burnRatePerHour: number;
  /** At the end of the period, at this rate. */
  projected: number;
  /** When the limit will be used up; `null`: not in this period. */
  exhaustsMs: number | null;
}

export function forecast(interval: Interval, used: number, limit: number, nowMs: number): Forecast | null {
  const lengthMs = interval.endMs - interval.startMs;
  const passedMs = nowMs - interval.startMs;
  if (used <= 0 || passedMs < lengthMs * leastPassed || nowMs >= interval.endMs) return null;
  const projected = (used / passedMs) * lengthMs;
  const exhausts = limit <= used ? nowMs : interval.startMs + (limit / used) * passedMs;
  return {
    burnRatePerHour: (used / passedMs) * hourMs,
    projected,
    exhaustsMs: exhausts < interval.endMs ? Math.ceil(exhausts) : null,
  };
}

/** After less than this a single call would decide the figure. */
const shortestShare = 0.02;

/**
 * What a running period will have cost at its end, if it goes on as it has so far; rounded to the nearest. `null`: the period is
 * over, has not begun, or is too young to tell.
 */
export function projected(spent: Nanos, { startMs, endMs }: Interval, nowMs: number): Nanos | null {
  const share = (nowMs - startMs) / (endMs - startMs);
  if (!(share >= shortestShare) || nowMs >= endMs) return null;
  return Math.round(spent / share);
}
