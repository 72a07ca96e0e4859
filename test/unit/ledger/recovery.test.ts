import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import { frame } from '../../../src/ledger/journal/frame';
import { LedgerError } from '../../../src/ledger/ledgerError';
import { schemaVersion } from '../../../src/ledger/tables/schema';
import { writeChecksum } from '../../../src/ledger/journal/checksum';
import { cursor, events, FaultyIo, journalOf, openLedger, startMs, temporaryDirectory, totalsOf } from './support';

describe('damage of a checkpoint', () => {
  it('rebuilds a damaged checkpoint from what can be read, and the journal', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 3000), cursors: [cursor('f', 1)] });
    await ledger.checkpoint();
    await ledger.append({ events: events(3000, 3010), cursors: [cursor('f', 2)] });
    await ledger.close();
    const file = join(directory, 'ledger.sqlite');
    const bytes = readFileSync(file);
    const middle = Math.floor(bytes.length / 8192) * 4096;
    bytes.fill(0xa5, middle, middle + 4096);
    writeFileSync(file, bytes);
    ledger = await openLedger(directory, 2);
    const total = totalsOf(ledger);
    expect(total.events).toBeGreaterThan(2000);
    expect(total.costNanos).toBe(total.events * 1000);
    expect(ledger.cursors()).toEqual([]);
    const aside = readdirSync(directory).find((name) => name.startsWith('ledger.sqlite.corrupt-')) ?? 'none';
    expect(ledger.notices).toMatchObject([{ severity: 'warning' }]);
    expect(ledger.notices[0]?.message).toContain(aside);
    expect(readFileSync(join(directory, aside)).equals(bytes)).toBe(true);
    await ledger.append({ events: events(0, 3010), cursors: [] });
    expect(totalsOf(ledger)).toMatchObject({ events: 3010, costNanos: 3_010_000 });
    await ledger.close();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('this is not a database at all, it is a text of some length')],
    ['half a header', Buffer.from('SQLite format 3\u0000')],
  ])('sets aside a checkpoint of %s', async (_, bytes) => {
    const { directory } = await journalOf(2);
    writeFileSync(join(directory, 'ledger.sqlite'), bytes);
    const ledger = await openLedger(directory, 2);
    expect(totalsOf(ledger).events).toBe(4);
    expect(ledger.notices).toHaveLength(1);
    await ledger.close();
  });
});

describe('one flipped bit in a checkpoint', () => {
  it('is told wherever it is, even where SQLite sees nothing wrong', async () => {
    const { directory } = await journalOf(5);
    let ledger = await openLedger(directory, 2);
    await ledger.checkpoint();
    await ledger.close();
    const file = join(directory, 'ledger.sqlite');
    const whole = readFileSync(file);
    for (let place = 0; place < whole.length; place += place < 100 ? 1 : 1237) {
      const copy = temporaryDirectory();
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      writeFileSync(join(copy, 'ledger.sqlite'), bytes);
      ledger = await openLedger(copy, 3);
      expect(ledger.notices, `byte ${place}`).toHaveLength(1);
      await ledger.append({ events: events(0, 10), cursors: [] });
      await ledger.close();
    }
  });
});

describe('a damaged checkpoint', () => {
  it('is still there for the next start where no sound one could be written in its place', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 500), cursors: [] });
    await ledger.checkpoint();
    await ledger.close();
    const file = join(directory, 'ledger.sqlite');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const disk = new FaultyIo();
    disk.codes.set('rename', 'ENOSPC');
    for (const epoch of [2, 3]) {
      ledger = await openLedger(directory, epoch, { io: disk.io });
      expect(ledger.notices).toHaveLength(1);
      expect(totalsOf(ledger).events).toBe(500);
    }
    ledger = await openLedger(directory, 4);
    expect(ledger.notices).toHaveLength(1);
    const aside = readdirSync(directory).filter((name) => name.startsWith('ledger.sqlite.corrupt-'));
    expect(aside, 'one file, kept once').toHaveLength(1);
    ledger = await openLedger(directory, 5);
    expect(ledger.notices).toEqual([]);
    expect(totalsOf(ledger).events).toBe(500);
  });

  it('is told apart from the ledger of a newer version', async () => {
    const { directory } = await journalOf(5);
    let ledger = await openLedger(directory, 2);
    await ledger.checkpoint();
    const file = join(directory, 'ledger.sqlite');
    const whole = readFileSync(file);
    for (const version of [schemaVersion + 1, 70, 0x4000_0002]) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt32BE(version, 60);
      writeFileSync(file, bytes);
      ledger = await openLedger(directory, 3, { now: () => startMs + version });
      expect(ledger.notices).toHaveLength(1);
      expect(totalsOf(ledger).events, `version ${version}`).toBe(10);
      await ledger.close();
      // With the checksum of a newer version, and damaged after that: that version will know what to do.
      writeChecksum(bytes);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(file, bytes);
      await expect(openLedger(directory, 3)).rejects.toSatisfy((error) => LedgerError.is(error, 'newer_version'));
      expect(readFileSync(file).equals(bytes)).toBe(true);
    }
  });
});

describe('other versions and leftovers', () => {
  it('does not touch the ledger of a newer version', async () => {
    const { directory } = await journalOf(2);
    const sql = await initSqlJs();
    const db = new sql.Database();
    db.exec('CREATE TABLE future (a); PRAGMA user_version = 99');
    const file = join(directory, 'ledger.sqlite');
    writeFileSync(file, db.export());
    db.close();
    copyFileSync(file, join(directory, 'before'));
    await expect(openLedger(directory, 2)).rejects.toSatisfy((error) => LedgerError.is(error, 'newer_version'));
    expect(readFileSync(file).equals(readFileSync(join(directory, 'before')))).toBe(true);
    expect(readdirSync(join(directory, 'journal'))).toEqual(['1-1.ndjson']);
  });

  it('does not touch a journal with records of a newer version', async () => {
    const { directory, segment } = await journalOf(2);
    writeFileSync(segment, frame('{"t":"future"}'), { flag: 'a' });
    await expect(openLedger(directory, 2)).rejects.toSatisfy((error) => LedgerError.is(error, 'newer_version'));
  });

  it('removes the temporary file of a writer that died', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'ledger.sqlite.7.tmp'), 'half');
    const ledger = await openLedger(directory, 8);
    expect(existsSync(join(directory, 'ledger.sqlite.7.tmp'))).toBe(false);
    await ledger.close();
  });

  it('says clearly when the database engine is missing', async () => {
    await expect(openLedger(temporaryDirectory(), 1, { wasmPath: '/nowhere/sql-wasm.wasm' })).rejects.toSatisfy(
      (error) => LedgerError.is(error, 'unavailable'),
    );
  });
});

describe('the checkpoint', () => {
  it('is a sound SQLite file for any other tool', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1);
    await ledger.append({ events: events(0, 500), cursors: [cursor('f', 1)] });
    await ledger.checkpoint();
    await ledger.close();
    const file = join(directory, 'ledger.sqlite');
    const query =
      'SELECT (SELECT count(*) FROM event), (SELECT sum(cost_nanos) FROM rollup), (SELECT min(at_ms) FROM event)';
    const sql = await initSqlJs();
    const db = new sql.Database(readFileSync(file));
    expect(db.exec('PRAGMA integrity_check')[0]?.values).toEqual([['ok']]);
    expect(db.exec(query)[0]?.values).toEqual([[500, 500_000, startMs]]);
    db.close();
    const python = `import sqlite3,sys\nd=sqlite3.connect(sys.argv[1])\nprint(d.execute('PRAGMA integrity_check').fetchone()[0],*d.execute(sys.argv[2]).fetchone())`;
    const { status, stdout } = spawnSync('python3', ['-c', python, file, query], { encoding: 'utf8' });
    if (status === 0) expect(stdout.trim()).toBe(`ok 500 500000 ${startMs}`);
  });

  it('is not replaced by who does not lead any more', async () => {
    const directory = temporaryDirectory();
    const ledger = await openLedger(directory, 1, { mayReplaceCheckpoint: () => Promise.resolve(false) });
    await ledger.append({ events: events(0, 5), cursors: [] });
    await ledger.checkpoint();
    expect(existsSync(join(directory, 'ledger.sqlite'))).toBe(false);
    expect(ledger.bytesSinceCheckpoint).toBeGreaterThan(0);
    await ledger.close();
  });
});
