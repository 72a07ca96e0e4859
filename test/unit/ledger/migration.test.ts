import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs, { type Database } from 'sql.js';
import { describe, expect, it } from 'vitest';
import { writeChecksum } from '../../../src/ledger/journal/checksum';
import { frame, scanFrames } from '../../../src/ledger/journal/frame';
import { nodeLedgerIo, type LedgerIo } from '../../../src/ledger/ledgerIo';
import { cursor, event, events, FaultyIo, openLedger, placeIn, startMs, temporaryDirectory, totalsOf } from './support';
import { schemaV1 } from './schemaV1';

const dayMs = 86_400_000;
const kept = 'ledger.v1.sqlite';

/** A ledger as the first version left it: 30 events in its checkpoint, 4 more in its journal. */
async function firstVersion(): Promise<{ directory: string; bytes: Buffer }> {
  const directory = temporaryDirectory();
  const ledger = await openLedger(directory, 1);
  const old = Array.from({ length: 10 }, (_, index) => event(`old-${index}`, { atMs: startMs - 400 * dayMs }));
  await ledger.append({ events: [...events(0, 20), ...old], cursors: [cursor('f', 1)] });
  await ledger.checkpoint();
  await ledger.append({ events: events(20, 24), cursors: [cursor('f', 2)] });
  await ledger.close();
  const sql = await initSqlJs();
  const path = join(directory, 'ledger.sqlite');
  const now = new sql.Database(readFileSync(path));
  const then = new sql.Database();
  then.exec(schemaV1);
  withFormerCursors(now);
  for (const [name] of then.exec("SELECT name FROM sqlite_schema WHERE type = 'table'")[0]?.values ?? []) {
    const columns = then.exec(`SELECT group_concat(name) FROM pragma_table_info('${String(name)}')`)[0]?.values[0]?.[0];
    for (const row of now.exec(`SELECT ${String(columns)} FROM ${String(name)}`)[0]?.values ?? []) {
      then.run(`INSERT INTO ${String(name)} VALUES (${row.map(() => '?').join(', ')})`, row);
    }
  }
  then.exec('PRAGMA user_version = 1');
  const bytes = Buffer.from(then.export());
  writeFileSync(path, bytes);
  now.close();
  then.close();
  return { directory, bytes };
}

/** Their table as it was up to the fifth version, without the state that came with that. */
function withFormerCursors(db: Database): void {
  db.exec(/CREATE TABLE file_cursor[^;]*;/.exec(schemaV1)?.[0] ?? 'no such table');
  db.exec(`INSERT INTO file_cursor SELECT file, source, position->>'identity', position->>'size', position->>'mtimeMs',
    position->>'offset', position->>'head', position->>'headBytes', skipped FROM cursor`);
}

async function expectWhole(directory: string): Promise<void> {
  const ledger = await openLedger(directory, 9);
  expect(ledger.notices).toEqual([]);
  expect(totalsOf(ledger)).toMatchObject({ events: 34, costNanos: 34_000 });
  expect(ledger.cursors()).toEqual([cursor('f', 2)]);
  expect(await ledger.upkeep.compact(startMs - 90 * dayMs, 100)).toBe(10);
  await ledger.append({ events: [...events(0, 24), event('old-3')], cursors: [] });
  expect(totalsOf(ledger)).toMatchObject({ events: 34, costNanos: 34_000 });
  await ledger.checkpoint();
  await ledger.close();
  expect(existsSync(join(directory, kept))).toBe(false);
}

describe('a ledger of the first version', () => {
  it('is taken over whole, and kept as it was until there is a good checkpoint of this one', async () => {
    const { directory, bytes } = await firstVersion();
    const disk = new FaultyIo();
    let ledger = await openLedger(directory, 2, { io: disk.io });
    expect(totalsOf(ledger).events).toBe(34);
    expect(readFileSync(join(directory, kept)).equals(bytes)).toBe(true);
    disk.codes.set('write', 'ENOSPC');
    await expect(ledger.checkpoint()).rejects.toThrow();
    expect(readFileSync(join(directory, kept)).equals(bytes)).toBe(true);
    expect(readFileSync(join(directory, 'ledger.sqlite')).equals(bytes)).toBe(true);
    disk.codes.clear();
    await ledger.close();
    ledger = await openLedger(directory, 3);
    expect(existsSync(join(directory, kept))).toBe(true);
    await ledger.checkpoint();
    expect(existsSync(join(directory, kept))).toBe(false);
    await ledger.close();
    await expectWhole(directory);
  });

  it('survives a crash before and after every step of that', async () => {
    const { directory } = await firstVersion();
    const home = temporaryDirectory();
    let copies = 0;
    const around = async <T>(work: () => Promise<T>): Promise<T> => {
      cpSync(directory, join(home, String(copies++)), { recursive: true });
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
      copy: (from, to) => around(() => nodeLedgerIo.copy(from, to)),
      rename: (from, to) => around(() => nodeLedgerIo.rename(from, to)),
      remove: (path) => around(() => nodeLedgerIo.remove(path)),
    };
    const ledger = await openLedger(directory, 2, { io });
    await ledger.checkpoint();
    await ledger.close();
    expect(copies).toBeGreaterThan(6);
    for (let copy = 0; copy < copies; copy += 1) await expectWhole(join(home, String(copy)));
  });

  it('is not opened where the copy can not be made, and not changed', async () => {
    const { directory, bytes } = await firstVersion();
    const copy = (): Promise<void> => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    await expect(openLedger(directory, 2, { io: { ...nodeLedgerIo, copy } })).rejects.toMatchObject({
      reason: 'unavailable',
    });
    expect(readFileSync(join(directory, 'ledger.sqlite')).equals(bytes)).toBe(true);
    await expectWhole(directory);
  });
});

describe('a ledger of a version to which an id was one call', () => {
  const minuteMs = 60_000;
  /** As that version read `msg_1`; and, with what tells the call, as this one does. */
  const read = (minute: number, within?: string, output = 20): ReturnType<typeof event> => {
    const one = event('msg_1', { atMs: startMs + minute * minuteMs, tokens: { output } });
    return { ...one, key: { ...one.key, request: null, ...(within !== undefined && { within }) } };
  };

  /** One call in its checkpoint or its compacted calls, another, of the same id, merged into it; the last in its journal alone. */
  async function oldLedger(kind: 'checkpoint' | 'compacted' | 'journal'): Promise<string> {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    const append = async (minute: number): Promise<void> => {
      const mtimeMs = startMs + minute * minuteMs + 0.25;
      const position = JSON.stringify({ ...placeIn(cursor('f', 1 + minute)), mtimeMs });
      await ledger.append({ events: [read(minute)], cursors: [{ ...cursor('f', 1 + minute), position }] });
    };
    await append(0);
    if (kind !== 'journal') await append(9);
    if (kind === 'compacted') await ledger.upkeep.compact(startMs + 60 * minuteMs, 5);
    await ledger.checkpoint();
    if (kind === 'journal') await append(9);
    await ledger.close();
    const sql = await initSqlJs();
    const path = join(directory, 'ledger.sqlite');
    const db = new sql.Database(readFileSync(path));
    withFormerCursors(db);
    db.exec(`ALTER TABLE event DROP COLUMN parts; DROP TABLE cursor;
      DELETE FROM meta WHERE key = 'reused_from_ms'; PRAGMA user_version = 4`);
    const bytes = db.export();
    writeChecksum(bytes);
    writeFileSync(path, bytes);
    db.close();
    for (const name of readdirSync(join(directory, 'journal'))) {
      const segment = join(directory, 'journal', name);
      let text = '';
      scanFrames(readFileSync(segment), 0, (payload) => {
        const { a, e, c } = JSON.parse(payload) as {
          a: unknown;
          e: unknown;
          c: [string, string, string, null, number][];
        };
        const cursors = c.map(([source, file, position, , skipped]) => {
          const { identity, size, mtimeMs, offset, head, headBytes } = placeIn({
            source,
            file,
            position,
            state: null,
            skipped,
          });
          return [source, file, identity, size, mtimeMs, offset, head, headBytes, skipped];
        });
        text += frame(JSON.stringify({ t: 'events', a, e, c: cursors }));
      });
      writeFileSync(segment, text);
    }
    return directory;
  }

  it.each(['checkpoint', 'compacted', 'journal'] as const)(
    'counts nothing again that it has in its %s, and from then on more than the id tells',
    async (kind) => {
      const directory = await oldLedger(kind);
      for (let epoch = 2; epoch < 5; epoch += 1) {
        const ledger = await openLedger(directory, epoch);
        expect(ledger.notices).toEqual([]);
        expect(totalsOf(ledger).events).toBe(epoch === 2 ? 1 : 3);
        await ledger.append({ events: [read(0, 'a'), read(9, 'b', 1)], cursors: [] });
        expect(totalsOf(ledger).events).toBe(epoch === 2 ? 1 : 3);
        const later = kind === 'compacted' ? 16 : 10;
        await ledger.append({ events: [read(later, 'c'), read(later, 'd')], cursors: [cursor('f', 99)] });
        expect(totalsOf(ledger).events).toBe(3);
        if (epoch === 3) await ledger.checkpoint();
        await ledger.close();
      }
    },
  );

  it('counts nothing again either where its checkpoint is damaged', async () => {
    const directory = await oldLedger('checkpoint');
    const path = join(directory, 'ledger.sqlite');
    const bytes = readFileSync(path);
    const sql = await initSqlJs();
    const db = new sql.Database(bytes);
    const root = Number(db.exec("SELECT rootpage FROM sqlite_schema WHERE name = 'event_at'")[0]?.values[0]?.[0]) - 1;
    db.close();
    bytes.fill(0xa5, root * 4096, (root + 1) * 4096);
    writeFileSync(path, bytes);
    for (let epoch = 2; epoch < 4; epoch += 1) {
      const ledger = await openLedger(directory, epoch);
      expect(ledger.notices).toHaveLength(epoch === 2 ? 1 : 0);
      await ledger.append({ events: [read(0, 'a'), read(0, 'b', 1), read(10, 'c')], cursors: [] });
      expect(totalsOf(ledger).events).toBe(2);
      await ledger.close();
    }
  });
});

describe('positions of a source that this version does not know', () => {
  it('stay as they are, also beside those of another source for the same file', async () => {
    const directory = temporaryDirectory();
    const later = { ...cursor('f', 7), source: 'of-a-later-version', position: 'its own', state: '{"x":1}' };
    for (let epoch = 1; epoch < 4; epoch += 1) {
      const ledger = await openLedger(directory, epoch);
      if (epoch === 1) await ledger.append({ events: [], cursors: [later] });
      await ledger.append({ events: events(epoch, epoch + 1), cursors: [cursor('f', epoch)] });
      if (epoch === 2) await ledger.checkpoint();
      expect(new Set(ledger.cursors())).toEqual(new Set([cursor('f', epoch), later]));
      await ledger.close();
    }
  });
});

describe('a damaged ledger with compacted events', () => {
  const old = Array.from({ length: 3000 }, (_, index) =>
    event(`old-${index}`, { atMs: startMs - 200 * dayMs - index * 1000 }),
  );

  /** With a page overwritten: the given one of a table or an index, 0 being its root. */
  async function damaged(name: string, child: number): Promise<string> {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    await ledger.append({ events: [...events(0, 3000), ...old], cursors: [cursor('f', 1)] });
    await ledger.upkeep.compact(startMs - 90 * dayMs, 3000);
    await ledger.checkpoint();
    await ledger.close();
    const file = join(directory, 'ledger.sqlite');
    const bytes = readFileSync(file);
    const sql = await initSqlJs();
    const db = new sql.Database(bytes);
    const root = Number(db.exec(`SELECT rootpage FROM sqlite_schema WHERE name = '${name}'`)[0]?.values[0]?.[0]) - 1;
    db.close();
    // An inner page begins with 12 bytes, then the places of its cells, each of which begins with a child's number.
    const cell = bytes.readUInt16BE(root * 4096 + 12 + 2 * child);
    const page = child === 0 ? root : bytes.readUInt32BE(root * 4096 + cell) - 1;
    bytes.fill(0xa5, page * 4096, (page + 1) * 4096);
    writeFileSync(file, bytes);
    return directory;
  }

  it('keeps the sums that it can read, counts no compacted call again, and says where the old file is', async () => {
    const directory = await damaged('event_at', 0);
    const ledger = await openLedger(directory, 2);
    const aside = readdirSync(directory).find((name) => name.startsWith('ledger.sqlite.corrupt-')) ?? 'none';
    expect(ledger.notices.map(({ message }) => message)).toEqual([expect.stringContaining(aside)]);
    expect(ledger.notices[0]?.message).not.toContain('too low');
    expect(totalsOf(ledger)).toMatchObject({ events: 6000, costNanos: 6_000_000 });
    const again = await ledger.append({ events: old, cursors: [] });
    expect(again.filter(({ outcome }) => outcome !== 'duplicate')).toEqual([]);
    await ledger.close();
  });

  it('counts no compacted call again whose mark is lost', async () => {
    const directory = await damaged('settled', 3);
    let ledger = await openLedger(directory, 2);
    expect(totalsOf(ledger).events).toBe(6000);
    for (let epoch = 3; epoch < 5; epoch += 1) {
      await ledger.append({ events: [...events(0, 3000), ...old], cursors: [] });
      expect(totalsOf(ledger)).toMatchObject({ events: 6000, costNanos: 6_000_000 });
      await ledger.close();
      ledger = await openLedger(directory, epoch);
    }
    await ledger.append({ events: [event('new', { atMs: startMs - 100 * dayMs })], cursors: [] });
    expect(totalsOf(ledger).events).toBe(6001);
    await ledger.close();
  });
});
