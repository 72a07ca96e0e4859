/**
 * `agentMeter.v1.usage`: sums over a period by any grouping. The ledger groups by what it stores; calendar labels beside
 * another calendar unit, and tiers, are folded here. Group sums always equal the total: both come from the same rows.
 */
import { buckets, intervalOf, labelOf, parseRange, PeriodError } from '../../domain/time/period';
import { billingModeOf, type Payment } from '../../domain/prices/billing';
import { canonicalProvider } from '../../domain/prices/provider';
import {
  usageRequestSchema,
  type BilledFigures,
  type Filter,
  type UsageRequest,
  type UsageRow,
  type UsageValue,
} from '../../protocol/api/api';
import type { Tier } from '../../protocol/configuration';
import type { Interval, LedgerQuery, LedgerRow, LedgerTotals } from '../../protocol/query';
import {
  calendarUnits,
  dimensions,
  type CalendarUnit,
  type Dimension,
  type FilterKey,
  type Grouping,
} from '../../protocol/vocabulary';
import type { View } from '../support/view';
import { billed } from './billed';
import { parseArgument } from '../support/argument';
import { ApiFailure, invalid } from '../support/failure';
import { sum, toTotals } from '../../domain/totals';

const defaultLimit = 1_000;

export interface UsageSource {
  query(query: LedgerQuery): LedgerRow[];
  tierOf(provider: string, model: string, atMs: number): string | null;
  /** Those that there are. */
  tiers: readonly Tier[];
  payment: Payment;
}

export function usage(argument: unknown, view: View, nowMs: number, source: UsageSource): UsageValue {
  const request = parseArgument(usageRequestSchema, argument);
  const { filter = {} } = request;
  checkTiers(filter, source.tiers);
  const interval = intervalFor(request, view, nowMs);
  const groupBy = [...new Set([request.groupBy ?? []].flat())];
  const rows = groupRows(groupBy, filter, interval, view.timezone, nowMs, source);
  return {
    from: new Date(interval.startMs).toISOString(),
    to: new Date(interval.endMs).toISOString(),
    timezone: view.timezone,
    total: toTotals(sum(rows.map(({ sums }) => sums))),
    billed: billedOf(interval, filter, view.timezone, nowMs, source),
    rows: (groupBy.length === 0 ? [] : rows)
      .toSorted((a, b) => compareCalendar(a.labels, b.labels) || b.sums.costNanos - a.sums.costNanos)
      .slice(0, request.limit ?? defaultLimit)
      .map(({ labels, sums }): UsageRow => ({
        ...labels,
        ...(labels.provider != null && { billing: billingModeOf(labels.provider, source.payment) }),
        ...toTotals(sums),
      })),
  };
}

/** Exact sums of one interval under a filter. */
export function totalsOf(interval: Interval, filter: Filter, nowMs: number, source: UsageSource): LedgerTotals {
  return sum(groupRows([], filter, interval, 'UTC', nowMs, source).map(({ sums }) => sums));
}

/** What an interval is billed under a filter; one that charges are not for has no answer. */
export function billedOf(
  interval: Interval,
  filter: Filter,
  timezone: string,
  nowMs: number,
  source: UsageSource,
): BilledFigures | null {
  const buckets = [{ ...interval, label: '' }];
  const rows = source.query({ buckets, dimensions: ['provider'], filter: storedFilter(filter) });
  return billed(interval, timezone, nowMs, source.payment, filter, rows);
}

/** Requirement B3: a tier that does not exist is a mistake, not an empty answer. */
function checkTiers(filter: Filter, tiers: readonly Tier[]): void {
  const unknown = valuesOf(filter, 'tier')?.find((id) => !tiers.some((tier) => tier.id === id));
  if (unknown === undefined) return;
  const known = tiers.map(({ id }) => id).join(', ');
  const message = `no tier is called “${unknown}”; there are: ${known}`;
  throw new ApiFailure('unknown_id', message, [{ path: 'filter.tier', message }]);
}

function intervalFor(request: UsageRequest, view: View, nowMs: number): Interval {
  try {
    if (request.period !== undefined) return intervalOf(request.period, nowMs, view.timezone, view.sessionStartMs);
    return parseRange(request.from ?? '', request.to, nowMs, view.timezone);
  } catch (error) {
    if (error instanceof PeriodError) throw invalid({ path: error.field, message: error.message });
    throw error;
  }
}

type Labels = Partial<Record<Grouping, string | null>>;

interface Group {
  labels: Labels;
  sums: LedgerTotals;
}

function groupRows(
  groupBy: readonly Grouping[],
  filter: Filter,
  interval: Interval,
  timezone: string,
  nowMs: number,
  source: UsageSource,
): Group[] {
  const units = calendarUnits.filter((unit) => groupBy.includes(unit));
  const tiers = valuesOf(filter, 'tier');
  const stored = new Set<Dimension>(dimensions.filter((dimension) => (groupBy as string[]).includes(dimension)));
  if (tiers !== null || groupBy.includes('tier')) stored.add('provider').add('model');
  // Weeks and months do not nest: two units together are folded from days.
  const unit = units.length > 1 ? 'day' : units[0];
  const spans = unit === undefined ? [{ ...interval, label: '' }] : calendarBuckets(interval, unit, timezone);
  const starts = new Map(spans.map((span) => [span.label, span.startMs]));

  const groups = new Map<string, Group>();
  for (const row of source.query({ buckets: spans, dimensions: [...stored], filter: storedFilter(filter) })) {
    const tier = stored.has('model') ? source.tierOf(row.group.provider ?? '', row.group.model ?? '', nowMs) : null;
    if (tiers !== null && !tiers.includes(tier ?? '')) continue;
    const labels: Labels = {};
    for (const grouping of groupBy) {
      if (grouping === 'tier') labels.tier = tier;
      else if (isCalendarUnit(grouping)) {
        labels[grouping] = units.length > 1 ? labelOf(starts.get(row.bucket) ?? 0, grouping, timezone) : row.bucket;
      } else labels[grouping] = row.group[grouping] ?? null;
    }
    const key = JSON.stringify(Object.values(labels));
    const group = groups.get(key);
    groups.set(key, { labels, sums: group === undefined ? row : sum([group.sums, row]) });
  }
  return [...groups.values()];
}

function calendarBuckets(interval: Interval, unit: CalendarUnit, timezone: string): ReturnType<typeof buckets> {
  try {
    return buckets(interval, unit, timezone);
  } catch (error) {
    if (error instanceof PeriodError) throw invalid({ path: error.field, message: error.message });
    throw error;
  }
}

function isCalendarUnit(grouping: Grouping): grouping is CalendarUnit {
  return (calendarUnits as readonly string[]).includes(grouping);
}

function valuesOf(filter: Filter, key: FilterKey): string[] | null {
  const value = filter[key];
  return value === undefined ? null : [value].flat();
}

function storedFilter(filter: Filter): LedgerQuery['filter'] {
  const result: LedgerQuery['filter'] = {};
  for (const dimension of dimensions) {
    if (dimension === 'tags') continue;
    const values = valuesOf(filter, dimension);
    if (values !== null) result[dimension] = dimension === 'provider' ? values.map(canonicalProvider) : values;
  }
  return result;
}

function compareCalendar(a: Labels, b: Labels): number {
  for (const unit of calendarUnits) {
    const [left, right] = [a[unit] ?? '', b[unit] ?? ''];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
