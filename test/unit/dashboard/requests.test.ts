import { beforeAll, describe, expect, it } from 'vitest';
import { requests } from '../../../src/engine/figures/dashboardRequests';
import type { DashboardSource } from '../../../src/engine/figures/source';
import {
  dashboardCallSchema,
  requestsSchema,
  type DashboardRequests,
  type RequestsPage,
} from '../../../src/protocol/dashboard/dashboard';
import { event } from '../ledger/support';
import { calls, ledgerOf, nowMs, sourceOf, view } from './support';

const events = calls(1_500, 7);
let source: DashboardSource;

beforeAll(async () => {
  source = await sourceOf(await ledgerOf(events));
});

const first: RequestsPage = { sort: 'time', descending: true, search: '', offset: 0, limit: 50 };
const quarter = { period: { kind: 'named', name: 'last_90_days' }, filter: {} } as const;

function ask(page: Partial<RequestsPage>, selection: Parameters<typeof requests>[0] = quarter): DashboardRequests {
  return requestsSchema.parse(requests(selection, { ...first, ...page }, view, nowMs, source));
}

const keys = {
  time: (row: DashboardRequests['rows'][number]) => row.atMs,
  cost: (row: DashboardRequests['rows'][number]) => row.costNanos ?? -1,
  tokens: (row: DashboardRequests['rows'][number]) => row.input + row.output + row.cacheRead + row.cacheWrite,
  duration: (row: DashboardRequests['rows'][number]) => row.durationMs ?? -1,
};

it('asks for any page of a list, however long', () => {
  const call = { ask: 'requests', selection: quarter, page: { ...first, offset: 2_999_900, limit: 100 } };
  expect(dashboardCallSchema.parse(call)).toMatchObject({ page: { offset: 2_999_900 } });
});

describe('the table of requests', () => {
  it.each(['time', 'cost', 'tokens', 'duration'] as const)('pages through all of them, sorted by %s', (sort) => {
    const rows = [];
    for (let offset = 0; offset < 1_500; offset += 100) rows.push(...ask({ sort, offset, limit: 100 }).rows);
    expect(rows).toHaveLength(1_500);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1_500);
    const values = rows.map(keys[sort]);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    const total = events.reduce((sum, { rating }) => sum + (rating.costNanos ?? 0), 0);
    expect(rows.reduce((sum, { costNanos }) => sum + (costNanos ?? 0), 0)).toBe(total);
  });

  it('sorts upwards, and what has no value last', () => {
    const rows = ask({ sort: 'cost', descending: false, limit: 500 }).rows;
    const priced = rows.filter(({ costNanos }) => costNanos !== null).map(keys.cost);
    expect(priced).toEqual(priced.toSorted((a, b) => a - b));
    expect(ask({ descending: false }).rows[0]?.atMs).toBe(Math.min(...events.map(({ atMs }) => atMs)));
  });

  it('obeys the filters, also that by tier', () => {
    const { total, rows } = ask({ limit: 500 }, { ...quarter, filter: { tier: 'premium', project: 'project-2' } });
    const expected = events.filter(
      ({ model, attribution }) => model === 'claude-opus-4-6' && attribution.project === 'project-2',
    );
    expect(total).toBe(expected.length);
    expect(rows.map(({ atMs }) => atMs)).toEqual(expected.map(({ atMs }) => atMs).toSorted((a, b) => b - a));
    expect(new Set(rows.map(({ tier }) => tier))).toEqual(new Set(['premium']));
  });

  it('tells of each request what it was', () => {
    const { rows } = ask({ limit: 500 });
    for (const row of rows) {
      const same = events.filter(({ atMs }) => atMs === row.atMs);
      expect(same.map(({ status, durationMs, attribution }) => [status, durationMs, attribution.run])).toContainEqual([
        row.status,
        row.durationMs,
        row.run,
      ]);
    }
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['ok', 'error', 'retry']));
  });

  it('finds a part of a name, whatever its case', () => {
    const { total, rows } = ask({ search: ' HAIKU ' });
    expect(total).toBe(events.filter(({ model }) => model.includes('haiku')).length);
    expect(rows.every(({ model }) => model === 'claude-haiku-4-5')).toBe(true);
    expect(ask({ search: 'nothing is called so' })).toMatchObject({ total: 0, rows: [] });
  });

  it('goes no further than the period', () => {
    const today = ask({ limit: 500 }, { period: { kind: 'named', name: 'today' }, filter: {} });
    const begin = Date.parse('2026-11-20T23:00:00Z');
    expect(today.total).toBe(events.filter(({ atMs }) => atMs >= begin).length);
  });

  it('sorts only the latest where there are more than it can, and says so', async () => {
    const many = Array.from({ length: 21_000 }, (_, index) =>
      event(`many-${index}`, { atMs: nowMs - index * 60_000, rating: { costNanos: 1 + index } }),
    );
    const crowded = await sourceOf(await ledgerOf(many));
    const page = requests(quarter, { ...first, sort: 'cost' }, view, nowMs, crowded);
    expect(page.sortedOf).toBe(page.total);
    expect(page.total).toBeGreaterThanOrEqual(20_000);
    expect(page.total).toBeLessThan(21_000);
    expect(page.rows[0]?.costNanos).toBe(page.total);
    const byTime = requests(quarter, { ...first, offset: 20_990 }, view, nowMs, crowded);
    expect(byTime).toMatchObject({ total: 21_000, sortedOf: null, rows: { length: 10 } });
    expect(byTime.rows.at(-1)?.costNanos).toBe(21_000);
  });
});
