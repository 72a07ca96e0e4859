/**
 * What a running period will have cost at its end, if it goes on as it has so far. Nano-dollars; rounded to the nearest.
 * Instants are epoch ms; the interval is half-open.
 */
import type { Interval } from '../../protocol/query';
import type { Nanos } from '../money';

/** After less than this a single call would decide the figure. */
const shortestShare = 0.02;

/** `null` where the period is over, has not begun, or is too young to tell. */
export function projected(spent: Nanos, { startMs, endMs }: Interval, nowMs: number): Nanos | null {
  const share = (nowMs - startMs) / (endMs - startMs);
  if (!(share >= shortestShare) || nowMs >= endMs) return null;
  return Math.round(spent / share);
}
