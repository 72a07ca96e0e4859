import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LedgerError } from '../../../src/ledger/ledgerError';
import { cursor, event, events, FaultyIo, beginnings, temporaryDirectory, totalsOf, type Operation } from './support';

const faults: { name: string; codes: [Operation, string][] }[] = [
  { name: 'ENOSPC on writing', codes: [['write', 'ENOSPC']] },
  { name: 'EIO on writing', codes: [['write', 'EIO']] },
  { name: 'EIO on syncing', codes: [['datasync', 'EIO']] },
  {
    name: 'ENOSPC on writing, and the segment can not be cut',
    codes: [
      ['write', 'ENOSPC'],
      ['truncate', 'EIO'],
    ],
  },
  {
    name: 'EIO on syncing, and the segment can not be cut',
    codes: [
      ['datasync', 'EIO'],
      ['truncate', 'EIO'],
    ],
  },
  { name: 'no new file', codes: [['create', 'EROFS']] },
];

describe.each(beginnings)('a ledger that begins $beginning', ({ open }) => {
  describe.each(faults)('$name', ({ codes }) => {
    it('rejects, applies nothing, and goes on when the disk does', async () => {
      const directory = temporaryDirectory();
      const disk = new FaultyIo();
      let ledger = await open(directory, 1, { io: disk.io });
      const creating = codes.some(([operation]) => operation === 'create');
      if (!creating) await ledger.append({ events: events(0, 2), cursors: [] });
      for (let round = 0; round < 2; round += 1) {
        if (creating) await ledger.checkpoint();
        for (const [operation, code] of codes) disk.codes.set(operation, code);
        const refused = await Promise.allSettled([
          ledger.append({ events: [event('refused-1')], cursors: [] }),
          ledger.append({ events: [event('refused-2')], cursors: [] }),
        ]);
        for (const one of refused) {
          expect(one).toMatchObject({ status: 'rejected' });
          if (one.status === 'rejected') expect(LedgerError.is(one.reason, 'unavailable')).toBe(true);
        }
        disk.codes.clear();
        await ledger.append({ events: events(0, 3 + round), cursors: [] });
        expect(totalsOf(ledger).events).toBe(3 + round);
      }
      await ledger.close();

      // The refused events left no trace on disk either: they are still new.
      ledger = await open(directory, 2);
      expect(ledger.notices).toEqual([]);
      expect(totalsOf(ledger)).toMatchObject({ events: 4, costNanos: 4000 });
      const later = await ledger.append({ events: [event('refused-1'), ...events(0, 4)], cursors: [] });
      expect(later.map(({ outcome }) => outcome)).toEqual(['new', ...Array<string>(4).fill('duplicate')]);
      await ledger.checkpoint();
      expect(readdirSync(join(directory, 'journal'))).toEqual([]);
      await ledger.close();
      ledger = await open(directory, 3);
      expect(totalsOf(ledger).events).toBe(5);
      await ledger.close();
    });
  });

  describe('a slow or failing disk', () => {
    it('writes on after a short write', async () => {
      const directory = temporaryDirectory();
      const disk = new FaultyIo();
      disk.atMost = 100;
      let ledger = await open(directory, 1, { io: disk.io });
      await ledger.append({ events: events(0, 20), cursors: [] });
      await ledger.checkpoint();
      await ledger.append({ events: events(20, 30), cursors: [] });
      await ledger.close();
      ledger = await open(directory, 2);
      expect(totalsOf(ledger).events).toBe(30);
      await ledger.close();
    });

    it.each(['create', 'write', 'datasync', 'rename'] as const)(
      'keeps the old checkpoint when %s fails',
      async (operation) => {
        const directory = temporaryDirectory();
        const disk = new FaultyIo();
        let ledger = await open(directory, 1, { io: disk.io });
        await ledger.append({ events: events(0, 5), cursors: [] });
        await ledger.checkpoint();
        await ledger.append({ events: events(5, 9), cursors: [] });
        disk.codes.set(operation, 'ENOSPC');
        await expect(ledger.checkpoint()).rejects.toSatisfy((error) => LedgerError.is(error, 'unavailable'));
        disk.codes.clear();
        expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
        expect(ledger.bytesSinceCheckpoint).toBeGreaterThan(0);
        await ledger.append({ events: events(9, 12), cursors: [] });
        await ledger.close();
        ledger = await open(directory, 2);
        expect(totalsOf(ledger).events).toBe(12);
        await ledger.checkpoint();
        expect(ledger.bytesSinceCheckpoint).toBe(0);
        await ledger.close();
      },
    );

    it('takes back what is on disk but can not be applied', async () => {
      const directory = temporaryDirectory();
      let ledger = await open(directory, 1);
      await ledger.append({ events: events(0, 2), cursors: [] });
      const unheard = event('x', { model: 'unheard', attribution: { project: 'unheard' } });
      // No integer of the database holds so many milliseconds.
      const broken = { ...unheard, durationMs: 1e300 };
      for (let round = 0; round < 2; round += 1) {
        const refused = ledger.append({ events: [broken], cursors: [cursor('f', 1)] });
        await expect(refused).rejects.toSatisfy((error) => LedgerError.is(error, 'unavailable'));
        expect(totalsOf(ledger).events).toBe(2);
        expect(ledger.cursors()).toEqual([]);
      }
      const kept = event('y', { model: 'another', attribution: { project: 'another' } });
      await ledger.append({ events: [kept], cursors: [cursor('f', 1)] });
      await ledger.close();
      ledger = await open(directory, 2);
      expect(totalsOf(ledger).events).toBe(3);
      const [outcome] = await ledger.append({ events: [unheard], cursors: [] });
      expect(outcome?.outcome).toBe('new');
      const byModel = {
        buckets: [{ startMs: 0, endMs: 4e12, label: 'all' }],
        dimensions: ['model', 'project'],
        filter: {},
      } as const;
      expect(ledger.query(byModel).map(({ group, events: count }) => [group.model, group.project, count])).toEqual(
        expect.arrayContaining([
          ['claude-opus-4-8', null, 2],
          ['another', 'another', 1],
          ['unheard', 'unheard', 1],
        ]),
      );
      await ledger.close();
    });
  });
});
