/**
 * The one way in which every figure of the dashboard is asked for: from the ledger's sums, under the page's filters, with
 * the tier that each model has by its present price. The same sums as `agentMeter.v1.usage` adds up.
 */
import { failedStatus, type DashboardFilter } from '../../protocol/dashboard/dashboard';
import type { Bucket, LedgerQuery, LedgerTotals } from '../../protocol/query';
import type { Dimension } from '../../protocol/vocabulary';
import type { UsageSource } from './usage';

export interface Row {
  bucket: string;
  group: Partial<Record<Dimension | 'tier', string | null>>;
  sums: LedgerTotals;
}

export type TierOf = (provider: string | null | undefined, model: string | null | undefined) => string | null;

/** Each model's tier is looked up once. */
export function tiersAt(nowMs: number, source: UsageSource): TierOf {
  const known = new Map<string, string | null>();
  return (provider, model) => {
    const key = `${provider ?? ''}\n${model ?? ''}`;
    let tier = known.get(key);
    if (tier === undefined) {
      tier = source.tierOf(provider ?? '', model ?? '', nowMs);
      known.set(key, tier);
    }
    return tier;
  };
}

export function rowsOf(
  source: UsageSource,
  tierOf: TierOf,
  spans: readonly Bucket[],
  dimensions: readonly Dimension[],
  filter: DashboardFilter,
): Row[] {
  const { tier: wanted, ...stored } = filter;
  const asked = new Set<Dimension>(dimensions);
  if (wanted !== undefined) asked.add('provider').add('model');
  const query: LedgerQuery = { buckets: spans, dimensions: [...asked], filter: listed(stored) };
  const byModel = asked.has('model') && asked.has('provider');
  return source.query(query).flatMap((row): Row[] => {
    const tier = byModel ? tierOf(row.group.provider, row.group.model) : null;
    if (wanted !== undefined && tier !== wanted) return [];
    return [{ bucket: row.bucket, group: byModel ? { ...row.group, tier } : row.group, sums: row }];
  });
}

function listed(filter: Omit<DashboardFilter, 'tier'>): LedgerQuery['filter'] {
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => [key, key === 'status' ? statusesOf(value) : [value]]),
  );
}

export function statusesOf(status: string): string[] {
  return status === failedStatus ? ['error', 'retry'] : [status];
}

/** Whether a row that was not asked for with a filter passes it. */
export function passes({ group }: Row, filter: DashboardFilter): boolean {
  return Object.entries(filter).every(([key, value]) => group[key as keyof typeof group] === value);
}
