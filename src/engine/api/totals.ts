/** From the ledger's exact sums to what the API and the snapshot show. */
import { usdFromNanos } from '../../domain/money';
import type { Totals } from '../../protocol/api';
import type { LedgerTotals } from '../../protocol/query';

export const noTotals: LedgerTotals = {
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

export function sum(rows: Iterable<LedgerTotals>): LedgerTotals {
  const total = { ...noTotals };
  for (const row of rows) {
    for (const key of Object.keys(noTotals) as (keyof LedgerTotals)[]) total[key] += row[key];
  }
  return total;
}

export function toTotals(sums: LedgerTotals): Totals {
  const cacheWrite = sums.cacheWrite5m + sums.cacheWrite1h;
  return {
    costUsd: usdFromNanos(sums.costNanos),
    tokens: {
      input: sums.input,
      output: sums.output,
      cacheRead: sums.cacheRead,
      cacheWrite,
      total: sums.input + sums.output + sums.cacheRead + cacheWrite,
    },
    events: sums.events,
    unpricedEvents: sums.unpricedEvents,
  };
}
