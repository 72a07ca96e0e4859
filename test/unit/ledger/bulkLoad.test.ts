/** The events of a ledger that began with nothing come into their table late: nobody can tell. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from '../../support/properties';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BulkLoad } from '../../../src/ledger/bulkLoad';
import { fresh } from '../../../src/ledger/checkpoint/checkpointFile';
import { LedgerError, type EventOutcome, type Ledger } from '../../../src/ledger/ledger';
import type { ActivityPage } from '../../../src/ledger/queries/activityQuery';
import { rowsPerBase } from '../../../src/ledger/tables/callKey';
import { loadSqlJs } from '../../../src/ledger/tables/database';
import { AttributionInterner } from '../../../src/ledger/tables/attributionSet';
import { copyOf, type EventRow } from '../../../src/ledger/tables/storedEvent';
import { UnloadedEvents } from '../../../src/ledger/tables/unloadedEvents';
import { LedgerStore } from '../../../src/ledger/tables/store';
import type { RatedEvent } from '../../../src/protocol/event';
import { dimensions } from '../../../src/protocol/vocabulary';
import { until } from '../../support/until';
import {
  cursor,
  event,
  events,
  FaultyIo,
  openLedger,
  openLoaded,
  startMs,
  temporaryDirectory,
  totalsOf,
  wasmPath,
} from './support';

const hourMs = 3_600_000;

/** Few calls and many copies of each, so that they meet. */
const copies: fc.Arbitrary<RatedEvent> = fc
  .record({
    call: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    request: fc.constantFrom('r1', 'r2', 'r3', null),
    atMs: fc.integer({ min: startMs, max: startMs + hourMs }),
    output: fc.nat(4),
    sidechain: fc.boolean(),
    forked: fc.boolean(),
    project: fc.constantFrom('p', 'q', null),
    model: fc.constantFrom('m', 'n'),
    pricing: fc.constantFrom('rated', 'unpriced', 'estimated', 'reported'),
    status: fc.constantFrom('ok', 'error'),
  })
  .map(({ call, request, atMs, output, sidechain, forked, project, model, pricing, status }) =>
    event(call, {
      request,
      atMs,
      model,
      status,
      tokens: { output },
      copy: { sidechain, forked },
      attribution: { project },
      rating: { pricing, costNanos: pricing === 'unpriced' ? null : output * 7 },
    }),
  );
const batches = fc.array(fc.array(copies, { maxLength: 12 }), { minLength: 1, maxLength: 6 });

/** In no order, as neither has one. */
function sorted(values: readonly object[]): string[] {
  return values.map((value) => JSON.stringify(Object.entries(value).sort())).sort();
}

/** A rating is told only when it is asked for. */
function answered(outcomes: readonly EventOutcome[]): unknown {
  return outcomes.map(({ outcome, rating }) => ({ outcome, rating }));
}

/** All that can be asked at any time. Its intervals begin and end inside a slot. */
function said(ledger: Ledger): unknown {
  const interval = { startMs: startMs + 1, endMs: startMs + hourMs / 2 + 1 };
  const buckets = [{ startMs: 0, endMs: interval.startMs }, interval, { startMs: interval.endMs, endMs: 4e12 }].map(
    (one, at) => ({ ...one, label: `b${at}` }),
  );
  return {
    rows: sorted(ledger.query({ buckets, dimensions: [...dimensions], filter: {} })),
    some: sorted(ledger.query({ buckets, dimensions: ['model'], filter: { project: ['p'] } })),
    doubtful: sorted(ledger.doubtful(interval)),
    grains: sorted(ledger.grains(interval, 60_000, 'anthropic')),
    events: ledger.eventCount(),
    lastMs: ledger.lastEventMs('claude-code'),
    cursors: sorted(ledger.cursors()),
    quotas: ledger.observedQuotas(),
    prices: ledger.priceVersion(),
    kept: [...ledger.keeping.all('run')],
  };
}

/** Adds up what a listener is told. */
function told(ledger: Ledger): { events: number; nanos: number } {
  const sums = { events: 0, nanos: 0 };
  ledger.watchSums({
    name: 'test',
    fromMs: () => 0,
    counted: ({ costNanos }, sign) => {
      sums.events += sign;
      sums.nanos += sign * (costNanos ?? 0);
    },
    replaced: () => undefined,
  });
  return sums;
}

const firstPage: ActivityPage = {
  interval: { startMs, endMs: startMs + hourMs },
  matches: null,
  sort: 'time',
  descending: false,
  offset: 0,
  limit: 10,
};

afterEach(() => {
  vi.useRealTimers();
});

describe('bulk load', () => {
  it('gives the outcomes and figures of events that are stored one by one: before, while and when all is loaded, and when it is opened again', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(6), fc.constantFrom('loaded', 'closed', 'killed'), async (all, asked, end) => {
        const [early, late] = [temporaryDirectory(), temporaryDirectory()];
        const ledger = await openLedger(early, 1);
        const other = await openLoaded(late, 1);
        const [sums, otherSums] = [told(ledger), told(other)];
        for (const [place, batch] of all.entries()) {
          const cursors = [cursor(`f${place % 2}`, place + 1)];
          const outcomes = await ledger.append({ events: batch, cursors });
          expect(answered(outcomes)).toEqual(answered(await other.append({ events: batch, cursors })));
          if (place >= asked) expect(said(ledger)).toEqual(said(other));
        }
        expect(said(ledger)).toEqual(said(other));
        expect(sums).toEqual(otherSums);
        if (end === 'loaded') {
          await ledger.activity();
          expect(said(ledger)).toEqual(said(other));
          expect(sums).toEqual(otherSums);
        }
        if (end !== 'killed') await ledger.close();
        const again = await openLedger(early, 2);
        expect(said(again)).toEqual(said(other));
        await Promise.all([again, other, ...(end === 'killed' ? [ledger] : [])].map((one) => one.close()));
      }),
      { numRuns: 100 },
    );
  });

  it('begins when nobody appends any more, and takes what comes meanwhile', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    const sums = told(ledger);
    for (let batch = 0; batch < 10; batch += 1) {
      await ledger.append({ events: events(batch * 1_000, batch * 1_000 + 1_000), cursors: [] });
    }
    const done = new AbortController();
    const loading = ledger.loaded().then(() => done.abort());
    let count = 10_000;
    await sleep(240);
    while (!done.signal.aborted) {
      // A call that is loaded already, or soon, and a new one.
      await ledger.append({
        events: [event('call-1', { tokens: { output: count } }), event(`late-${count}`)],
        cursors: [],
      });
      count += 1;
      expect(ledger.eventCount()).toBe(count);
      if (count > 10_200) await sleep(20);
    }
    await loading;
    expect(totalsOf(ledger).events).toBe(count);
    expect(sums.events).toBe(count);
    expect((await ledger.activity()) === (await ledger.activity())).toBe(true);
    await ledger.close();
    const again = await openLedger(directory, 2);
    expect(again.eventCount()).toBe(count);
    expect(totalsOf(again).output).toBe((count - 1) * 20 + count - 1);
    await again.close();
  });

  it('is done at once for whoever needs it, however many ask', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    await ledger.append({ events: events(0, 5_000), cursors: [cursor('f', 1)] });
    const before = said(ledger);
    const [activity] = await Promise.all([ledger.activity(), ledger.checkpoint(), ledger.absorb(), ledger.activity()]);
    expect(activity).toBe(await ledger.activity());
    await ledger.loaded();
    expect(said(ledger)).toEqual(before);
    await ledger.close();
  });

  it('waits for no more than so many events', async () => {
    // However long an append takes, no rest comes between two of them.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ledger = await openLedger(temporaryDirectory(), 1);
    let isLoaded = false;
    void ledger.loaded().then(() => (isLoaded = true));
    for (let from = 0; from < 100_000; from += 10_000) {
      await ledger.append({ events: events(from, from + 10_000), cursors: [] });
      expect(isLoaded).toBe(false);
    }
    await ledger.append({ events: events(99_999, 100_001), cursors: [] });
    await Promise.resolve();
    expect(isLoaded).toBe(true);
    expect(totalsOf(ledger).events).toBe(100_001);
    await ledger.close();
  });

  it('keeps no trace of what is refused: by the disk, or by the database', async () => {
    const disk = new FaultyIo();
    const ledger = await openLedger(temporaryDirectory(), 1, { io: disk.io });
    const sums = told(ledger);
    await ledger.append({ events: events(0, 3), cursors: [cursor('f', 1)] });
    const before = said(ledger);
    disk.codes.set('datasync', 'ENOSPC');
    await expect(ledger.append({ events: events(0, 9), cursors: [cursor('f', 2)] })).rejects.toSatisfy((error) =>
      LedgerError.is(error, 'unavailable'),
    );
    disk.codes.clear();
    const improved = event('call-1', { tokens: { output: 900 } });
    for (const project of [5, {}]) {
      const wrong = event('w', { attribution: { project: project as unknown as string } });
      const batch = { events: [improved, event('new'), wrong, event('newer')], cursors: [cursor('f', 3)] };
      await expect(ledger.append(batch)).rejects.toThrow();
    }
    expect(said(ledger)).toEqual(before);
    expect(sums).toEqual({ events: 3, nanos: 3_000 });
    await ledger.append({ events: [event('call-2'), event('new')], cursors: [cursor('f', 5)] });
    expect(totalsOf(ledger)).toMatchObject({ events: 4, output: 80 });
    await ledger.activity();
    expect(totalsOf(ledger)).toMatchObject({ events: 4, output: 80 });
    await ledger.close();
  });

  it('takes what another lead wrote', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 2), cursors: [] });
    expect(await ledger.absorb()).toBe(0);
    const other = await openLedger(directory, 2);
    await other.append({ events: events(1, 5), cursors: [] });
    expect(await ledger.absorb()).toBe(3);
    expect(said(ledger)).toEqual(said(other));
    await Promise.all([ledger.close(), other.close()]);
  });

  it('loads the rest before what changes stored events, also where another lead wrote it', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    const sums = told(ledger);
    const doubt = { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null } as const;
    await ledger.append({ events: [event('a', { rating: doubt }), event('b')], cursors: [] });
    const other = await openLedger(directory, 2);
    await other.rerate(() => ({ costNanos: 5, pricing: 'rated', matchedModel: 'm', priceVersion: 'v2' }), 'v2');
    await other.upkeep.compact(startMs + 1, 1);
    expect(await ledger.absorb()).toBe(0);
    await ledger.loaded();
    expect(said(ledger)).toEqual(said(other));
    expect(sums).toEqual({ events: 2, nanos: 1005 });
    await Promise.all([ledger.close(), other.close()]);
  });

  it('is undone with a change that needed it and failed', async () => {
    const store = new LedgerStore(fresh(await loadSqlJs(wasmPath)));
    store.beginBulkLoad();
    const put = (...all: RatedEvent[]): EventOutcome[][] => {
      return store.apply([{ kind: 'events', copies: all.map((one) => copyOf(one, store.attributions)), cursors: [] }]);
    };
    const outputs = (): unknown => store.activity.page(firstPage).rows.map(({ output }) => output);
    put(event('a'), event('b', { atMs: startMs + 1 }));
    const row = copyOf(event('a'), store.attributions);
    const wrong = store.attributions.withRating(row.attribution, {
      ...event('a').rating,
      matchedModel: {} as unknown as string,
    });
    const change = { id: row.base * rowsPerBase, costNanos: 5, attribution: wrong };
    expect(() => store.apply([{ kind: 'reprice', changes: [change] }])).toThrow();
    expect(store.unloadedEvents).toBe(2);
    put(event('a', { tokens: { output: 90 } }), event('c', { atMs: startMs + 2 }));
    expect(outputs()).toEqual([90, 20, 20]);
    store.close();
  });

  it('that fails leaves all to the next attempt', async () => {
    const db = fresh(await loadSqlJs(wasmPath));
    let faults = 2;
    const loaded: number[] = [];
    const put = ({ atMs }: EventRow): void => {
      if (atMs > startMs && faults-- > 0) throw new Error('out of memory');
      loaded.push(atMs);
    };
    const unloaded = new UnloadedEvents({ put });
    const book = new AttributionInterner();
    for (const [at, call] of ['a', 'b'].entries()) unloaded.insert(copyOf(event(call, { atMs: startMs + at }), book));
    unloaded.keep();
    expect(() => unloaded.loadNow(db, 5)).toThrow('out of memory');
    expect(() => unloaded.ensure(db, startMs, startMs + 1)).toThrow('out of memory');
    loaded.length = 0;
    unloaded.ensure(db, startMs, startMs + 1);
    unloaded.ensure(db, startMs, startMs + 1);
    expect(loaded.sort()).toEqual([startMs, startMs + 1]);
    expect([unloaded.loadNow(db, 1), unloaded.loadNow(db, 1)]).toEqual([false, true]);
    db.close();
  });

  it('is tried again after the next append where the database fails', async () => {
    const failures: unknown[] = [];
    let faults = 1;
    const store = {
      unloadedEvents: 1,
      load: () => {
        if (faults-- > 0) throw new Error('out of memory');
        return true;
      },
    };
    const load = new BulkLoad({ store, alone: (work) => work(), onFailure: (error) => failures.push(error) });
    load.appended();
    await until('the failure', () => failures.length === 1);
    load.appended();
    await load.ended;
    load.appended();
    expect(failures).toHaveLength(1);
  });

  it('ends for whoever waits when the ledger is closed before', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 2), cursors: [] });
    const loaded = ledger.loaded();
    await ledger.close();
    await loaded;
    const again = await openLedger(directory, 2);
    expect(again.eventCount()).toBe(2);
    await again.close();
  });
});
