import fc from '../../support/properties';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import type { RatedEvent } from '../../../src/protocol/event';
import type { LedgerRow } from '../../../src/protocol/query';
import { callStatuses, dimensions, pricings, type Dimension } from '../../../src/protocol/vocabulary';
import { event, openLedger, startMs, temporaryDirectory, totalsOf } from './support';

const hourMs = 3_600_000;
const words = fc.constantFrom('a', 'b', 'c');
const maybe = fc.option(words);
const count = fc.nat(100_000);

const randomEvents: fc.Arbitrary<RatedEvent[]> = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: startMs, max: startMs + 6 * hourMs }),
      model: words,
      status: fc.constantFrom(...callStatuses),
      tokens: fc.record({
        input: count,
        output: count,
        cacheRead: count,
        cacheWrite5m: count,
        cacheWrite1h: count,
        reasoning: count,
      }),
      webSearches: fc.nat(3),
      durationMs: fc.option(count),
      attribution: fc.record({ project: maybe, agent: maybe, tags: maybe }),
      pricing: fc.constantFrom(...pricings),
      cost: fc.integer({ min: 0, max: 4_000_000_000 }),
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map(({ pricing, cost, ...parts }, index) =>
      event(`c${index}`, { ...parts, rating: { pricing, costNanos: pricing === 'unpriced' ? null : cost } }),
    ),
  );

function valueOf(one: RatedEvent, dimension: Dimension): string | null {
  if (dimension === 'provider' || dimension === 'model' || dimension === 'source' || dimension === 'status')
    return one[dimension];
  return one.attribution[dimension];
}

const numbers = [
  'costNanos',
  'events',
  'unpricedEvents',
  'estimatedEvents',
  'errorEvents',
  'retryEvents',
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
  'webSearches',
  'durationMs',
] as const;

function numbersOf(one: RatedEvent): Record<(typeof numbers)[number], number> {
  return {
    ...one.tokens,
    costNanos: one.rating.costNanos ?? 0,
    events: 1,
    unpricedEvents: Number(one.rating.pricing === 'unpriced'),
    estimatedEvents: Number(one.rating.pricing === 'estimated'),
    errorEvents: Number(one.status === 'error'),
    retryEvents: Number(one.status === 'retry'),
    webSearches: one.webSearches,
    durationMs: one.durationMs ?? 0,
  };
}

function sum(rows: readonly Record<(typeof numbers)[number], number>[]): Record<string, number> {
  return Object.fromEntries(numbers.map((name) => [name, rows.reduce((total, row) => total + row[name], 0)]));
}

function pick(row: LedgerRow): Record<string, number> {
  return Object.fromEntries(numbers.map((name) => [name, row[name]]));
}

describe('queries', () => {
  it('equal a plain sum over the events, for any buckets, dimensions and filters', async () => {
    const directory = temporaryDirectory();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        randomEvents,
        fc.uniqueArray(fc.integer({ min: startMs - hourMs, max: startMs + 7 * hourMs }), {
          minLength: 2,
          maxLength: 5,
        }),
        fc.subarray([...dimensions]),
        fc.record(
          {
            project: fc.uniqueArray(words, { minLength: 1 }),
            model: fc.uniqueArray(fc.constantFrom('a', 'z'), { minLength: 1 }),
          },
          { requiredKeys: [] },
        ),
        async (all, edges, grouping, filter) => {
          run += 1;
          const ledger = await openLedger(`${directory}/${run}`, 1);
          await ledger.append({ events: all, cursors: [] });
          const ascending = edges.sort((a, b) => a - b);
          const buckets = ascending
            .slice(1)
            .map((endMs, index) => ({ startMs: ascending[index] ?? 0, endMs, label: `b${index}` }));
          const rows = ledger.query({ buckets, dimensions: grouping, filter });
          const holds = (one: RatedEvent): boolean =>
            Object.entries(filter).every(([dimension, values]) =>
              values.some((value) => value === valueOf(one, dimension as Dimension)),
            );
          for (const bucket of buckets) {
            const inside = all.filter((one) => one.atMs >= bucket.startMs && one.atMs < bucket.endMs && holds(one));
            const mine = rows.filter((row) => row.bucket === bucket.label);
            expect(sum(mine)).toEqual(sum(inside.map(numbersOf)));
            for (const row of mine) {
              const group = inside.filter((one) =>
                grouping.every((dimension) => valueOf(one, dimension) === row.group[dimension]),
              );
              expect(pick(row)).toEqual(sum(group.map(numbersOf)));
              if (grouping.length > 0) expect(group.length).toBeGreaterThan(0);
            }
            expect(new Set(mine.map((row) => JSON.stringify(row.group))).size).toBe(mine.length);
            if (grouping.length === 0) expect(mine).toHaveLength(1);
          }
          await ledger.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says in which models the cost is in doubt', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const doubt = { costNanos: null, pricing: 'unpriced' } as const;
    await ledger.append({
      events: [
        event('a', { rating: doubt }),
        event('b', { rating: doubt }),
        event('c'),
        event('d', { atMs: startMs + 1, rating: doubt }),
      ],
      cursors: [],
    });
    expect(ledger.doubtful({ startMs, endMs: startMs + 1 })).toEqual([
      { provider: 'anthropic', model: 'claude-opus-4-8', pricing: 'unpriced', events: 2, tokens: 60 },
    ]);
    await ledger.close();
  });
});

const zones = [
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Eucla',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Chatham',
  'Pacific/Apia',
];

describe.each(zones)('days in %s', (zone) => {
  it('begin and end at local midnight, also when the clocks change', async () => {
    const begin = DateTime.fromISO('2026-01-01', { zone });
    const days = Array.from({ length: 365 }, (_, index) => begin.plus({ days: index }));
    const buckets = days.map((day) => ({
      label: day.toISODate() ?? '',
      startMs: day.toMillis(),
      endMs: day.plus({ days: 1 }).toMillis(),
    }));
    const ledger = await openLedger(temporaryDirectory(), 1);
    // One event in the first and one in the last millisecond of each day.
    const all = buckets.flatMap(({ label, startMs: from, endMs }) => [
      event(`${label}-first`, { atMs: from, tokens: { output: 1 } }),
      event(`${label}-last`, { atMs: endMs - 1, tokens: { output: 2 } }),
    ]);
    await ledger.append({ events: all, cursors: [] });
    const rows = ledger.query({ buckets, dimensions: [], filter: {} });
    expect(rows.map(({ bucket, events, output }) => [bucket, events, output])).toEqual(
      buckets.map(({ label }) => [label, 2, 3]),
    );
    expect(totalsOf(ledger).events).toBe(730);
    await ledger.close();
  });
});
