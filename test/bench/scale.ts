/**
 * The ledger at ten thousand, a hundred thousand and a million events: how each figure grows. In this thread, without
 * the engine around it, so that what is measured is the ledger.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import * as path from 'node:path';
import initSqlJs from 'sql.js';
import { Housekeeping } from '../../src/engine/upkeep/housekeeping';
import { nodeLedgerIo, type LedgerIo } from '../../src/ledger/ledgerIo';
import { Ledger } from '../../src/ledger/ledger';
import { noAttribution, type RatedEvent } from '../../src/protocol/event';
import type { Bucket } from '../../src/protocol/query';
import type { Dimension } from '../../src/protocol/vocabulary';
import { median, percentile, timed } from './stats';

const dayMs = 86_400_000;
export const endMs = Date.UTC(2026, 10, 21);
const models = ['claude-opus-4-6', 'claude-sonnet-4-5', 'claude-haiku-4-5', 'gpt-5.5', 'gemini-3-pro'];
const batchSize = 1_000;

/** As a busy user's: about thirty calls a quarter of an hour in one session, twenty projects, three months. */
function eventAt(index: number, total: number): RatedEvent {
  const session = Math.floor(index / 300);
  const atMs = endMs - 89 * dayMs + Math.floor((index / total) * 89 * dayMs);
  const model = models[session % models.length] ?? '';
  return {
    key: {
      namespace: 'claude-code',
      call: `msg_01${index.toString(36).padStart(10, '0')}`,
      request: `req_011${index}`,
    },
    copy: { sidechain: false, forked: false, nested: false },
    atMs,
    source: 'claude-code',
    provider: 'anthropic',
    model,
    tokens: {
      input: index % 50,
      output: 200 + (index % 1_500),
      cacheRead: 20_000 + (index % 90_000),
      cacheWrite5m: index % 5_000,
      cacheWrite1h: 0,
      reasoning: 0,
    },
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: { ...noAttribution, project: `project-${session % 20}`, agent: 'claude-code', session: `s${session}` },
    rating: { costNanos: 10_000_000 + index, pricing: 'rated', matchedModel: model, priceVersion: 'bench' },
  };
}

export const batchesOf = function* (from: number, count: number, total: number): Generator<RatedEvent[]> {
  for (let start = from; start < from + count; start += batchSize) {
    yield Array.from({ length: Math.min(batchSize, from + count - start) }, (_, i) => eventAt(start + i, total));
  }
};

interface Opened {
  ledger: Ledger;
  ms: number;
}

export async function open(
  directory: string,
  distDirectory: string,
  epoch: number,
  io: LedgerIo = nodeLedgerIo,
): Promise<Opened> {
  const { ms, value } = await timed(() =>
    Ledger.open({
      directory,
      epoch,
      wasmPath: path.join(distDirectory, 'sql-wasm.wasm'),
      now: () => endMs,
      log: () => undefined,
      io,
    }),
  );
  return { ledger: value, ms };
}

/** The same rows by bare sql.js: insert, and one upsert of the roll-up each. */
async function bareInsertsPerSecond(distDirectory: string, count: number): Promise<number> {
  const wasm = readFileSync(path.join(distDirectory, 'sql-wasm.wasm'));
  const sql = await initSqlJs({ wasmBinary: new Uint8Array(wasm).buffer });
  const db = new sql.Database();
  db.exec(`CREATE TABLE event (id INTEGER PRIMARY KEY, call_check INTEGER, request INTEGER, at_ms INTEGER,
    attribution INTEGER, input INTEGER, output INTEGER, cache_read INTEGER, cache_write_5m INTEGER,
    cache_write_1h INTEGER, reasoning INTEGER, web_searches INTEGER, cost_nanos INTEGER, duration_ms INTEGER,
    traits INTEGER) STRICT; CREATE INDEX event_at ON event (at_ms);
    CREATE TABLE rollup (slot INTEGER, attribution INTEGER, events INTEGER, cost_nanos INTEGER, input INTEGER,
    output INTEGER, cache_read INTEGER, PRIMARY KEY (slot, attribution)) STRICT, WITHOUT ROWID;`);
  const insert = db.prepare('INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)');
  const upsert = db.prepare(`INSERT INTO rollup VALUES (?,?,1,?,?,?,?) ON CONFLICT DO UPDATE SET events = events + 1,
    cost_nanos = cost_nanos + excluded.cost_nanos, input = input + excluded.input, output = output + excluded.output,
    cache_read = cache_read + excluded.cache_read`);
  const { ms } = await timed(() => {
    for (let start = 0; start < count; start += batchSize) {
      db.exec('BEGIN');
      for (let index = start; index < start + batchSize; index++) {
        const { atMs, tokens, rating } = eventAt(index, count);
        const attribution = Math.floor(index / 300);
        const cost = rating.costNanos;
        // Places as random as hashes are.
        const id = ((index * 2_654_435_761) % 4_294_967_296) * 65_536 + (index % 65_536);
        insert.run([
          id, index, index, atMs, attribution, tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite5m,
          0, 0, 0, cost, null, 0,
        ]); // prettier-ignore
        upsert.run([Math.floor(atMs / 900_000), attribution, cost, tokens.input, tokens.output, tokens.cacheRead]);
      }
      db.exec('COMMIT');
    }
    return Promise.resolve();
  });
  db.close();
  return count / (ms / 1_000);
}

const whole: Bucket = { startMs: endMs - 90 * dayMs, endMs: endMs + dayMs, label: '' };
const days: Bucket[] = Array.from({ length: 90 }, (_, day) => ({
  startMs: endMs - (90 - day) * dayMs,
  endMs: endMs - (89 - day) * dayMs,
  label: String(day),
}));
const questions: [name: string, buckets: Bucket[], dimensions: Dimension[]][] = [
  ['total', [whole], []],
  ['by provider', [whole], ['provider']],
  ['by model', [whole], ['model']],
  ['by project', [whole], ['project']],
  ['by agent and status', [whole], ['agent', 'status']],
  ['by session', [whole], ['session']],
  ['by day', days, []],
  ['by day and model', days, ['model']],
];

/** Counts what is written. */
function counting(): { io: LedgerIo; bytes: () => number } {
  let bytes = 0;
  const io: LedgerIo = {
    ...nodeLedgerIo,
    async create(file) {
      const opened = await nodeLedgerIo.create(file);
      return {
        write: async (data, position) => {
          bytes += data.byteLength;
          return opened.write(data, position);
        },
        datasync: () => opened.datasync(),
        truncate: (length) => opened.truncate(length),
        close: () => opened.close(),
      };
    },
  };
  return { io, bytes: () => bytes };
}

export interface Scale {
  events: number;
  figures: Record<string, number>;
}

export async function scale(events: number, folder: string, distDirectory: string): Promise<Scale> {
  const directory = path.join(folder, `scale-${events}`);
  mkdirSync(directory);
  const figures: Record<string, number> = {};
  const first = await open(directory, distDirectory, 1);
  figures['start, empty (ms)'] = first.ms;
  let generating = 0;
  const filling = await timed(async () => {
    for (const batch of timedBatches(events, (ms) => (generating += ms)))
      await first.ledger.append({ events: batch, cursors: [] });
  });
  figures['batches of 1 000, durable (events/s)'] = events / ((filling.ms - generating) / 1_000);
  const singles: number[] = [];
  for (let index = 0; index < 500; index++) {
    const one = eventAt(events + index, events);
    singles.push((await timed(() => first.ledger.append({ events: [one], cursors: [] }))).ms);
  }
  figures['one durable append, p50 (ms)'] = median(singles);
  figures['one durable append, p99 (ms)'] = percentile(singles, 0.99);
  figures['checkpoint (ms)'] = (await timed(() => first.ledger.checkpoint())).ms;
  figures['on disk (bytes/event)'] = statSync(path.join(directory, 'ledger.sqlite')).size / events;
  for (const [name, buckets, dimensions] of questions) {
    const ask = (): Promise<unknown> => Promise.resolve(first.ledger.query({ buckets, dimensions, filter: {} }));
    figures[`query ${name}, first (ms)`] = (await timed(ask)).ms;
    const more: number[] = [];
    for (let run = 0; run < 5; run++) more.push((await timed(ask)).ms);
    figures[`query ${name}, median (ms)`] = median(more);
  }
  await first.ledger.close();
  const { io, bytes } = counting();
  const second = await open(directory, distDirectory, 2, io);
  figures['start with nothing new (ms)'] = second.ms;
  figures['in memory, opened in a fresh process (bytes/event)'] = memoryOf(directory) / events;
  figures['written over a day of 5 000 events (bytes/event)'] = await simulateDay(
    second.ledger,
    directory,
    events,
    bytes,
  );
  await second.ledger.close();
  rmSync(directory, { recursive: true, force: true });
  return { events, figures };
}

/** Asks a process that does nothing else: this one's memory is full of events made for the benchmark. */
function memoryOf(directory: string): number {
  const args = ['--expose-gc', ...process.argv.slice(1, 3), '--open', directory];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

/** The answer of such a process: by how many bytes it grew. */
export async function printMemory(directory: string, distDirectory: string): Promise<void> {
  const collect = globalThis.gc ?? ((): void => undefined);
  const empty = await open(`${directory}-empty`, distDirectory, 1);
  await empty.ledger.close();
  rmSync(`${directory}-empty`, { recursive: true, force: true });
  collect();
  const before = process.memoryUsage().rss;
  const { ledger } = await open(directory, distDirectory, 3);
  ledger.query({ buckets: [whole], dimensions: ['session'], filter: {} });
  collect();
  await new Promise((resolve) => setTimeout(resolve, 500));
  collect();
  console.log(process.memoryUsage().rss - before);
  process.exit(0);
}

/** What the engine does over a day: small appends, checkpoints by its housekeeping, one closing of the window. */
async function simulateDay(ledger: Ledger, directory: string, from: number, bytes: () => number): Promise<number> {
  const housekeeping = new Housekeeping(ledger, directory, (error) => {
    throw error;
  });
  const before = bytes();
  for (let index = 0; index < 5_000; index += 5) {
    const batch = Array.from({ length: 5 }, (_, i) => eventAt(from + 1_000 + index + i, from));
    await ledger.append({ events: batch, cursors: [] });
    await housekeeping.whenIdle();
  }
  await housekeeping.beforeClosing();
  return (bytes() - before) / 5_000;
}

function* timedBatches(events: number, spent: (ms: number) => void): Generator<RatedEvent[]> {
  const batches = batchesOf(0, events, events);
  for (;;) {
    const start = performance.now();
    const next = batches.next();
    spent(performance.now() - start);
    if (next.done === true) return;
    yield next.value;
  }
}

/** As a table: a line per figure, a column per size; and how batches compare with bare sql.js. */
export async function measureScale(sizes: readonly number[], folder: string, distDirectory: string): Promise<string[]> {
  const scales: Scale[] = [];
  for (const size of sizes) {
    console.log(`a ledger of ${size} events…`);
    scales.push(await scale(size, folder, distDirectory));
  }
  const bare = await bareInsertsPerSecond(distDirectory, Math.min(200_000, Math.max(...sizes)));
  const show = (value: number): string => (value < 10 ? value.toFixed(2) : String(Math.round(value)));
  const names = Object.keys(scales[0]?.figures ?? {});
  const width = Math.max(...names.map(({ length }) => length));
  return [
    ''.padEnd(width) + scales.map(({ events }) => String(events).padStart(11)).join(''),
    ...names.map(
      (name) =>
        name.padEnd(width) + scales.map(({ figures }) => show(figures[name] ?? Number.NaN).padStart(11)).join(''),
    ),
    `bare sql.js, insert and roll-up each: ${Math.round(bare)} events/s`,
  ];
}
