import { beforeAll, describe, expect, it } from 'vitest';
import { usage } from '../../../src/engine/figures/usage';
import { figures } from '../../../src/engine/figures/dashboardFigures';
import type { DashboardSource } from '../../../src/engine/figures/source';
import { usdFromNanos } from '../../../src/shared/money';
import type { UsageRequest, UsageValue } from '../../../src/protocol/api/api';
import {
  dashboardPeriods,
  figuresSchema,
  groupKeys,
  stackKeys,
  type DashboardFigures,
  type DashboardFilter,
  type DashboardPeriod,
  type DashboardSums,
} from '../../../src/protocol/dashboard/dashboard';
import { openLedger, temporaryDirectory } from '../ledger/support';
import { calls, ledgerOf, nowMs, sourceOf, view } from './support';

let source: DashboardSource;

beforeAll(async () => {
  source = await sourceOf(await ledgerOf(calls(2_500)));
});

function page(name: DashboardPeriod, filter: DashboardFilter = {}): DashboardFigures {
  return figuresSchema.parse(figures({ period: { kind: 'named', name }, filter }, view, nowMs, source));
}

function asked(request: UsageRequest): UsageValue {
  return usage({ limit: 100_000, ...request }, view, nowMs, source);
}

function sumOf(rows: readonly Pick<DashboardSums, 'costNanos'>[]): number {
  return rows.reduce((sum, { costNanos }) => sum + costNanos, 0);
}

const filters: DashboardFilter[] = [
  {},
  { provider: 'anthropic' },
  { tier: 'low' },
  { project: 'project-1', agent: 'planner' },
  { tier: 'premium', session: 's3' },
  { run: 'r2' },
  { model: 'no such model' },
];

describe('the figures of a page', () => {
  it.each(['today', 'yesterday', 'week', 'last_week', 'month', 'last_month'] as const)(
    'are those of the API: %s',
    (period) => {
      for (const filter of filters) {
        const shown = page(period, filter);
        const told = asked({ period, filter });
        expect(usdFromNanos(shown.total.costNanos)).toBe(told.total.costUsd);
        expect(shown.total.events).toBe(told.total.events);
        expect(shown.total.unpricedEvents).toBe(told.total.unpricedEvents);
        expect(shown.interval.startMs).toBe(Date.parse(told.from));
        expect(shown.interval.endMs).toBe(Date.parse(told.to));
        for (const key of groupKeys) {
          const rows = asked({ period, filter, groupBy: key }).rows;
          const expected = rows.map((row) => [row[key], row.costUsd, row.events]);
          const found = shown.groups[key].map(({ name, costNanos, events }) => [name, usdFromNanos(costNanos), events]);
          expect(new Set(found.map(String))).toEqual(new Set(expected.map(String)));
        }
      }
    },
  );

  it('add up to the total, whichever way they are cut', () => {
    for (const name of dashboardPeriods) {
      for (const filter of filters) {
        const { total, groups, bars, providers, runs } = page(name, filter);
        for (const key of groupKeys) expect(sumOf(groups[key])).toBe(total.costNanos);
        expect(sumOf(bars.spans)).toBe(total.costNanos);
        for (const key of stackKeys) {
          expect(bars.stacks[key].flatMap(({ costNanos }) => costNanos).reduce((a, b) => a + b, 0)).toBe(
            total.costNanos,
          );
        }
        expect(sumOf(providers)).toBe(total.costNanos);
        expect(sumOf(runs)).toBe(total.costNanos);
      }
    }
  });

  it('have one bar for each hour of a day, each day of a month, each week of a year', () => {
    expect(page('today').bars).toMatchObject({ unit: 'hour', spans: { length: 24 } });
    expect(page('month').bars).toMatchObject({ unit: 'day', spans: { length: 30 } });
    const year = { period: { kind: 'custom', from: '2026-01-01', to: '2026-12-31' }, filter: {} } as const;
    const { bars, total } = figures(year, view, nowMs, source);
    expect(bars.unit).toBe('week');
    expect(sumOf(bars.spans)).toBe(total.costNanos);
  });

  it('have 25 bars on the day that has 25 hours', () => {
    const autumn = { period: { kind: 'custom', from: '2026-10-25', to: '2026-10-25' }, filter: {} } as const;
    const { bars, total } = figures(autumn, view, nowMs, source);
    expect(bars.spans).toHaveLength(25);
    expect(sumOf(bars.spans)).toBe(total.costNanos);
  });

  it('compare a running period with the same part of the one before', () => {
    const { previous, previousInterval, interval } = page('month');
    expect(new Date(previousInterval.startMs).toISOString()).toBe('2026-09-30T22:00:00.000Z');
    expect(previousInterval.endMs - previousInterval.startMs).toBe(nowMs - interval.startMs);
    const told = asked({
      from: new Date(previousInterval.startMs).toISOString(),
      to: new Date(previousInterval.endMs).toISOString(),
    });
    expect(usdFromNanos(previous.costNanos)).toBe(told.total.costUsd);
    const { previousInterval: whole } = page('last_month');
    expect(whole.startMs).toBe(Date.parse('2026-08-31T22:00:00Z'));
    expect(whole.endMs).toBe(Date.parse('2026-09-30T22:00:00Z'));
  });

  it('project what a running period will have cost, and no other', () => {
    const { total, projectedNanos, interval } = page('month');
    const share = (nowMs - interval.startMs) / (interval.endMs - interval.startMs);
    expect(projectedNanos).toBe(Math.round(total.costNanos / share));
    expect(page('last_month').projectedNanos).toBeNull();
  });

  it('show a year that ends today, whatever the period: its weeks and months are those of the API', () => {
    const { days, weeks, months } = page('today', { provider: 'openai' });
    expect(days).toHaveLength(51 * 7 + 6);
    expect(days.at(-1)?.label).toBe('2026-11-21');
    expect(weeks).toHaveLength(26);
    expect(months).toHaveLength(12);
    const filter = { provider: 'openai' };
    const byMonth = asked({ from: '2025-12-01', to: '2026-11-21', groupBy: 'month', filter });
    for (const row of byMonth.rows) {
      const month = months.find(({ label }) => label === row['month']);
      expect(usdFromNanos(month?.costNanos ?? 0)).toBe(row.costUsd);
    }
    const byWeek = asked({ from: '2026-09-01', to: '2026-11-21', groupBy: 'week', filter });
    for (const row of byWeek.rows.slice(1)) {
      const week = weeks.find(({ label }) => label === row['week']);
      expect(usdFromNanos(week?.costNanos ?? 0)).toBe(row.costUsd);
    }
  });

  it('offer as filters what there is in the period, also while it is filtered', () => {
    expect(page('month', { provider: 'openai' }).choices).toMatchObject({
      provider: ['anthropic', 'mock', 'openai'],
      project: ['project-0', 'project-1', 'project-2'],
      tier: ['low', 'medium', 'premium'],
    });
  });

  it('count a run where the agent names one, else the session', () => {
    const { runs, runCount } = page('last_90_days');
    expect(
      runs
        .filter(({ kind }) => kind === 'run')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect(runs.filter(({ kind }) => kind === 'session')).toHaveLength(12);
    expect(runCount).toBe(17);
    for (const { firstMs, lastMs } of runs) expect(firstMs).toBeLessThan(lastMs);
  });

  it('tell what a provider takes on average of the calls that say it', () => {
    const { providers, interval } = page('month');
    const timed = calls(2_500).filter(
      ({ provider, atMs, durationMs }) => provider === 'openai' && atMs >= interval.startMs && durationMs !== null,
    );
    const mean = timed.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0) / timed.length;
    expect(providers.find(({ name }) => name === 'openai')?.meanDurationMs).toBe(Math.round(mean));
  });

  it('are zero, not missing, in an empty ledger', async () => {
    const empty = await sourceOf(await openLedger(temporaryDirectory(), 1));
    const shown = figures({ period: { kind: 'named', name: 'week' }, filter: {} }, view, nowMs, empty);
    expect(shown.total.events).toBe(0);
    expect(shown.bars.spans).toHaveLength(7);
    expect(shown.groups.model).toEqual([]);
    expect(shown.runCount).toBe(0);
  });

  it('refuse a period that ends before it begins', () => {
    const selection = { period: { kind: 'custom', from: '2026-11-02', to: '2026-11-01' }, filter: {} } as const;
    expect(() => figures(selection, view, nowMs, source)).toThrow(/before its begin/);
  });
});
