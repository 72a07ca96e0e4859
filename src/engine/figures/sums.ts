/** From the ledger's exact sums to those of the dashboard's messages. */
import type { DashboardGroup, DashboardSpan, DashboardSums } from '../../protocol/dashboard/dashboard';
import { noTotals, type Bucket, type LedgerTotals } from '../../protocol/query';
import { sum } from '../../domain/totals';
import type { Row } from './rows';

export function toSums(totals: LedgerTotals): DashboardSums {
  return {
    costNanos: totals.costNanos,
    events: totals.events,
    unpricedEvents: totals.unpricedEvents,
    estimatedEvents: totals.estimatedEvents,
    input: totals.input,
    output: totals.output,
    cacheRead: totals.cacheRead,
    cacheWrite: totals.cacheWrite5m + totals.cacheWrite1h,
  };
}

export function total(rows: readonly Row[]): LedgerTotals {
  return sum(rows.map(({ sums }) => sums));
}

export function groupBy<K>(rows: readonly Row[], keyOf: (row: Row) => K): Map<K, LedgerTotals> {
  const groups = new Map<K, LedgerTotals[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row.sums]);
    else group.push(row.sums);
  }
  return new Map([...groups].map(([key, sums]) => [key, sum(sums)]));
}

/** The costliest first; what costs nothing by its tokens. */
export function costliest(a: DashboardSums, b: DashboardSums): number {
  return b.costNanos - a.costNanos || tokensOf(b) - tokensOf(a) || b.events - a.events;
}

export function tokensOf({ input, output, cacheRead, cacheWrite }: DashboardSums): number {
  return input + output + cacheRead + cacheWrite;
}

export function toGroups(rows: readonly Row[], key: keyof Row['group']): DashboardGroup[] {
  const groups = groupBy(rows, ({ group }) => group[key] ?? null);
  return [...groups].map(([name, sums]) => ({ name, ...toSums(sums) })).toSorted(costliest);
}

/** One for each bucket, also where nothing was. */
export function toSpans(rows: readonly Row[], spans: readonly Bucket[]): DashboardSpan[] {
  const groups = groupBy(rows, ({ bucket }) => bucket);
  return spans.map((span) => ({ ...span, ...toSums(groups.get(span.label) ?? noTotals()) }));
}
