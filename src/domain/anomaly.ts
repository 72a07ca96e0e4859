/**
 * Whether a day's spend is out of the ordinary: over a percentage of the average of the days before it. Days without
 * spend before the first one with some are no history; later ones are. Pure; nano-dollars.
 */
export interface Anomaly {
  /** Of the average, as 250. */
  percent: number;
  averageNanos: number;
}

/** Days of history without which nothing is ordinary yet. */
export const leastHistoryDays = 5;
/** Cents that nobody wants to be told about. */
const leastNanos = 1_000_000_000;

/** `before`: the baseline's days, the oldest first; `percent`: from which on it is an anomaly, as 200. */
export function anomalyOf(todayNanos: number, before: readonly number[], percent: number): Anomaly | null {
  const first = before.findIndex((nanos) => nanos > 0);
  const history = first < 0 ? [] : before.slice(first);
  if (history.length < leastHistoryDays || todayNanos < leastNanos) return null;
  const averageNanos = history.reduce((sum, nanos) => sum + nanos, 0) / history.length;
  const found = (todayNanos / averageNanos) * 100;
  return found > percent ? { percent: found, averageNanos } : null;
}
