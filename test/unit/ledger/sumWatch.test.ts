import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../src/ledger/ledger';
import { event, events, FaultyIo, beginnings, startMs, temporaryDirectory, totalsOf } from './support';

/** Adds up what it is told, beginning with what is there. */
function running(ledger: Ledger) {
  const sums = { events: 0, costNanos: 0, output: 0, replaced: 0 };
  const begin = (): void => {
    const { events, costNanos, output } = totalsOf(ledger);
    Object.assign(sums, { events, costNanos, output });
  };
  begin();
  ledger.watchSums({
    name: 'test',
    fromMs: () => 0,
    counted: (one, sign) => {
      sums.events += sign;
      sums.costNanos += sign * (one.costNanos ?? 0);
      sums.output += sign * one.output;
    },
    replaced: () => {
      sums.replaced += 1;
      begin();
    },
  });
  return sums;
}

function agree(sums: ReturnType<typeof running>, ledger: Ledger): void {
  const { events, costNanos, output } = totalsOf(ledger);
  expect(sums).toMatchObject({ events, costNanos, output });
}

describe.each(beginnings)('running sums of a ledger that begins $beginning', ({ open }) => {
  it('follow what is new, what improves and what counts twice', async () => {
    const ledger = await open(temporaryDirectory(), 1);
    await ledger.append({ events: events(0, 3), cursors: [] });
    const sums = running(ledger);
    await ledger.append({ events: [...events(2, 6), event('call-1', { tokens: { output: 900 } })], cursors: [] });
    agree(sums, ledger);
    expect(sums).toMatchObject({ events: 6, output: 5 * 20 + 900, replaced: 0 });
    await ledger.close();
  });

  it('follow new prices, and retention changes nothing', async () => {
    const ledger = await open(temporaryDirectory(), 1);
    const sums = running(ledger);
    const unpriced = {
      rating: { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null },
    } as const;
    await ledger.append({ events: [event('a', unpriced), event('b')], cursors: [] });
    const rating = { costNanos: 7000, pricing: 'rated', matchedModel: 'm', priceVersion: 'v2' } as const;
    await ledger.rerate(() => rating, 'v2');
    agree(sums, ledger);
    expect(sums.costNanos).toBe(8000);
    await ledger.upkeep.reprice(() => rating, 'v2', 0, 100, true);
    expect(sums.costNanos).toBe(14_000);
    await ledger.upkeep.compact(startMs + 1, 100);
    agree(sums, ledger);
    expect(sums).toMatchObject({ events: 2, costNanos: 14_000 });
    await ledger.close();
  });

  it('follow what another epoch wrote, and its checkpoint', async () => {
    const directory = temporaryDirectory();
    const [one, two] = [await open(directory, 1), await open(directory, 2)];
    const sums = running(one);
    await two.append({ events: events(0, 5), cursors: [] });
    await one.absorb();
    agree(sums, one);
    await two.append({ events: events(5, 9), cursors: [] });
    await two.checkpoint();
    await one.absorb();
    agree(sums, one);
    expect(sums).toMatchObject({ events: 9, replaced: 1 });
    await one.close();
    await two.close();
  });

  it('know nothing of what the disk refused', async () => {
    const disk = new FaultyIo();
    const ledger = await open(temporaryDirectory(), 1, { io: disk.io });
    await ledger.append({ events: events(0, 1), cursors: [] });
    const sums = running(ledger);
    disk.codes.set('write', 'ENOSPC');
    await expect(ledger.append({ events: events(1, 2), cursors: [] })).rejects.toThrow();
    agree(sums, ledger);
    expect(sums.events).toBe(1);
    await ledger.close();
  });

  it('spare a listener what is older than it asks for, and survive its failure', async () => {
    const ledger = await open(temporaryDirectory(), 1);
    const told: number[] = [];
    let replaced = 0;
    ledger.watchSums({
      name: 'test',
      fromMs: () => startMs + 2,
      counted: (one) => told.push(one.atMs),
      replaced: () => undefined,
    });
    ledger.watchSums({
      name: 'test',
      fromMs: () => startMs + 2,
      counted: () => {
        throw new Error('lost count');
      },
      replaced: () => (replaced += 1),
    });
    await ledger.append({ events: events(0, 4), cursors: [] });
    expect(told).toEqual([startMs + 2, startMs + 3]);
    expect(replaced).toBe(1);
    expect(totalsOf(ledger).events).toBe(4);
    await ledger.close();
  });

  it.each(['counted', 'replaced', 'fromMs'] as const)(
    'name in the log who fails in %s, and count on for the others',
    async (fails) => {
      const directory = temporaryDirectory();
      const log: string[] = [];
      const say = (level: string, message: string): void => void log.push(`${level} ${message}`);
      const [one, two] = [await open(directory, 1, { log: say }), await open(directory, 2)];
      const fail = (): never => {
        throw new Error('lost count');
      };
      one.watchSums({
        name: 'quotas',
        fromMs: fails === 'fromMs' ? fail : () => 0,
        counted: fails === 'counted' ? fail : () => undefined,
        replaced: fails === 'replaced' ? fail : () => undefined,
      });
      const sums = running(one);
      await one.append({ events: events(0, 4), cursors: [] });
      await two.absorb();
      await two.append({ events: events(4, 6), cursors: [] });
      await two.checkpoint();
      await one.absorb();
      agree(sums, one);
      expect(sums.events).toBe(6);
      expect(log.filter((line) => line.startsWith('error quotas lost count, and adds up anew: '))).not.toEqual([]);
      expect(log.some((line) => line.includes('Error: lost count'))).toBe(true);
      await one.close();
      await two.close();
    },
  );
});
