import { describe, expect, it } from 'vitest';
import { LedgerError } from '../../../src/ledger/ledgerError';
import type { RatedEvent } from '../../../src/protocol/event';
import {
  beginnings,
  cursor,
  event,
  events,
  everything,
  FaultyIo,
  openLedger,
  rolledUp,
  startMs,
  temporaryDirectory,
  totalsOf,
} from './support';

describe('counting once', () => {
  it('counts an event once within a batch, over batches, restarts and checkpoints', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    const first = await ledger.append({
      events: [...events(0, 3), event('call-1', { atMs: startMs + 1 })],
      cursors: [],
    });
    expect(first.map(({ outcome }) => outcome)).toEqual(['new', 'new', 'new', 'duplicate']);
    expect(first[0]?.rating).toEqual({
      costNanos: 1000,
      pricing: 'rated',
      matchedModel: 'claude-opus-4-8',
      priceVersion: 'v1',
    });
    for (let epoch = 2; epoch < 8; epoch += 1) {
      if (epoch % 2 === 0) await ledger.checkpoint();
      await ledger.close();
      ledger = await openLedger(directory, epoch);
      const again = await ledger.append({ events: events(0, epoch + 2), cursors: [] });
      expect(again.map(({ outcome }) => outcome).filter((outcome) => outcome === 'new')).toHaveLength(1);
      expect(ledger.eventCount()).toBe(epoch + 2);
      expect(totalsOf(ledger)).toMatchObject({ events: epoch + 2, costNanos: 1000 * (epoch + 2) });
    }
    expect(ledger.lastEventMs('claude-code')).toBe(startMs + 8);
    expect(ledger.lastEventMs('api')).toBeNull();
    await ledger.close();
  });

  it('takes the better copy, moves the totals, and remembers it', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.append({ events: [event('a', { tokens: { output: 2 }, rating: { costNanos: 5 } })], cursors: [] });
    const improved = await ledger.append({
      events: [event('a', { atMs: startMs + 20 * 60_000, tokens: { output: 900 }, rating: { costNanos: 77 } })],
      cursors: [],
    });
    expect(improved).toMatchObject([{ outcome: 'improved', rating: { costNanos: 77 } }]);
    const truth = { events: 1, output: 900, costNanos: 77, input: 10 };
    expect(totalsOf(ledger)).toMatchObject(truth);
    await ledger.close();
    ledger = await openLedger(directory, 2);
    expect(totalsOf(ledger)).toMatchObject(truth);
    expect(ledger.lastEventMs('claude-code')).toBe(startMs);
    await ledger.close();
  });

  it('takes a call of the provider’s for one, whoever tells of it, also where a version of the first days counted it', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const told = (namespace: string, source: string): RatedEvent => ({
      ...event('msg_01', { source }),
      key: { namespace, call: 'msg_01', request: null },
    });
    const all = [told('claude-code', 'claude-code'), told('anthropic', 'otlp'), told('api', 'api')];
    const outcomes = await ledger.append({ events: all, cursors: [] });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['new', 'duplicate', 'new']);
    await ledger.close();
  });

  it('keeps calls apart by namespace, and by request where both have one', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const api = { ...event('a'), key: { namespace: 'api', call: 'a', request: null } } as const;
    await ledger.append({ events: [event('a'), event('a', { request: 'other' }), api], cursors: [] });
    expect(ledger.eventCount()).toBe(3);
    const again = await ledger.append({ events: [event('a', { request: null }), api], cursors: [] });
    expect(again.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
    await ledger.close();
  });

  it.each(beginnings)('keeps calls of one id apart by what tells them, for ever: $beginning', async ({ open }) => {
    const directory = temporaryDirectory();
    const told = (within: string, output: number): RatedEvent => ({
      ...event('msg_1', { tokens: { output } }),
      key: { namespace: 'claude-code', call: 'msg_1', request: null, within },
    });
    const all = [told('a', 1), told('b', 5), told('a', 7), event('msg_1', { request: null, tokens: { output: 3 } })];
    let ledger = await open(directory, 1);
    for (let epoch = 2; epoch < 5; epoch += 1) {
      await ledger.append({ events: all, cursors: [] });
      expect(totalsOf(ledger)).toMatchObject({ events: 3, output: 15 });
      await ledger.close();
      ledger = await openLedger(directory, epoch);
      if (epoch === 3) await ledger.checkpoint();
    }
    await ledger.close();
  });

  it('counts a call id that a gateway uses for everything, by its requests', async () => {
    const directory = temporaryDirectory();
    const all = Array.from({ length: 100 }, (_, index) => event('same', { request: `r${index}` }));
    let ledger = await openLedger(directory, 1);
    await ledger.append({ events: all.slice(0, 40), cursors: [] });
    await ledger.append({ events: [...all].reverse(), cursors: [] });
    expect(ledger.eventCount()).toBe(100);
    await ledger.close();
    ledger = await openLedger(directory, 2);
    const outcomes = await ledger.append({ events: all, cursors: [] });
    expect(outcomes.every(({ outcome }) => outcome === 'duplicate')).toBe(true);
    expect(totalsOf(ledger).events).toBe(100);
    await ledger.close();
  });

  it.each(beginnings)('stores what a reader has to remember with its cursor: $beginning', async ({ open }) => {
    const directory = temporaryDirectory();
    const remembering = { ...cursor('f', 7), state: '[{"id":"msg_1"}]' };
    let ledger = await open(directory, 1);
    await ledger.append({ events: [event('a')], cursors: [remembering, cursor('g', 1)] });
    for (let epoch = 2; epoch < 4; epoch += 1) {
      expect(ledger.cursors()).toEqual([remembering, cursor('g', 1)]);
      await ledger.close();
      ledger = await openLedger(directory, epoch);
      await ledger.checkpoint();
    }
    await ledger.close();
  });

  it('stores cursors with their events, the latest of each file', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 1), cursors: [cursor('f', 10), cursor('g', 5)] });
    await ledger.append({ events: [], cursors: [cursor('f', 20)] });
    await ledger.close();
    ledger = await openLedger(directory, 2);
    expect(ledger.cursors()).toEqual([cursor('f', 20), cursor('g', 5)]);
    await ledger.checkpoint();
    await ledger.close();
    ledger = await openLedger(directory, 3);
    expect(ledger.cursors()).toEqual([cursor('f', 20), cursor('g', 5)]);
    await ledger.close();
  });

  it('leaves out a cursor that makes no sense, and nothing else of what it came with', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const counts = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5];
    const senseless = counts.map((skipped) => ({ ...cursor('bad', 1), skipped }));
    const nowhere = { ...cursor('bad', 1), position: null as unknown as string };
    await Promise.all([
      ledger.append({ events: events(0, 2), cursors: [cursor('f', 10), ...senseless] }),
      ledger.append({ events: events(2, 4), cursors: [nowhere, cursor('g', 20)] }),
    ]);
    expect(totalsOf(ledger).events).toBe(4);
    expect(ledger.cursors()).toEqual([cursor('f', 10), cursor('g', 20)]);
    await ledger.close();
  });

  it('shares one sync among concurrent appends', async () => {
    const disk = new FaultyIo();
    const ledger = await openLedger(temporaryDirectory(), 1, { io: disk.io });
    await ledger.append({ events: events(0, 1), cursors: [] });
    const before = disk.counts.datasync;
    await Promise.all(events(1, 51).map((one) => ledger.append({ events: [one], cursors: [] })));
    expect(disk.counts.datasync - before).toBe(1);
    expect(ledger.eventCount()).toBe(51);
    await ledger.close();
  });

  it('refuses what is not a count also where nobody else waits, and writes nothing', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const parts: Parameters<typeof event>[1][] = [
      { tokens: { output: -1 } },
      { tokens: { input: 0.5 } },
      { rating: { costNanos: -1 } },
      { webSearches: -1 },
      { durationMs: -1 },
      { atMs: Number.POSITIVE_INFINITY },
    ];
    for (const part of parts) {
      await expect(ledger.append({ events: [event('bad', part)], cursors: [] })).rejects.toThrow('not a count');
    }
    expect(ledger.bytesSinceCheckpoint).toBe(0);
    await ledger.append({ events: events(0, 1), cursors: [] });
    expect(totalsOf(ledger).events).toBe(1);
    await ledger.close();
  });

  it('refuses what is not a count, and nothing else', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const bad = ledger.append({ events: [event('bad', { tokens: { input: Number.NaN } })], cursors: [] });
    const good = ledger.append({ events: [event('good')], cursors: [] });
    await expect(bad).rejects.toThrow('not a count');
    await expect(good).resolves.toHaveLength(1);
    expect(ledger.eventCount()).toBe(1);
    await ledger.close();
    await expect(ledger.append({ events: [], cursors: [] })).rejects.toSatisfy((error) =>
      LedgerError.is(error, 'closed'),
    );
    expect(() => ledger.query(everything)).toThrow(LedgerError);
  });

  it('keeps integers exact up to 2^53', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    const large = Number.MAX_SAFE_INTEGER - 1;
    await ledger.append({
      events: [event('a', { tokens: { cacheRead: large } }), event('b', { tokens: { cacheRead: 1 } })],
      cursors: [],
    });
    await ledger.checkpoint();
    await ledger.close();
    ledger = await openLedger(directory, 2);
    expect(totalsOf(ledger).cacheRead).toBe(Number.MAX_SAFE_INTEGER);
    await ledger.close();
  });
});

describe('rating again', () => {
  it('prices what was in doubt, once per price version, and leaves the rest', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    const doubt = { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null } as const;
    await ledger.append({
      events: [
        event('a'),
        event('b', { model: 'new', modifiers: ['fast'], rating: doubt }),
        event('c', { rating: { pricing: 'estimated' } }),
      ],
      cursors: [],
    });
    expect(totalsOf(ledger)).toMatchObject({ events: 3, unpricedEvents: 1, estimatedEvents: 1, costNanos: 2000 });
    expect(ledger.doubtful({ startMs, endMs: startMs + 1 })).toEqual(
      expect.arrayContaining([
        { provider: 'anthropic', model: 'new', pricing: 'unpriced', events: 1, tokens: 30 },
        { provider: 'anthropic', model: 'claude-opus-4-8', pricing: 'estimated', events: 1, tokens: 30 },
      ]),
    );
    const asked: unknown[] = [];
    const rate = (one: { model: string; modifiers: readonly string[] }) => {
      asked.push([one.model, one.modifiers]);
      return { costNanos: 3, pricing: 'rated', matchedModel: one.model, priceVersion: 'v2' } as const;
    };
    expect(await ledger.rerate(rate, 'v2')).toBe(2);
    expect(asked).toEqual(
      expect.arrayContaining([
        ['new', ['fast']],
        ['claude-opus-4-8', []],
      ]),
    );
    expect(asked).toHaveLength(2);
    const truth = { events: 3, unpricedEvents: 0, estimatedEvents: 0, costNanos: 1006 };
    expect(totalsOf(ledger)).toMatchObject(truth);
    expect(await ledger.rerate(rate, 'v2')).toBe(0);
    expect(asked).toHaveLength(2);
    await ledger.close();
    ledger = await openLedger(directory, 2);
    expect(totalsOf(ledger)).toMatchObject(truth);
    expect(ledger.priceVersion()).toBe('v2');
    expect(await ledger.rerate(rate, 'v3')).toBe(0);
    expect(ledger.priceVersion()).toBe('v3');
    await ledger.close();
  });

  it.each(beginnings)(
    'knows the requests of each usage, after restarts and checkpoints too: $beginning',
    async ({ open }) => {
      const directory = temporaryDirectory();
      let ledger = await open(directory, 1);
      // The copy that tells nothing of requests comes before and after.
      const copies = [event('a'), rolledUp('a'), event('a'), event('b')];
      for (const one of copies) await ledger.append({ events: [one], cursors: [] });
      expect(totalsOf(ledger).events).toBe(2);
      for (let epoch = 2; epoch < 6; epoch += 1) {
        const asked = new Map<number, unknown>();
        const rate = (one: RatedEvent): RatedEvent['rating'] => {
          asked.set(one.parts?.length ?? 1, one.parts);
          return { costNanos: epoch, pricing: 'rated', matchedModel: 'm', priceVersion: `v${epoch}` };
        };
        await ledger.upkeep.reprice(rate, `v${epoch}`, 0, 10, true);
        expect(asked).toEqual(
          new Map<number, unknown>([
            [2, rolledUp('a').parts],
            [1, null],
          ]),
        );
        expect(totalsOf(ledger)).toMatchObject({ events: 2, costNanos: 2 * epoch });
        if (epoch === 3) await ledger.checkpoint();
        await ledger.close();
        ledger = await openLedger(directory, epoch);
      }
      await ledger.close();
    },
  );

  it('refuses requests that do not add up to their usage', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const more = rolledUp('a', { tokens: { input: 11 } });
    await expect(ledger.append({ events: [more], cursors: [] })).rejects.toThrow('not a count');
    await ledger.close();
  });

  it('goes through more events than one record takes', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    const doubt = { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null } as const;
    const many = Array.from({ length: 11_000 }, (_, index) => event(`c${index}`, { rating: doubt }));
    await ledger.append({ events: many, cursors: [] });
    expect(await ledger.rerate(() => ({ ...doubt, costNanos: 2, pricing: 'rated' }), 'v2')).toBe(11_000);
    expect(totalsOf(ledger)).toMatchObject({ costNanos: 22_000, unpricedEvents: 0 });
    await ledger.close();
  });
});
