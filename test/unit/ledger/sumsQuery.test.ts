/** What is answered from rows in memory is what the database answers, of the same events. */
import fc from '../../support/properties';
import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CircumstanceTable } from '../../../src/ledger/tables/circumstances';
import { loadSqlJs, openDatabase } from '../../../src/ledger/tables/database';
import { copyOf, type EventRow } from '../../../src/ledger/tables/eventCopy';
import { migrate, slotMs } from '../../../src/ledger/tables/schema';
import { asNumber } from '../../../src/ledger/tables/sqlValues';
import { LedgerStore } from '../../../src/ledger/tables/store';
import type { Sums, SumRow } from '../../../src/ledger/queries/sums';
import { doubtfulSums, grainsOf, lastEventMsOf, querySums, type SumSource } from '../../../src/ledger/sumsQuery';
import type { RatedEvent } from '../../../src/protocol/event';
import type { Interval, LedgerQuery } from '../../../src/protocol/query';
import { callStatuses, dimensions, pricings, type Dimension } from '../../../src/protocol/vocabulary';
import { event, startMs, wasmPath } from './support';

let sql: SqlJsStatic;
beforeAll(async () => {
  sql = await loadSqlJs(wasmPath);
});

const hourMs = 3_600_000;
const words = fc.constantFrom('a', 'b', 'c');
const maybe = fc.option(words);
const count = fc.nat(100_000);
/** Around slots' edges more often than chance would have it. */
const instants = fc.oneof(
  fc.integer({ min: startMs - hourMs, max: startMs + 3 * hourMs }),
  fc
    .tuple(fc.integer({ min: -4, max: 12 }), fc.integer({ min: -1, max: 1 }))
    .map(([slot, off]) => startMs + slot * slotMs + off),
);

const randomEvents: fc.Arbitrary<RatedEvent[]> = fc
  .array(
    fc.record({
      atMs: instants,
      model: words,
      provider: words,
      source: fc.constantFrom('claude-code', 'api'),
      status: fc.constantFrom(...callStatuses),
      modifiers: fc.constantFrom([], ['fast'] as const),
      tokens: fc.record({ input: count, output: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count }),
      webSearches: fc.nat(3),
      durationMs: fc.option(count),
      attribution: fc.record({ project: maybe, agent: maybe, session: maybe, run: maybe, tags: maybe }),
      pricing: fc.constantFrom(...pricings),
      cost: fc.integer({ min: 0, max: 4_000_000_000 }),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ pricing, cost, ...parts }, index) =>
      event(`c${index}`, { ...parts, rating: { pricing, costNanos: pricing === 'unpriced' ? null : cost } }),
    ),
  );

const intervals: fc.Arbitrary<Interval> = fc
  .tuple(instants, fc.oneof(instants, fc.constant(8e15)))
  .map(([a, b]) => ({ startMs: Math.min(a, b), endMs: Math.max(a, b) }));

const queries: fc.Arbitrary<LedgerQuery> = fc.record({
  buckets: fc
    .uniqueArray(instants, { minLength: 2, maxLength: 5 })
    .map((edges) => edges.sort((a, b) => a - b))
    .map((edges) => edges.slice(1).map((endMs, at) => ({ startMs: edges[at] ?? 0, endMs, label: `b${at}` }))),
  dimensions: fc.subarray([...dimensions]),
  filter: fc.dictionary(fc.constantFrom(...dimensions), fc.uniqueArray(fc.constantFrom('a', 'b', 'ok', 'api', 'z')), {
    maxKeys: 2,
  }),
});

/** The rows that the database has. */
function sourceOf(db: Database, table: CircumstanceTable, events: readonly EventRow[]): SumSource {
  const rows = (name: string): SumRow[] =>
    (db.exec(`SELECT * FROM ${name}`)[0]?.values ?? []).map(([slot, attribution, ...sums]: SqlValue[]) => ({
      slot: asNumber(slot),
      circumstances: table.byId(asNumber(attribution)),
      sums: sums.map(asNumber) as Sums,
    }));
  const [live, settled] = [rows('rollup'), rows('settled_rollup')];
  return {
    rows: () => live,
    settledRows: () => settled,
    events: (fromMs, toMs) => events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
  };
}

/** In no order, as neither has one. */
function sorted(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

describe('what is answered from rows of sums', () => {
  it('is what the database answers, for any buckets, dimensions, filters and steps, of settled events too', () => {
    fc.assert(
      fc.property(
        randomEvents,
        fc.option(instants),
        fc.array(queries, { minLength: 1, maxLength: 4 }),
        intervals,
        fc.constantFrom(60_000, slotMs, 4 * slotMs),
        (all, settledBeforeMs, asked, interval, grainMs) => {
          const db = openDatabase(sql, null, false);
          migrate(db, 0);
          const store = new LedgerStore(db);
          const copies = all.map((one) => copyOf(one, store.circumstances));
          store.apply([{ kind: 'events', copies, cursors: [] }]);
          const beforeMs = settledBeforeMs ?? Number.NEGATIVE_INFINITY;
          if (settledBeforeMs !== null) store.apply([{ kind: 'settle', beforeMs, most: copies.length }]);
          const source = sourceOf(
            db,
            store.circumstances,
            copies.filter(({ atMs }) => atMs >= beforeMs),
          );
          for (const query of asked) {
            expect(sorted(querySums(source, query))).toEqual(sorted(store.queries.query(query)));
          }
          expect(sorted(doubtfulSums(source, interval))).toEqual(sorted(store.queries.doubtful(interval)));
          for (const id of store.circumstances.sources())
            expect(lastEventMsOf(source, id)).toBe(store.queries.lastEventMs(id));
          const whole = { startMs: Math.floor(interval.startMs / slotMs) * slotMs, endMs: interval.endMs };
          for (const within of [interval, whole]) {
            const summed = (rows: ReturnType<typeof grainsOf>) => sorted(merged(rows));
            expect(summed(grainsOf(source, within, grainMs, 'a'))).toEqual(
              summed(store.queries.grains(within, grainMs, 'a')),
            );
          }
          db.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('knows nothing of a row whose last event has moved away', () => {
    const db = openDatabase(sql, null, false);
    migrate(db, 0);
    const { circumstances } = copyOf(event('c'), new LedgerStore(db).circumstances);
    const empty = { slot: startMs / slotMs, circumstances, sums: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] as Sums };
    const source: SumSource = { rows: () => [empty], settledRows: () => [], events: () => [] };
    const everything = [{ startMs: 0, endMs: 8e15, label: '' }];
    const by = (dimensions: readonly Dimension[]) => querySums(source, { buckets: everything, dimensions, filter: {} });
    expect(by(['provider'])).toEqual([]);
    expect(by([])).toMatchObject([{ events: 0, costNanos: 0, group: {} }]);
    expect(lastEventMsOf(source, 'claude-code')).toBeNull();
    expect(grainsOf(source, { startMs: 0, endMs: 8e15 }, slotMs, 'anthropic')).toEqual([]);
  });
});

/** Of one step and project there may be several rows of the database: one with details, one settled. */
function merged(rows: ReturnType<typeof grainsOf>): ReturnType<typeof grainsOf> {
  const byStep = new Map<string, ReturnType<typeof grainsOf>[number]>();
  for (const row of rows) {
    const key = JSON.stringify([row.startMs, row.project]);
    const known = byStep.get(key);
    if (known === undefined) {
      byStep.set(key, { ...row });
      continue;
    }
    for (const name of ['events', 'tokens', 'output', 'costNanos'] as const) known[name] += row[name];
  }
  return [...byStep.values()];
}
