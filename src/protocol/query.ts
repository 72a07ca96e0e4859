/** What the ledger can be asked. Half-open intervals [startMs, endMs) of epoch milliseconds UTC. */
import type { Dimension } from './vocabulary';

export interface Interval {
  startMs: number;
  endMs: number;
}

export interface Bucket extends Interval {
  /** What a row of this bucket is called, as `2026-11-21`. */
  label: string;
}

export interface LedgerQuery {
  /** At least one; ascending, without overlap. One row per bucket and group; a plain total has one bucket. */
  buckets: readonly Bucket[];
  dimensions: readonly Dimension[];
  /** All must hold; a list holds when any of its values is equal. */
  filter: Partial<Record<Dimension, readonly string[]>>;
}

/** Exact sums of one group. */
export interface LedgerTotals {
  costNanos: number;
  events: number;
  unpricedEvents: number;
  estimatedEvents: number;
  errorEvents: number;
  retryEvents: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
  webSearches: number;
  durationMs: number;
}

export function noTotals(): LedgerTotals {
  return {
    costNanos: 0,
    events: 0,
    unpricedEvents: 0,
    estimatedEvents: 0,
    errorEvents: 0,
    retryEvents: 0,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    reasoning: 0,
    webSearches: 0,
    durationMs: 0,
  };
}

export interface LedgerRow extends LedgerTotals {
  bucket: string;
  group: Partial<Record<Dimension, string | null>>;
}
