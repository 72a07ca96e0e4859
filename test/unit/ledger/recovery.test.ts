import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import { frame } from '../../../src/ledger/frame';
import { LedgerError } from '../../../src/ledger/ledgerError';
import { cursor, events, openLedger, startMs, temporaryDirectory, totalsOf } from './support';

function onlySegment(directory: string): string {
  const [name, ...others] = readdirSync(join(directory, 'journal'));
  if (name === undefined || others.length > 0) throw new Error('expected one segment');
  return join(directory, 'journal', name);
}

async function journalOf(batches: number): Promise<{ directory: string; segment: string }> {
  const directory = temporaryDirectory();
  const ledger = await openLedger(directory, 1);
  for (let batch = 0; batch < batches; batch += 1) {
    await ledger.append({ events: events(batch * 2, batch * 2 + 2), cursors: [cursor('f', batch + 1)] });
  }
  await ledger.close();
  return { directory, segment: onlySegment(directory) };
}

describe('a torn journal', () => {
  it('is cut at every byte of its last record', async () => {
    const { directory, segment } = await journalOf(3);
    const whole = readFileSync(segment);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastLine; length <= whole.length; length += 1) {
      writeFileSync(segment, whole.subarray(0, length));
      const ledger = await openLedger(directory, 2);
      expect(totalsOf(ledger).events, `cut at ${length}`).toBe(length === whole.length ? 6 : 4);
      expect(ledger.cursors()).toEqual([cursor('f', length === whole.length ? 3 : 2)]);
      expect(ledger.notices).toEqual([]);
      await ledger.close();
    }
  });

  it('takes new events after the cut, and loses its torn segment with the next checkpoint', async () => {
    const { directory, segment } = await journalOf(3);
    writeFileSync(segment, readFileSync(segment).subarray(0, -7));
    let ledger = await openLedger(directory, 2);
    await ledger.append({ events: events(4, 9), cursors: [] });
    await ledger.close();
    ledger = await openLedger(directory, 3);
    expect(totalsOf(ledger).events).toBe(9);
    await ledger.checkpoint();
    expect(readdirSync(join(directory, 'journal'))).toEqual([]);
    await ledger.close();
  });
});

describe('a long journal', () => {
  it('is read in steps, so that whoever leads still answers meanwhile', async () => {
    const directory = temporaryDirectory();
    const writer = await openLedger(directory, 1);
    for (let from = 0; from < 30_000; from += 5000) {
      await writer.append({ events: events(from, from + 5000), cursors: [] });
    }
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 0);
    const ledger = await openLedger(directory, 2);
    clearInterval(turning);
    expect(totalsOf(ledger).events).toBe(30_000);
    expect(turns).toBeGreaterThan(4);
    await ledger.close();
    await writer.close();
  });
});

describe('damage', () => {
  it('keeps every sound line around flipped bytes, sets the segment aside and says so', async () => {
    const { directory, segment } = await journalOf(5);
    const whole = readFileSync(segment);
    const second = whole.indexOf(10) + 1;
    const third = whole.indexOf(10, second) + 1;
    for (const place of [second, second + 10, second + 30, third - 2]) {
      const copy = temporaryDirectory();
      cpSync(directory, copy, { recursive: true });
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ 4;
      writeFileSync(onlySegment(copy), damaged);
      let ledger = await openLedger(copy, 2);
      expect(totalsOf(ledger).events).toBe(8);
      expect(ledger.cursors(), 'the logs must be read again').toEqual([]);
      expect(ledger.notices).toHaveLength(1);
      expect(ledger.notices[0]?.message).toContain('damaged');
      expect(readdirSync(join(copy, 'journal'))).toEqual([expect.stringMatching(/^1-1\.ndjson\.corrupt-2026-/)]);
      await ledger.close();
      ledger = await openLedger(copy, 3);
      expect(ledger.notices).toEqual([]);
      expect(totalsOf(ledger).events).toBe(8);
      await ledger.close();
    }
  });

  it('reads both records when the line feed between them is damaged', async () => {
    const { directory, segment } = await journalOf(3);
    const whole = readFileSync(segment);
    whole[whole.indexOf(10)] = 0x20;
    writeFileSync(segment, whole);
    const ledger = await openLedger(directory, 2);
    expect(totalsOf(ledger).events).toBe(6);
    await ledger.close();
  });

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
    const userVersion = [60, 61, 62, 63];
    for (let place = 0; place < whole.length; place += place < 100 ? 1 : 1237) {
      // A version that we don't know is left alone.
      if (userVersion.includes(place)) continue;
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
