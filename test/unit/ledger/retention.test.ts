import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from '../../support/properties';
import initSqlJs, { type SqlValue } from 'sql.js';
import { describe, expect, it } from 'vitest';
import { buckets } from '../../../src/domain/time/period';
import { daysEndMs, defaultRetention, detailsEndMs, monthAt } from '../../../src/domain/retention';
import { Retention } from '../../../src/engine/upkeep/retention';
import type { Ledger } from '../../../src/ledger/ledger';
import { nodeLedgerIo, type LedgerIo } from '../../../src/ledger/ledgerIo';
import type { RatedEvent } from '../../../src/protocol/event';
import type { Bucket, LedgerRow } from '../../../src/protocol/query';
import {
  callStatuses,
  dimensions,
  pricings,
  type CalendarUnit,
  type Dimension,
} from '../../../src/protocol/vocabulary';
import { event, everything, openLedger, startMs, temporaryDirectory, totalsOf } from './support';

const dayMs = 86_400_000;
const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham'];

/** A whole run at `nowMs`, whatever was done before. */
async function retain(ledger: Ledger, nowMs: number, zone: string): Promise<void> {
  const { upkeep } = ledger;
  const idle = (): boolean => true;
  await new Retention({
    upkeep,
    policy: () => defaultRetention,
    zone: () => zone,
    now: () => nowMs,
    idle,
    log: () => undefined,
  }).whenIdle();
}

async function inCheckpoint(directory: string, query: string): Promise<SqlValue[] | undefined> {
  const sql = await initSqlJs();
  const db = new sql.Database(readFileSync(join(directory, 'ledger.sqlite')));
  const row = db.exec(query)[0]?.values[0];
  db.close();
  return row;
}

const words = fc.constantFrom('a', 'b');
const count = fc.nat(1000);
const randomEvents: fc.Arbitrary<RatedEvent[]> = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: startMs - 900 * dayMs, max: startMs }),
      model: words,
      status: fc.constantFrom(...callStatuses),
      tokens: fc.record({ input: count, output: count, cacheRead: count, cacheWrite1h: count, reasoning: count }),
      durationMs: fc.option(count),
      attribution: fc.record({ project: fc.option(words), session: fc.option(words), tags: fc.option(words) }),
      pricing: fc.constantFrom(...pricings),
      cost: fc.integer({ min: 0, max: 4_000_000_000 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((all) =>
    all.map(({ pricing, cost, ...parts }, index) =>
      event(`c${index}`, { ...parts, rating: { pricing, costNanos: pricing === 'unpriced' ? null : cost } }),
    ),
  );

/** A row as one short line, so that a difference can be read. */
function sorted(rows: readonly LedgerRow[]): string[] {
  return rows
    .filter(({ events }) => events > 0)
    .map(({ bucket, group, ...sums }) => [bucket, ...Object.values(group), ...Object.values(sums)].join(' '))
    .sort();
}

/** Everything that must not move: months of the zone over all time, days and weeks of any zone as far as they are kept. */
function survivors(ledger: Ledger, nowMs: number, zone: string, grouping: readonly Dimension[]): string[][] {
  const ask = (unit: CalendarUnit, fromMs: number, inZone: string): string[] => {
    const whole = buckets({ startMs: fromMs, endMs: nowMs + dayMs }, unit, inZone);
    return sorted(ledger.query({ buckets: whole, dimensions: grouping, filter: {} }));
  };
  const oldest = monthAt(startMs - 950 * dayMs, zone).startMs;
  const kept = daysEndMs(defaultRetention, nowMs, zone);
  return [
    sorted(ledger.query({ ...everything, dimensions: grouping })),
    ask('month', oldest, zone),
    ...zones.flatMap((other) => [ask('day', kept, other), ask('week', kept, other)]),
  ];
}

describe('retention', () => {
  it('moves no total of any grouping that survives, whenever and wherever it runs', async () => {
    const directory = temporaryDirectory();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        randomEvents,
        randomEvents,
        fc.constantFrom(...zones),
        fc.uniqueArray(fc.integer({ min: 0, max: 500 * dayMs }), { minLength: 1, maxLength: 3 }),
        fc.subarray([...dimensions], { maxLength: 4 }),
        async (all, late, zone, laters, grouping) => {
          run += 1;
          const path = `${directory}/${run}`;
          let ledger = await openLedger(path, 1);
          await ledger.append({ events: all, cursors: [] });
          for (const later of laters.sort((a, b) => a - b)) {
            const nowMs = startMs + later;
            const before = survivors(ledger, nowMs, zone, grouping);
            await retain(ledger, nowMs, zone);
            expect(survivors(ledger, nowMs, zone, grouping)).toEqual(before);
            // What is found late, in the middle of what is compacted, counts like everything else, and only once.
            await ledger.append({ events: [...late, ...all], cursors: [] });
            expect(totalsOf(ledger).events).toBe(Math.max(all.length, late.length));
            const withLate = survivors(ledger, nowMs, zone, grouping);
            await retain(ledger, nowMs + dayMs, zone);
            expect(survivors(ledger, nowMs, zone, grouping)).toEqual(withLate);
            await ledger.checkpoint();
            const limit = detailsEndMs(defaultRetention, nowMs + dayMs, zone);
            expect(await inCheckpoint(path, `SELECT count(*) FROM event WHERE at_ms < ${limit}`)).toEqual([0]);
            await ledger.close();
            ledger = await openLedger(path, 2);
            expect(survivors(ledger, nowMs, zone, grouping)).toEqual(withLate);
          }
          await ledger.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('divides any interval without loss, also inside a slot whose events have gone', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const slot = 900_000;
    const from = startMs - 200 * dayMs;
    const all = Array.from({ length: 40 }, (_, index) => event(`c${index}`, { atMs: from + index * 60_007 }));
    await ledger.append({ events: all, cursors: [] });
    await retain(ledger, startMs, 'UTC');
    await ledger.append({ events: [event('late', { atMs: from + 61_000 })], cursors: [] });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: from - slot, max: from + 4 * slot }), { maxLength: 6 }), (cuts) => {
        const edges = [from - slot, ...cuts, from + 4 * slot].sort((a, b) => a - b);
        const parts = edges
          .slice(1)
          .map((endMs, index): Bucket => ({ startMs: edges[index] ?? 0, endMs, label: `${index}` }));
        const rows = ledger.query({ buckets: parts, dimensions: [], filter: {} });
        expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(41);
        expect(rows.reduce((sum, row) => sum + row.costNanos, 0)).toBe(41_000);
      }),
    );
    await ledger.close();
  });

  it('keeps months where they are when the zone changes, and a run in the new zone changes no total', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const all = Array.from({ length: 900 }, (_, day) => event(`c${day}`, { atMs: startMs - day * dayMs }));
    await ledger.append({ events: all, cursors: [] });
    await retain(ledger, startMs, 'Pacific/Chatham');
    const months = (zone: string): [string, number][] => {
      const whole = buckets({ startMs: startMs - 910 * dayMs, endMs: startMs + dayMs }, 'month', zone);
      return ledger
        .query({ buckets: whole, dimensions: [], filter: {} })
        .map(({ bucket, costNanos }) => [bucket, costNanos]);
    };
    const folded = (zone: string): [string, number][] => months(zone).filter(([label]) => label < '2025-11');
    expect(folded('America/New_York')).toEqual(folded('Pacific/Chatham'));
    await retain(ledger, startMs + 100 * dayMs, 'America/New_York');
    expect(folded('America/New_York')).toEqual(folded('Pacific/Chatham'));
    expect(totalsOf(ledger).costNanos).toBe(900_000);
    await ledger.close();
  });
});

describe('a compacted event', () => {
  const old = startMs - 100 * dayMs;

  async function compacted(all: RatedEvent[]): Promise<Ledger> {
    const ledger = await openLedger(temporaryDirectory(), 1);
    await ledger.append({ events: all, cursors: [] });
    await retain(ledger, startMs, 'UTC');
    return ledger;
  }

  it('is found again by every kind of copy: the log read again, a retry with a later time, a fork, a replay', async () => {
    const ledger = await compacted([
      event('a', { atMs: old }),
      event('side', { atMs: old, copy: { sidechain: true } }),
    ]);
    const outcomes = await ledger.append({
      events: [
        event('a', { atMs: old }),
        event('a', { atMs: startMs, tokens: { output: 9000 } }),
        event('a', { atMs: old, copy: { forked: true }, attribution: { session: 'fork' } }),
        event('a', { atMs: startMs, request: null }),
        event('a', { atMs: startMs, request: 'other', copy: { sidechain: true } }),
        event('side', { atMs: startMs, request: 'other' }),
      ],
      cursors: [],
    });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(6).fill('duplicate'));
    expect(outcomes[1]?.rating.costNanos).toBe(1000);
    expect(totalsOf(ledger)).toMatchObject({ events: 2, costNanos: 2000, output: 40 });
    await ledger.close();
  });

  it('leaves room for another request of its call id, and both are known after they are compacted', async () => {
    const ledger = await compacted([event('a', { atMs: old, request: 'one' })]);
    const second = event('a', { atMs: old, request: 'two' });
    expect((await ledger.append({ events: [second], cursors: [] }))[0]?.outcome).toBe('new');
    expect((await ledger.append({ events: [second], cursors: [] }))[0]?.outcome).toBe('duplicate');
    await retain(ledger, startMs + dayMs, 'UTC');
    const again = await ledger.append({ events: [second, event('a', { request: 'one' })], cursors: [] });
    expect(again.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
    expect(totalsOf(ledger).events).toBe(2);
    await ledger.close();
  });

  it('takes few bytes', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    const total = 20_000;
    const all = Array.from({ length: total }, (_, index) => event(`c${index}`, { atMs: old + index }));
    await ledger.append({ events: all, cursors: [] });
    await retain(ledger, startMs, 'UTC');
    await ledger.checkpoint();
    await ledger.close();
    const used =
      '(SELECT count(*) FROM settled), (SELECT page_count FROM pragma_page_count), (SELECT * FROM pragma_freelist_count)';
    const [rows, pages, free] = (await inCheckpoint(directory, `SELECT ${used}`)) ?? [];
    expect(rows).toBe(total);
    expect(((Number(pages) - Number(free)) * 4096) / total).toBeLessThan(45);
  });
});

describe('a crash in the middle of retention', () => {
  it('is harmless before and after every step of it, also of its checkpoint', async () => {
    const home = temporaryDirectory();
    const origin = join(home, 'origin');
    const all = Array.from({ length: 900 }, (_, index) =>
      event(`c${index}`, { atMs: startMs - index * dayMs, attribution: { project: `p${index % 3}` } }),
    );
    let ledger = await openLedger(origin, 1);
    await ledger.append({ events: all, cursors: [] });
    const expected = survivors(ledger, startMs, 'UTC', ['project']);
    await ledger.close();

    let copies = 0;
    const remember = (): void => cpSync(origin, join(home, `crash-${copies++}`), { recursive: true });
    const around = async <T>(work: () => Promise<T>): Promise<T> => {
      remember();
      return work();
    };
    const io: LedgerIo = {
      ...nodeLedgerIo,
      create: async (path) => {
        const file = await around(() => nodeLedgerIo.create(path));
        return {
          write: (data, position) => around(() => file.write(data, position)),
          datasync: () => around(() => file.datasync()),
          truncate: (length) => file.truncate(length),
          close: () => file.close(),
        };
      },
      rename: (from, to) => around(() => nodeLedgerIo.rename(from, to)),
      remove: (path) => around(() => nodeLedgerIo.remove(path)),
    };
    ledger = await openLedger(origin, 2, { io });
    copies = 0;
    await ledger.upkeep.compact(detailsEndMs(defaultRetention, startMs, 'UTC'), 300);
    await ledger.checkpoint();
    await retain(ledger, startMs, 'UTC');
    await ledger.checkpoint();
    remember();
    await ledger.close();
    expect(copies).toBeGreaterThan(40);
    for (let copy = 0; copy < copies; copy += 1) {
      const again = await openLedger(join(home, `crash-${copy}`), 3);
      expect(survivors(again, startMs, 'UTC', ['project']), `copy ${copy}`).toEqual(expected);
      await retain(again, startMs + 60_000, 'UTC');
      await again.append({ events: all, cursors: [] });
      expect(survivors(again, startMs, 'UTC', ['project']), `copy ${copy}, gone on`).toEqual(expected);
      await again.close();
    }
  });
});
