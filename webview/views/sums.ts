/** What several views say of sums. */
import type { DashboardSums, GroupKey } from '../../src/protocol/dashboard/dashboard';
import type { DashboardString } from '../../src/protocol/dashboard/dashboardStrings';
import type { Text } from '../text';
import type { Column } from '../ui/table';

export const costByTitles: Readonly<Record<GroupKey, DashboardString>> = {
  provider: 'costByProvider',
  model: 'costByModel',
  tier: 'costByTier',
  agent: 'costByAgent',
  project: 'costByProject',
};

export function tokensOf({ input, output, cacheRead, cacheWrite }: DashboardSums): number {
  return input + output + cacheRead + cacheWrite;
}

/** Calls without a price cost not nothing: what they cost is not known. */
export function costText(sums: DashboardSums, text: Text): string {
  if (sums.events > 0 && sums.unpricedEvents === sums.events) return text.t('unpriced');
  return text.money(sums.costNanos);
}

export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function addedUp(rows: readonly DashboardSums[]): DashboardSums {
  const sum: DashboardSums = {
    costNanos: 0,
    events: 0,
    unpricedEvents: 0,
    estimatedEvents: 0,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
  };
  for (const row of rows) for (const key of Object.keys(sum) as (keyof DashboardSums)[]) sum[key] += row[key];
  return sum;
}

export function costColumn<T extends DashboardSums>(text: Text): Column<T> {
  return {
    key: 'cost',
    title: text.t('cost'),
    align: 'end',
    text: (row) => costText(row, text),
    sort: ({ costNanos }) => costNanos,
  };
}

/** Requests and tokens. */
export function countColumns<T extends DashboardSums>(text: Text): Column<T>[] {
  const column = (key: 'events' | 'input' | 'output' | 'cacheRead' | 'cacheWrite', title: string): Column<T> => ({
    key,
    title,
    align: 'end',
    text: (row) => text.count(row[key]),
    sort: (row) => row[key],
    wide: key !== 'events',
  });
  return [
    column('events', text.t('requests')),
    column('input', text.t('input')),
    column('output', text.t('output')),
    column('cacheRead', text.t('cacheRead')),
    column('cacheWrite', text.t('cacheWrite')),
  ];
}
