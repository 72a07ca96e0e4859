import fc from '../../support/properties';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../src/ledger/ledger';
import { event, events, openLedger, temporaryDirectory, totalsOf } from './support';

describe('two leads on one directory', () => {
  it('are both believed by a third, exactly once', async () => {
    const directory = temporaryDirectory();
    const older = await openLedger(directory, 1);
    await older.append({ events: events(0, 10), cursors: [] });
    const newer = await openLedger(directory, 2);
    await Promise.all([
      older.append({ events: events(5, 20), cursors: [] }),
      newer.append({ events: events(15, 30), cursors: [] }),
    ]);
    const third = await openLedger(directory, 3);
    expect(totalsOf(third)).toMatchObject({ events: 30, costNanos: 30_000 });
    expect(await newer.absorb()).toBe(5);
    expect(await newer.absorb()).toBe(0);
    expect(totalsOf(newer).events).toBe(30);
    for (const ledger of [older, newer, third]) await ledger.close();
  });

  it('lose nothing when one checkpoints while the other sleeps', async () => {
    const directory = temporaryDirectory();
    const sleeper = await openLedger(directory, 1);
    await sleeper.append({ events: events(0, 10), cursors: [] });
    const lead = await openLedger(directory, 2);
    await lead.checkpoint();
    expect(readdirSync(join(directory, 'journal')), 'the segment of the sleeper is covered').toEqual([]);
    // The sleeper still has that segment open.
    await sleeper.append({ events: events(10, 15), cursors: [] });
    expect(totalsOf(sleeper).events).toBe(15);
    expect(await lead.absorb()).toBe(5);
    await lead.checkpoint();
    const third = await openLedger(directory, 3);
    expect(totalsOf(third).events).toBe(15);
    // The sleeper has not read the checkpoint that it would replace, so it reads it first.
    await lead.append({ events: events(15, 18), cursors: [] });
    await lead.checkpoint();
    await sleeper.append({ events: events(18, 20), cursors: [] });
    await sleeper.checkpoint();
    expect(totalsOf(sleeper).events).toBe(20);
    for (const ledger of [sleeper, lead, third]) await ledger.close();
    const last = await openLedger(directory, 4);
    expect(totalsOf(last)).toMatchObject({ events: 20, costNanos: 20_000 });
    await last.close();
  });

  it('agree with a model whatever they do', async () => {
    const step = fc.record({
      who: fc.nat(2),
      what: fc.constantFrom('append', 'append', 'append', 'checkpoint', 'absorb', 'reopen', 'together'),
      call: fc.nat(60),
      output: fc.integer({ min: 1, max: 5 }),
    });
    const directory = temporaryDirectory();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        run += 1;
        const place = join(directory, String(run));
        let epoch = 0;
        const open = (): Promise<Ledger> => openLedger(place, (epoch += 1));
        const ledgers = [await open(), await open(), await open()];
        const model = new Map<number, number>();
        for (const { who, what, call, output } of steps) {
          const ledger = ledgers[who];
          if (ledger === undefined) continue;
          const append = async (one: Ledger): Promise<void> => {
            model.set(call, Math.max(output, model.get(call) ?? 0));
            const costNanos = output * 10;
            await one.append({
              events: [event(`c${call}`, { tokens: { output }, rating: { costNanos } })],
              cursors: [],
            });
          };
          if (what === 'append') await append(ledger);
          else if (what === 'checkpoint') await ledger.checkpoint();
          else if (what === 'absorb') await ledger.absorb();
          else if (what === 'together') await Promise.all([ledger.checkpoint(), ...ledgers.map(append)]);
          else {
            await ledger.close();
            ledgers[who] = await open();
          }
        }
        for (const ledger of ledgers) await ledger.close();
        const judge = await open();
        const output = [...model.values()].reduce((sum, one) => sum + one, 0);
        expect(totalsOf(judge)).toMatchObject({ events: model.size, output, costNanos: output * 10 });
        expect(judge.eventCount()).toBe(model.size);
        expect(judge.notices).toEqual([]);
        await judge.checkpoint();
        expect(readdirSync(join(place, 'journal'))).toEqual([]);
        await judge.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('a small ledger', () => {
  it('writes no checkpoint on closing while the journal is short', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 10), cursors: [] });
    await ledger.close();
    expect(existsSync(join(directory, 'ledger.sqlite'))).toBe(false);
    const larger = await openLedger(directory, 2);
    await larger.append({ events: events(0, 5000), cursors: [] });
    await larger.close();
    expect(statSync(join(directory, 'ledger.sqlite')).size).toBeGreaterThan(0);
    expect(readdirSync(join(directory, 'journal'))).toEqual([]);
  });
});
