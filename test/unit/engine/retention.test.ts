import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { defaultRetention } from '../../../src/domain/retention';
import { Retention } from '../../../src/engine/upkeep/retention';
import type { Ledger } from '../../../src/ledger/ledger';
import { event, openLedger, temporaryDirectory, totalsOf } from '../ledger/support';

const zone = 'Europe/Berlin';
const at = (text: string): number => DateTime.fromISO(text, { zone }).toMillis();
const dayMs = 86_400_000;

/** A ledger with one event a day up to `until`, and a clock and an idleness to turn. */
async function oneADay(until: string, days: number) {
  const ledger = await openLedger(temporaryDirectory(), 1);
  const events = Array.from({ length: days }, (_, day) => event(`d${day}`, { atMs: at(until) - day * dayMs }));
  await ledger.append({ events, cursors: [] });
  const world = { nowMs: at(until), steps: Number.POSITIVE_INFINITY, log: [] as string[] };
  const retentionOf = (of: Ledger): Retention =>
    new Retention({
      upkeep: of.upkeep,
      policy: () => defaultRetention,
      zone: () => zone,
      now: () => world.nowMs,
      idle: () => world.steps-- > 0,
      log: (_, message) => world.log.push(message),
    });
  return { ledger, world, retention: retentionOf(ledger) };
}

describe('retention in an engine', () => {
  it('runs when it never ran, then at two, once, whenever it is asked', async () => {
    const { ledger, world, retention } = await oneADay('2026-03-27T12:00', 100);
    await retention.whenIdle();
    expect(world.log).toEqual(['retention: 9 events lost their details, 0 sums their days']);
    for (const minute of [1, 5, 60, 600, 839]) {
      world.nowMs = at('2026-03-27T12:00') + minute * 60_000;
      await retention.whenIdle();
      expect(world.log).toHaveLength(1);
    }
    world.nowMs = at('2026-03-28T02:00');
    await retention.whenIdle();
    expect(world.log.slice(1)).toEqual(['retention: 1 events lost their details, 0 sums their days']);
    await ledger.close();
  });

  it('catches up once after a sleep over several nights and a change of the clocks', async () => {
    const { ledger, world, retention } = await oneADay('2026-03-27T12:00', 100);
    await retention.whenIdle();
    world.log = [];
    world.nowMs = at('2026-03-31T09:00');
    await Promise.all([retention.whenIdle(), retention.whenIdle()]);
    await retention.whenIdle();
    expect(world.log).toEqual(['retention: 4 events lost their details, 0 sums their days']);
    world.nowMs += 3_600_000;
    await retention.whenIdle();
    expect(world.log).toHaveLength(1);
    await ledger.close();
  });

  it('stops between two steps when somebody writes, and goes on where it was', async () => {
    const { ledger, world, retention } = await oneADay('2026-11-21T12:00', 1000);
    world.steps = 2;
    await retention.whenIdle();
    expect(await ledger.upkeep.retentionRunMs()).toBeNull();
    expect(totalsOf(ledger).events).toBe(1000);
    world.steps = 5;
    await retention.whenIdle();
    expect(await ledger.upkeep.retentionRunMs()).toBeNull();
    world.steps = Number.POSITIVE_INFINITY;
    await retention.whenIdle();
    expect(await ledger.upkeep.retentionRunMs()).toBe(world.nowMs);
    expect(totalsOf(ledger)).toMatchObject({ events: 1000, costNanos: 1_000_000 });
    // 365 days back, and the rest of their month, still know their day.
    const days = ledger.query({
      buckets: Array.from({ length: 386 }, (_, day) => {
        const startMs = DateTime.fromISO('2026-11-21', { zone }).minus({ days: day }).toMillis();
        return { startMs, endMs: startMs + 23 * 3_600_000, label: `${day}` };
      }),
      dimensions: [],
      filter: {},
    });
    expect(new Set(days.map(({ events }) => events))).toEqual(new Set([1]));
    await ledger.close();
  });
});
