/** What the ledger's tests share: throw-away directories, events, and a disk that fails when told to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Ledger, type LedgerOptions } from '../../../src/ledger/ledger';
import { nodeLedgerIo, type LedgerFile, type LedgerIo } from '../../../src/ledger/ledgerIo';
import { noAttribution, type FileCursor, type RatedEvent } from '../../../src/protocol/event';
import type { LedgerQuery, LedgerTotals } from '../../../src/protocol/query';

export const wasmPath = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
export const startMs = Date.UTC(2026, 10, 21, 8);

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

export type EventParts = Partial<Omit<RatedEvent, 'key' | 'tokens' | 'attribution' | 'rating' | 'copy'>> & {
  request?: string | null;
  tokens?: Partial<RatedEvent['tokens']>;
  attribution?: Partial<RatedEvent['attribution']>;
  rating?: Partial<RatedEvent['rating']>;
  copy?: Partial<RatedEvent['copy']>;
};

/** Event `call` costs 1000 nano-dollars and has 10 tokens of input and 20 of output, unless told otherwise. */
export function event(call: string, parts: EventParts = {}): RatedEvent {
  const { request, tokens, attribution, rating, copy, ...rest } = parts;
  return {
    key: { scope: 'claude-code', call, request: request === undefined ? `req-${call}` : request },
    copy: { sidechain: false, forked: false, nested: false, ...copy },
    atMs: startMs,
    source: 'claude-code',
    provider: 'anthropic',
    model: 'claude-opus-4-8',
    tokens: { input: 10, output: 20, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0, ...tokens },
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: { ...noAttribution, ...attribution },
    rating: { costNanos: 1000, pricing: 'rated', matchedModel: 'claude-opus-4-8', priceVersion: 'v1', ...rating },
    ...rest,
  };
}

export function events(from: number, to: number): RatedEvent[] {
  return Array.from({ length: to - from }, (_, index) =>
    event(`call-${from + index}`, { atMs: startMs + from + index }),
  );
}

export function cursor(file: string, offset: number): FileCursor {
  return {
    source: 'claude-code',
    file,
    identity: '1:2',
    size: offset,
    mtimeMs: 1.25,
    offset,
    head: 'ab',
    headBytes: 2,
    skippedLines: 0,
  };
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
