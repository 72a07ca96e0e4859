import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeLedgerIo } from '../../../src/ledger/ledgerIo';
import { cursor, events, journalOf, onlySegment, openLedger, temporaryDirectory, totalsOf } from './support';

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

describe('damage of a journal', () => {
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

  it('is told in the very last record too, where no write that was cut off could look like it', async () => {
    const { directory, segment } = await journalOf(3);
    const whole = readFileSync(segment);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const place of [lastLine, lastLine + 9, lastLine + 100, whole.length - 2, whole.length - 1]) {
      const copy = temporaryDirectory();
      cpSync(directory, copy, { recursive: true });
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ 4;
      writeFileSync(onlySegment(copy), damaged);
      const ledger = await openLedger(copy, 2);
      expect(ledger.notices, `byte ${place}`).toHaveLength(1);
      expect(totalsOf(ledger).events).toBe(place === whole.length - 1 ? 6 : 4);
      expect(ledger.cursors()).toEqual([]);
      await ledger.append({ events: events(0, 8), cursors: [] });
      await ledger.checkpoint();
      expect(readdirSync(join(copy, 'journal'))).toEqual([expect.stringMatching(/^1-1\.ndjson\.corrupt-/)]);
      await ledger.close();
    }
  });

  it('is not seen in pages that never came to the disk, nor in what its owner writes at this moment', async () => {
    const { directory, segment } = await journalOf(3);
    const whole = readFileSync(segment);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    const holed = Buffer.from(whole).fill(0, lastLine + 20, lastLine + 60);
    writeFileSync(segment, holed);
    let ledger = await openLedger(directory, 2);
    expect(ledger.notices).toEqual([]);
    expect(totalsOf(ledger).events).toBe(4);
    await ledger.close();

    writeFileSync(segment, whole);
    const halves = {
      ...nodeLedgerIo,
      read: async (path: string): Promise<Buffer | null> => {
        const bytes = await nodeLedgerIo.read(path);
        if (path !== segment) return bytes;
        writeFileSync(segment, whole);
        return Buffer.from(whole).fill('x', lastLine + 20, lastLine + 60);
      },
    };
    ledger = await openLedger(directory, 3, { io: halves });
    expect(ledger.notices).toEqual([]);
    expect(totalsOf(ledger).events).toBe(4);
    halves.read = (path) => nodeLedgerIo.read(path);
    await ledger.absorb();
    expect(totalsOf(ledger).events).toBe(6);
    await ledger.close();
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
});
