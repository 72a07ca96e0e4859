/** The file operations that the ledger stands on, and what it does when one of them fails in an unusual way. */
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frame } from '../../../src/ledger/journal/frame';
import { Journal, listSegments } from '../../../src/ledger/journal/journal';
import { LedgerError } from '../../../src/ledger/ledgerError';
import { errorCode, nodeLedgerIo, type LedgerIo } from '../../../src/ledger/ledgerIo';
import { makeFolder } from '../../../src/shared/node/makeFolder';
import { markOf } from '../../../src/ledger/checkpoint/newerLedger';
import { encodeRecord } from '../../../src/ledger/journal/record';
import { retireSegments } from '../../../src/ledger/checkpoint/retirement';
import { schemaVersion } from '../../../src/ledger/tables/schema';
import { events, journalOf, openLedger, temporaryDirectory, totalsOf } from './support';

describe('files', () => {
  it('that are not there are nothing, and any other failure is one', async () => {
    const directory = temporaryDirectory();
    const none = join(directory, 'none');
    expect([await nodeLedgerIo.read(none), await nodeLedgerIo.size(none), await nodeLedgerIo.identity(none)]).toEqual([
      null,
      null,
      null,
    ]);
    await expect(nodeLedgerIo.read(directory)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('get a second name, or are copied where a file has only one, but never over another', async () => {
    const directory = temporaryDirectory();
    const [one, two] = [join(directory, 'one'), join(directory, 'two')];
    await fs.writeFile(one, 'x');
    await nodeLedgerIo.link(one, two);
    expect(await nodeLedgerIo.identity(two)).toBe(await nodeLedgerIo.identity(one));
    await expect(nodeLedgerIo.link(one, two)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(nodeLedgerIo.link(join(directory, 'none'), join(directory, 'three'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('tell what went wrong by a code, if by anything', () => {
    expect(errorCode(Object.assign(new Error('x'), { code: 'EIO' }))).toBe('EIO');
    expect(errorCode(Object.assign(new Error('x'), { code: 5 }))).toBeUndefined();
    expect(errorCode(new Error('x'))).toBeUndefined();
    expect(errorCode('EIO')).toBeUndefined();
  });
});

describe('a folder', () => {
  it('is made with those above it, for its owner alone, and may be there', async () => {
    const directory = temporaryDirectory();
    const deep = join(directory, 'a', 'b', 'c');
    await makeFolder(deep);
    await makeFolder(deep);
    expect((await fs.stat(deep)).mode & 0o777).toBe(0o700);
  });

  it('can not be made below a file, nor of nothing', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'file');
    await fs.writeFile(file, '');
    await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder('')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is tried once more, not for ever, where its parent is said not to be there', async () => {
    const gone = join(temporaryDirectory(), 'gone');
    await expect(makeFolder(join(gone, 'below'), false)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a ledger of a newer version', () => {
  const versioned = async (directory: string, version: number): Promise<void> => {
    const header = Buffer.alloc(100);
    header.writeUInt32BE(version, 60);
    await fs.writeFile(join(directory, 'ledger.sqlite'), header);
  };

  it('is known by its version, whatever is written to it', async () => {
    const directory = temporaryDirectory();
    await versioned(directory, schemaVersion + 1);
    const mark = await markOf(directory);
    expect(mark).toBe(`version ${schemaVersion + 1}`);
    await fs.mkdir(join(directory, 'journal'));
    await fs.writeFile(join(directory, 'journal', '1-1.ndjson'), 'x');
    expect(await markOf(directory)).toBe(mark);
  });

  it('is known by its files where only the journal is newer, until one changes', async () => {
    const { directory, segment } = await journalOf(1);
    const mark = await markOf(directory);
    expect(await markOf(directory)).toBe(mark);
    await fs.appendFile(segment, 'x');
    const longer = await markOf(directory);
    expect(longer).not.toBe(mark);
    await versioned(directory, schemaVersion);
    expect(await markOf(directory)).not.toBe(longer);
  });

  it('is none where there is nothing, or a file too short to say so', async () => {
    const directory = temporaryDirectory();
    expect(await markOf(directory)).toBe('checkpoint null');
    await fs.writeFile(join(directory, 'ledger.sqlite'), 'SQLite');
    expect(await markOf(directory)).toMatch(/^checkpoint \d+:6:\d+$/);
  });
});

describe('a journal', () => {
  const failing = (parts: Partial<LedgerIo>): LedgerIo => ({ ...nodeLedgerIo, ...parts });

  it('takes back nothing where nothing was written', async () => {
    const directory = temporaryDirectory();
    const journal = new Journal(nodeLedgerIo, directory, 1, 1, new Map());
    await journal.takeBack(10);
    expect(await fs.readdir(directory)).toEqual([]);
    expect(await journal.append(Buffer.from('abc\n'))).toEqual({ name: '1-1', size: 4 });
    expect(await journal.append(Buffer.from('de\n'))).toEqual({ name: '1-1', size: 7 });
    await journal.takeBack(3);
    expect(await journal.append(Buffer.from('f\n'))).toEqual({ name: '1-1', size: 6 });
    await journal.rotate();
    expect(await fs.readFile(join(directory, '1-1.ndjson'), 'utf8')).toBe('abc\nf\n');
  });

  it('never writes to a segment that is there already', async () => {
    const directory = temporaryDirectory();
    await fs.writeFile(join(directory, '1-1.ndjson'), 'old\n');
    const journal = new Journal(nodeLedgerIo, directory, 1, 1, new Map());
    expect((await journal.append(Buffer.from('new\n'))).name).toBe('1-2');
    await journal.rotate();
    expect(await fs.readFile(join(directory, '1-1.ndjson'), 'utf8')).toBe('old\n');
  });

  it('leaves no segment behind that it could not begin', async () => {
    const directory = temporaryDirectory();
    let works = false;
    const io = failing({
      syncDirectory: (path) => (works ? nodeLedgerIo.syncDirectory(path) : Promise.reject(new Error('EIO'))),
    });
    const journal = new Journal(io, directory, 1, 1, new Map([['0-1', 5]]));
    await expect(journal.append(Buffer.from('x\n'))).rejects.toSatisfy((error) => LedgerError.is(error, 'unavailable'));
    expect(await fs.readdir(directory)).toEqual([]);
    works = true;
    const first = frame(encodeRecord({ kind: 'ends', ends: { '0-1': 5 } }));
    expect(await journal.append(Buffer.from('x\n'))).toEqual({ name: '1-2', size: first.length + 2 });
    await journal.rotate();
    expect(await fs.readFile(join(directory, '1-2.ndjson'), 'utf8')).toBe(`${first}x\n`);
  });

  it('fails on a disk that takes no bytes and does not say why', async () => {
    const directory = temporaryDirectory();
    const io = failing({
      create: async (path) => {
        const file = await nodeLedgerIo.create(path);
        return {
          write: () => Promise.resolve(0),
          datasync: () => file.datasync(),
          truncate: (length) => file.truncate(length),
          close: () => file.close(),
        };
      },
    });
    const journal = new Journal(io, directory, 1, 1, new Map());
    await expect(journal.append(Buffer.from('x'))).rejects.toThrow('the disk took no more bytes');
    await journal.rotate();
    const ledger = await openLedger(temporaryDirectory(), 1, { io });
    await expect(ledger.checkpoint()).rejects.toThrow('the disk took no more bytes');
    await ledger.close();
  });
});

describe('segments that are covered', () => {
  const retire = (directory: string, io: LedgerIo): Promise<string[]> =>
    retireSegments(io, directory, new Map([['1-1', 4]]), new Map(), new Set(), 'now');
  const rename = (error: Error): LedgerIo => ({ ...nodeLedgerIo, rename: () => Promise.reject(error) });

  it('stay where another program holds them open, and go the next time', async () => {
    const directory = temporaryDirectory();
    await fs.writeFile(join(directory, '1-1.ndjson'), 'abc\n');
    await fs.writeFile(join(directory, '1-2.ndjson'), 'not covered\n');
    expect(await retire(directory, rename(Object.assign(new Error('x'), { code: 'EBUSY' })))).toEqual([]);
    await expect(retire(directory, rename(new Error('a fault of ours')))).rejects.toThrow('a fault of ours');
    expect(await retire(directory, nodeLedgerIo)).toEqual(['1-1']);
    expect((await listSegments(nodeLedgerIo, directory)).map(({ name }) => name)).toEqual(['1-2']);
    expect(await retire(directory, nodeLedgerIo), 'taken by somebody else').toEqual(['1-1']);
  });
});

describe('a segment', () => {
  it('that vanishes while it is looked at was retired by another lead', async () => {
    const { directory } = await journalOf(2);
    const io: LedgerIo = {
      ...nodeLedgerIo,
      read: (path) => (path.endsWith('1-1.ndjson') ? Promise.resolve(null) : nodeLedgerIo.read(path)),
    };
    const ledger = await openLedger(directory, 2, { io });
    expect(totalsOf(ledger).events).toBe(0);
    await ledger.close();
  });

  it('with a sound line that makes no sense is damaged, and all else in it counts', async () => {
    const { directory, segment } = await journalOf(2);
    await fs.appendFile(segment, frame('{"t":"events"'));
    await fs.appendFile(segment, frame('{"t":"events","a":[],"e":[[1,2,3,4,7,0,0,0,0,0,0,0,null,null,0]],"c":[]}'));
    const ledger = await openLedger(directory, 2);
    expect(ledger.notices).toMatchObject([{ id: 'ledger.damaged.1-1', severity: 'warning' }]);
    expect(totalsOf(ledger).events).toBe(4);
    await ledger.close();
  });

  it('that ends in the middle of a write is not read again and again', async () => {
    const directory = temporaryDirectory();
    const writer = await openLedger(directory, 1);
    await writer.append({ events: events(0, 2), cursors: [] });
    const reads: string[] = [];
    const io: LedgerIo = { ...nodeLedgerIo, read: (path) => (reads.push(path), nodeLedgerIo.read(path)) };
    const reader = await openLedger(directory, 2, { io });
    await fs.appendFile(join(directory, 'journal', '1-1.ndjson'), '{"crc":"0000');
    expect(await reader.absorb()).toBe(0);
    const once = reads.length;
    expect(await reader.absorb()).toBe(0);
    expect(reads.length).toBe(once);
    await reader.close();
    await writer.close();
  });

  it('damaged by another lead is told once, and a checkpoint keeps what is left', async () => {
    const directory = temporaryDirectory();
    const reader = await openLedger(directory, 1);
    const writer = await openLedger(directory, 2);
    await writer.append({ events: events(0, 2), cursors: [] });
    await writer.append({ events: events(2, 4), cursors: [] });
    const segment = join(directory, 'journal', '2-1.ndjson');
    const text = await fs.readFile(segment, 'utf8');
    await fs.writeFile(segment, text.replace('claude', 'clauds'));
    expect(await reader.absorb()).toBe(2);
    expect(reader.notices.map(({ id }) => id)).toEqual(['ledger.damaged.2-1']);
    expect(await reader.absorb()).toBe(0);
    expect(reader.notices).toHaveLength(1);
    expect(await fs.readdir(directory)).toContain('ledger.sqlite');
    await reader.close();
    await writer.close();
  });
});

describe('a ledger that was closed', () => {
  it('refuses everything, and may be closed again', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    await ledger.close();
    await ledger.close();
    const quota = {
      provider: 'p',
      subscription: null,
      window: 'day',
      meter: null,
      usedPercent: 1,
      used: null,
    } as const;
    const observed = { ...quota, limit: null, resetsAtMs: null, asOfMs: 0, source: 'x', confidence: 'low' } as const;
    for (const refused of [
      ledger.checkpoint(),
      ledger.observeQuota(observed),
      ledger.append({ events: events(0, 1), cursors: [] }),
      ledger.absorb(),
    ]) {
      await expect(refused).rejects.toSatisfy((error) => LedgerError.is(error));
    }
    expect(() => ledger.eventCount()).toThrow();
  });
});

describe('a damaged checkpoint', () => {
  it('that can not be set aside stops the ledger from being opened, and stays', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'ledger.sqlite');
    await fs.writeFile(file, 'no database at all');
    const io: LedgerIo = { ...nodeLedgerIo, link: () => Promise.reject(new Error('no')) };
    await expect(openLedger(directory, 1, { io })).rejects.toThrow('is damaged and can not be set aside');
    expect(await fs.readFile(file, 'utf8')).toBe('no database at all');
  });
});
