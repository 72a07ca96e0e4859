/**
 * Everything a page of the dashboard shows for one period and one set of filters, from the ledger's sums: what the period is made of,
 * its runs and bars, what is billed of it, the interval before, and the days of a year.
 */
import { labelOf } from '../../domain/time/period';
import { projected } from '../../domain/budgets/forecast';
import {
  groupKeys,
  stackKeys,
  type DashboardFigures,
  type DashboardFilter,
  type DashboardSelection,
  type DashboardSeries,
  type DashboardSpan,
  type GroupKey,
} from '../../protocol/dashboard/dashboard';
import type { Bucket, Interval } from '../../protocol/query';
import type { CalendarUnit } from '../../protocol/vocabulary';
import { billedOf } from './usage';
import type { View } from '../support/view';
import type { DashboardSource } from './source';
import { barsOf, historyDays, intervalBefore, intervalOfSelection, tableMonths, trendWeeks } from './dashboardInterval';
import { rowsOf, passes, tiersAt, type Row, type TierOf } from './rows';
import { runsOf } from './runs';
import { subscriptions } from './subscriptions';
import { groupBy, toGroups, toSpans, toSums, total } from './sums';

/** Of the page's table of runs; the others are found by a filter. */
const mostRuns = 200;
const mostChoices = 500;

export function figures(
  selection: DashboardSelection,
  view: View,
  nowMs: number,
  source: DashboardSource,
): DashboardFigures {
  const { period, filter } = selection;
  const zone = view.timezone;
  const interval = intervalOfSelection(period, nowMs, zone);
  const previousInterval = intervalBefore(period, interval, nowMs, zone);
  const tierOf = tiersAt(nowMs, source);
  const { all, rows } = partsOf(interval, filter, tierOf, source);
  const whole = total(rows);
  const runs = runsOf(interval, filter, tierOf, source);
  return {
    asOfMs: nowMs,
    timezone: zone,
    interval,
    previousInterval,
    total: toSums(whole),
    previous: toSums(total(rowsOf(source, tierOf, [{ ...previousInterval, label: '' }], [], filter))),
    projectedNanos: projected(whole.costNanos, interval, nowMs),
    billed: billedOf(interval, filter, zone, nowMs, source),
    bars: bars(interval, zone, filter, tierOf, source),
    groups: byKey((key) => toGroups(rows, key)),
    providers: providers(rows, interval, source),
    choices: byKey((key) => choices(all, key)),
    runs: runs.slice(0, mostRuns),
    runCount: runs.length,
    subscriptions: subscriptions(zone, nowMs, source),
    ...history(zone, filter, nowMs, tierOf, source),
  };
}

/** What the period is made of: all of it, and what passes the filters. */
function partsOf(
  interval: Interval,
  filter: DashboardFilter,
  tierOf: TierOf,
  source: DashboardSource,
): { all: Row[]; rows: Row[] } {
  const bucket = [{ ...interval, label: '' }];
  const parts = ['provider', 'model', 'agent', 'project'] as const;
  const all = rowsOf(source, tierOf, bucket, parts, {});
  const rows =
    filter.run === undefined && filter.session === undefined && filter.status === undefined
      ? all.filter((row) => passes(row, filter))
      : rowsOf(source, tierOf, bucket, parts, filter);
  return { all, rows };
}

function byKey<T>(make: (key: GroupKey) => T): Record<GroupKey, T> {
  return Object.fromEntries(groupKeys.map((key) => [key, make(key)])) as Record<GroupKey, T>;
}

function choices(rows: readonly Row[], key: GroupKey): string[] {
  return [...new Set(rows.flatMap(({ group }) => group[key] ?? []))].toSorted().slice(0, mostChoices);
}

function bars(
  interval: Interval,
  zone: string,
  filter: DashboardFilter,
  tierOf: TierOf,
  source: DashboardSource,
): DashboardFigures['bars'] {
  const { unit, spans } = barsOf(interval, zone);
  const rows = rowsOf(source, tierOf, spans, ['provider', 'model'], filter);
  const stacks = Object.fromEntries(stackKeys.map((key) => [key, stack(rows, spans, key)]));
  return { unit, spans: toSpans(rows, spans), stacks: stacks as DashboardFigures['bars']['stacks'] };
}

function stack(rows: readonly Row[], spans: readonly Bucket[], key: (typeof stackKeys)[number]): DashboardSeries[] {
  const places = new Map(spans.map(({ label }, place) => [label, place]));
  const series = new Map<string | null, number[]>();
  for (const { bucket, group, sums } of rows) {
    const name = group[key] ?? null;
    let costNanos = series.get(name);
    if (costNanos === undefined) series.set(name, (costNanos = spans.map(() => 0)));
    const place = places.get(bucket) ?? 0;
    costNanos[place] = (costNanos[place] ?? 0) + sums.costNanos;
  }
  const sumOf = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  return [...series]
    .map(([name, costNanos]) => ({ name, costNanos }))
    .toSorted((a, b) => sumOf(b.costNanos) - sumOf(a.costNanos));
}

function providers(rows: readonly Row[], interval: Interval, source: DashboardSource): DashboardFigures['providers'] {
  const durations = source.activity.meanDurations(interval);
  return [...groupBy(rows, ({ group }) => group.provider ?? null)]
    .map(([name, sums]) => ({
      name,
      ...toSums(sums),
      errorEvents: sums.errorEvents,
      retryEvents: sums.retryEvents,
      meanDurationMs: durations.get(name ?? '') ?? null,
    }))
    .toSorted((a, b) => b.costNanos - a.costNanos || b.events - a.events);
}

function history(
  zone: string,
  filter: DashboardFilter,
  nowMs: number,
  tierOf: TierOf,
  source: DashboardSource,
): Pick<DashboardFigures, 'days' | 'weeks' | 'months'> {
  const { all, heatFromMs } = historyDays(nowMs, zone);
  const days = toSpans(rowsOf(source, tierOf, all, [], filter), all);
  return {
    days: days.filter(({ startMs }) => startMs >= heatFromMs),
    weeks: folded(days, 'week', zone).slice(-trendWeeks),
    months: folded(days, 'month', zone).slice(-tableMonths),
  };
}

function folded(days: readonly DashboardSpan[], unit: CalendarUnit, zone: string): DashboardSpan[] {
  const spans = new Map<string, DashboardSpan>();
  for (const day of days) {
    const label = labelOf(day.startMs, unit, zone);
    const span = spans.get(label);
    if (span === undefined) {
      spans.set(label, { ...day, label });
      continue;
    }
    span.endMs = day.endMs;
    for (const key of summed) span[key] += day[key];
  }
  return [...spans.values()];
}

const summed = [
  'costNanos',
  'events',
  'unpricedEvents',
  'estimatedEvents',
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
] as const;
