/**
 * Whether a day's spend is out of the ordinary: over a percentage of the average of the days with use before it, and by an
 * amount that matters. A day without use says nothing of what a day of use costs. Pure; nano-dollars.
 */
export interface Anomaly {
  /** Of the average, as 250. */
  percent: number;
  averageNanos: number;
}

/** Days with use without which nothing is ordinary yet. */
export const leastHistoryDays = 5;

export interface AnomalyTerms {
  /** From which on it is an anomaly, as 200. */
  percent: number;
  /** So much above the average it must be at least. */
  leastNanos: number;
}

/** `before`: the baseline's days, in any order. */
export function anomalyOf(
  todayNanos: number,
  before: readonly number[],
  { percent, leastNanos }: AnomalyTerms,
): Anomaly | null {
  const history = before.filter((nanos) => nanos > 0);
  if (history.length < leastHistoryDays) return null;
  const averageNanos = history.reduce((sum, nanos) => sum + nanos, 0) / history.length;
  const found = (todayNanos / averageNanos) * 100;
  const isMuch = todayNanos > 0 && todayNanos - averageNanos >= leastNanos;
  return isMuch && found > percent ? { percent: found, averageNanos } : null;
}
