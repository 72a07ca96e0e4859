/**
 * When something that happens by the calendar is due. What was missed, because the machine slept or nobody was there,
 * is due at once, once. A time that a day skips is due when the clocks have gone forward; one that comes twice counts
 * the first time. A bundle of its own: nothing is due before a start has come to rest.
 */
import { Cron } from 'croner';

/** `lastMs`: when it was done last, `null` for never. A last time in the future is a clock that has been put right since. */
export function isDue(pattern: string, zone: string, lastMs: number | null, nowMs: number): boolean {
  if (lastMs === null || lastMs > nowMs) return true;
  const next = new Cron(pattern, { timezone: zone }).nextRun(new Date(lastMs));
  return next !== null && next.getTime() <= nowMs;
}
