/** What the ledger's tests share: throw-away directories, events, and a disk that fails when told to. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Ledger, type LedgerOptions } from '../../../src/ledger/ledger';
import { nodeLedgerIo, type LedgerFile, type LedgerIo } from '../../../src/ledger/ledgerIo';
import type { FileCursor } from '../../../src/protocol/event';
import type { LedgerQuery, LedgerTotals } from '../../../src/protocol/query';
import { events, startMs } from './event';

export { event, events, rolledUp, startMs, type EventParts } from './event';

export const wasmPath = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'agent-meter-ledger-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

export function openLedger(directory: string, epoch: number, more: Partial<LedgerOptions> = {}): Promise<Ledger> {
  return Ledger.open({ directory, epoch, wasmPath, now: () => startMs, log: () => undefined, ...more });
}

/** Nothing is left to be loaded later: each event goes to its table at once. */
export async function openLoaded(directory: string, epoch: number, more: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = await openLedger(directory, epoch, more);
  await ledger.activity();
  return ledger;
}

/** Both ways in which a ledger that holds nothing can go on. */
export const beginnings = [
  { beginning: 'with a bulk load', open: openLedger },
  { beginning: 'event by event', open: openLoaded },
] as const;

export function cursor(file: string, offset: number): FileCursor {
  return {
    source: 'claude-code',
    file,
    position: JSON.stringify({ identity: '1:2', size: offset, mtimeMs: 1.25, offset, head: 'ab', headBytes: 2 }),
    state: null,
    skipped: 0,
  };
}

/** What a cursor's position says. */
export function placeIn({ position }: FileCursor): Record<string, unknown> {
  return JSON.parse(position) as Record<string, unknown>;
}

/** The only segment of a directory's journal. */
export function onlySegment(directory: string): string {
  const [name, ...others] = readdirSync(join(directory, 'journal'));
  if (name === undefined || others.length > 0) throw new Error('expected one segment');
  return join(directory, 'journal', name);
}

/** A journal of so many records of two events each, that nobody has open. */
export async function journalOf(batches: number): Promise<{ directory: string; segment: string }> {
  const directory = temporaryDirectory();
  const ledger = await openLedger(directory, 1);
  for (let batch = 0; batch < batches; batch += 1) {
    await ledger.append({ events: events(batch * 2, batch * 2 + 2), cursors: [cursor('f', batch + 1)] });
  }
  await ledger.close();
  return { directory, segment: onlySegment(directory) };
}

export const everything: LedgerQuery = {
  buckets: [{ startMs: 0, endMs: 4e12, label: 'all' }],
  dimensions: [],
  filter: {},
};

export function totalsOf(ledger: Ledger): LedgerTotals {
  const [row] = ledger.query(everything);
  if (row === undefined) throw new Error('no total');
  return row;
}

export type Operation = 'write' | 'datasync' | 'truncate' | 'create' | 'rename';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: as told by the test`), { code });
}

/** A disk that counts, and fails as told. */
export class FaultyIo {
  readonly counts: Record<Operation, number> = { write: 0, datasync: 0, truncate: 0, create: 0, rename: 0 };
  readonly codes = new Map<Operation, string>();
  /** Writes at most so many bytes at once. */
  atMost = Number.POSITIVE_INFINITY;
  readonly io: LedgerIo;

  constructor() {
    this.io = {
      ...nodeLedgerIo,
      create: async (path) => {
        this.#now('create');
        return this.#wrap(await nodeLedgerIo.create(path));
      },
      rename: (from, to) => {
        this.#now('rename');
        return nodeLedgerIo.rename(from, to);
      },
    };
  }

  #now(operation: Operation): void {
    this.counts[operation] += 1;
    const code = this.codes.get(operation);
    if (code !== undefined) throw failure(code);
  }

  #wrap(file: LedgerFile): LedgerFile {
    return {
      write: async (data, position) => {
        const part = data.subarray(0, this.atMost);
        // A failing disk may well have taken a part.
        if (this.codes.has('write')) await file.write(data.subarray(0, data.length / 2), position);
        this.#now('write');
        return file.write(part, position);
      },
      datasync: async () => {
        await file.datasync();
        this.#now('datasync');
      },
      truncate: async (length) => {
        this.#now('truncate');
        await file.truncate(length);
      },
      close: () => file.close(),
    };
  }
}
