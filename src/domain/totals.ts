/** From the ledger's exact sums to what the API and the snapshot show. */
import { usdFromNanos } from '../shared/money';
import type { Totals } from '../protocol/api/apiParts';
import { noTotals, type LedgerTotals } from '../protocol/query';

export function sum(rows: Iterable<LedgerTotals>): LedgerTotals {
  const total = noTotals();
  for (const row of rows) {
    for (const key of Object.keys(total) as (keyof LedgerTotals)[]) total[key] += row[key];
  }
  return total;
}

type TokenSums = Pick<LedgerTotals, 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>;

/** All that were sent and received. */
export function tokensOf(sums: TokenSums): number {
  return sums.input + sums.output + sums.cacheRead + sums.cacheWrite5m + sums.cacheWrite1h;
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
      total: tokensOf(sums),
    },
    events: sums.events,
    unpricedEvents: sums.unpricedEvents,
  };
}
