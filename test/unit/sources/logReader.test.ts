import { build } from 'esbuild';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { LogReader, type LogReaderOptions } from '../../../src/engine/ingest/logReader';
import type { FromReader } from '../../../src/engine/ingest/messages';
import { ReaderThreads } from '../../../src/engine/ingest/readerThreads';
import type { FileCursor, UsageEvent } from '../../../src/protocol/event';
import type { ReaderBatch, SourceProgress } from '../../../src/protocol/reader';
import type { SourceSwitches } from '../../../src/protocol/vocabulary';
import { repositoryRoot } from '../../support/paths.mjs';
import { assistantLine, traps, writeClaudeTree } from '../../support/claudeTree';
import { judged, newFolder, positionIn, summed, truthOf, writeTranscript } from './reading';

let workerPath: string;
const running: LogReader<ReaderBatch>[] = [];

beforeAll(async () => {
  workerPath = path.join(newFolder(), 'reader.cjs');
  const entry = path.join(repositoryRoot, 'src/engine/ingest/readerMain.ts');
  await build({
    entryPoints: [entry],
    outfile: workerPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((reader) => reader.dispose()));
});

interface Seen {
  reader: LogReader<ReaderBatch>;
  events: UsageEvent[];
  cursors: Map<string, FileCursor>;
  progress: SourceProgress[][];
  logged: string[];
  ids: () => string[];
}

function threadsIn(
  directory: string,
  switches: SourceSwitches = {},
  { path: script = workerPath, pollMs }: { path?: string; pollMs?: number } = {},
): ReaderThreads {
  const environment = { CLAUDE_CONFIG_DIR: directory };
  return new ReaderThreads(script, {
    environment,
    platform: process.platform,
    switches,
    wasmPath: path.join(repositoryRoot, 'node_modules/sql.js/dist/sql-wasm.wasm'),
    ...(pollMs !== undefined && { pollMs }),
  });
}

function start(directory: string, options: Partial<LogReaderOptions<ReaderBatch>> = {}): Seen {
  const seen: Omit<Seen, 'reader'> = {
    events: [],
    cursors: new Map(),
    progress: [],
    logged: [],
    ids: () => seen.events.map(({ key }) => key.call),
  };
  const reader = new LogReader<ReaderBatch>({
    threads: threadsIn(directory, options.switches),
    switches: {},
    cursors: [],
    prepare: (batch) => Promise.resolve(batch),
    onBatch: (batch) => {
      seen.events.push(...batch.events);
      for (const cursor of batch.cursors) seen.cursors.set(cursor.file, cursor);
      return Promise.resolve();
    },
    onProgress: (progress) => seen.progress.push(progress),
    log: (_, message) => seen.logged.push(message),
    ...options,
  });
  running.push(reader);
  return Object.assign(seen, { reader });
}

/** Lets the thread that is ahead read all there is before anybody takes it over. */
async function readAhead(threads: ReaderThreads): Promise<void> {
  const { worker, said } = threads.take();
  const heard = [...said];
  const listener = (message: FromReader): void => void heard.push(message);
  worker.on('message', listener);
  await until(() => heard.some(({ kind }) => kind === 'batch'));
  worker.off('message', listener);
  vi.spyOn(threads, 'take').mockReturnValueOnce({ worker, said: heard });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const line = (id: string): string => `${assistantLine({ id, line: { requestId: `r_${id}` } })}\n`;
const stateOf = ({ progress }: Seen): string | undefined => progress.at(-1)?.[0]?.state;

test('a tree arrives whole, and a second start reads nothing', async () => {
  const directory = newFolder();
  const truth = writeClaudeTree({ directory, sessions: 20, responsesPerSession: 200, traps });
  const first = start(directory);
  await first.reader.refresh();
  expect(summed(judged(first.events))).toEqual(truthOf(truth));
  expect(stateOf(first)).toBe('watching');
  expect(first.progress.at(-1)?.[0]).toMatchObject({ files: truth.files, scan: null, problems: [] });
  expect(first.progress.some(([source]) => source?.state === 'reading' && source.scan !== null)).toBe(true);
  await first.reader.dispose();

  const second = start(directory, { cursors: [...first.cursors.values()] });
  await second.reader.refresh();
  expect(second.events).toEqual([]);
});

test('what is written shows up without asking', async () => {
  const directory = newFolder();
  const file = writeTranscript(directory, [line('a').trimEnd()]);
  const seen = start(directory);
  await seen.reader.refresh();

  fs.appendFileSync(file, line('b'));
  await until(() => seen.ids().includes('b'));
  writeTranscript(directory, [line('c').trimEnd()], 'new.jsonl');
  await until(() => seen.ids().includes('c'));
  writeTranscript(directory, [line('d').trimEnd()], 'session/subagents/deep/agent-1.jsonl');
  await until(() => seen.ids().includes('d'));
  fs.appendFileSync(path.join(path.dirname(file), 'session/subagents/deep/agent-1.jsonl'), line('e'));
  await until(() => seen.ids().includes('e'));

  const folder = path.dirname(file);
  fs.rmSync(folder, { recursive: true });
  writeTranscript(directory, [line('f').trimEnd()]);
  await until(() => seen.ids().includes('f'));
  fs.appendFileSync(file, line('g'));
  await until(() => seen.ids().includes('g'));
  expect(seen.ids()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

test('a root that does not exist yet is found when it comes, and again after it went', async () => {
  const directory = newFolder();
  const seen = start(directory, { threads: threadsIn(directory, {}, { pollMs: 40 }) });
  await seen.reader.refresh();
  expect(stateOf(seen)).toBe('absent');
  writeTranscript(directory, [line('a').trimEnd()]);
  await until(() => seen.ids().includes('a') && stateOf(seen) === 'watching');
  fs.rmSync(path.join(directory, 'projects'), { recursive: true });
  await until(() => stateOf(seen) === 'absent');
  writeTranscript(directory, [line('b').trimEnd()]);
  await until(() => seen.ids().includes('b'));
  expect(seen.ids()).toEqual(['a', 'b']);
});

test('a file in place of the directory is a problem until it is gone', async () => {
  const directory = newFolder();
  fs.writeFileSync(path.join(directory, 'projects'), '');
  const seen = start(directory, { threads: threadsIn(directory, {}, { pollMs: 40 }) });
  await until(() => stateOf(seen) === 'failed');
  expect(seen.progress.at(-1)?.[0]?.problems).toHaveLength(1);
  fs.rmSync(path.join(directory, 'projects'));
  writeTranscript(directory, [line('a').trimEnd()]);
  await until(() => seen.ids().includes('a') && stateOf(seen) === 'watching');
  expect(seen.progress.at(-1)?.[0]?.problems).toEqual([]);
});

test('a refused batch is offered again, in order, and the reader does not run ahead', async () => {
  const directory = newFolder();
  const truth = writeClaudeTree({ directory, sessions: 20, responsesPerSession: 800 });
  const offered: string[] = [];
  const events: UsageEvent[] = [];
  let refusals = 2;
  const seen = start(directory, {
    prepare: (batch) => Promise.resolve(batch),
    onBatch: (batch) => {
      offered.push(batch.events[0]?.key.call ?? '');
      if (refusals-- > 0) return Promise.reject(new Error('disk full'));
      events.push(...batch.events);
      return Promise.resolve();
    },
  });
  await seen.reader.refresh();
  expect(new Set(offered.slice(0, 3)).size).toBe(1);
  expect(seen.logged).toHaveLength(2);
  expect(summed(judged(events))).toEqual(truthOf(truth));
});

test('paused where it stands, resumed from there', async () => {
  const directory = newFolder();
  const truth = writeClaudeTree({ directory, sessions: 20, responsesPerSession: 800 });
  const batches: number[] = [];
  const events: UsageEvent[] = [];
  const seen = start(directory, {
    prepare: (batch) => Promise.resolve(batch),
    onBatch: (batch) => {
      batches.push(batch.events.length);
      if (batches.length === 2) seen.reader.pause();
      events.push(...batch.events);
      return new Promise((resolve) => setTimeout(resolve, 10));
    },
  });
  await seen.reader.refresh();
  await until(() => stateOf(seen) === 'paused');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(batches.length).toBeLessThan(12);
  expect(events.length).toBeLessThan(truth.total.calls);
  seen.reader.resume();
  await until(() => stateOf(seen) === 'watching');
  await seen.reader.refresh();
  expect(events).toHaveLength(truth.total.calls);
  expect(summed(judged(events))).toEqual(truthOf(truth));
});

test('switched off and on', async () => {
  const directory = newFolder();
  const file = writeTranscript(directory, [line('a').trimEnd()]);
  const seen = start(directory, { switches: { 'claude-code': false } });
  await seen.reader.refresh();
  expect(stateOf(seen)).toBe('disabled');
  seen.reader.turn({});
  await until(() => stateOf(seen) === 'watching');
  seen.reader.turn({ 'claude-code': false });
  await until(() => stateOf(seen) === 'disabled');
  fs.appendFileSync(file, line('b'));
  await seen.reader.refresh();
  expect(seen.ids()).toEqual(['a']);
  seen.reader.turn({});
  await until(() => seen.ids().includes('b'));
});

test('a thread that dies is started again behind what was accepted', async () => {
  const directory = newFolder();
  writeTranscript(directory, [line('a').trimEnd()]);
  const mortal = path.join(newFolder(), 'mortal.cjs');
  fs.writeFileSync(
    mortal,
    `const { existsSync, rmSync } = require('node:fs');
     setInterval(() => { if (existsSync(__filename + '.die')) { rmSync(__filename + '.die'); throw new Error('bug'); } }, 5);
     require(${JSON.stringify(workerPath)});`,
  );
  const seen = start(directory, { threads: threadsIn(directory, {}, { path: mortal }) });
  await seen.reader.refresh();
  fs.writeFileSync(`${mortal}.die`, '');
  await until(() => seen.progress.at(-1)?.[0]?.problems.some(({ id }) => id === 'claude-code:reader') === true);
  writeTranscript(directory, [line('b').trimEnd()], 'b.jsonl');
  await seen.reader.refresh();
  expect(seen.ids()).toEqual(['a', 'b']);
  expect(seen.progress.at(-1)?.[0]?.problems).toEqual([]);
  expect(seen.logged.some((message) => message.includes('bug'))).toBe(true);
});

test('after much was read at once another thread goes on, from where the ledger stands', async () => {
  const directory = newFolder();
  const file = writeTranscript(directory, [line('a').trimEnd()]);
  const threads = threadsIn(directory);
  const taken = vi.spyOn(threads, 'take');
  const seen = start(directory, { threads, renewal: { bytes: 10, afterMs: 20 } });
  await until(() => taken.mock.calls.length > 1);
  fs.appendFileSync(file, line('b'));
  await until(() => seen.ids().includes('b'));
  await seen.reader.refresh();
  expect(seen.ids()).toEqual(['a', 'b']);
  expect(seen.progress.every(([source]) => source?.problems.length === 0)).toBe(true);
});

test('a thread that is started ahead finds the logs and reads none before it knows where to begin', async () => {
  const directory = newFolder();
  const file = writeTranscript(directory, [line('m1').trim()]);
  const threads = threadsIn(directory);
  threads.prepare();
  await new Promise((resolve) => setTimeout(resolve, 200));
  fs.appendFileSync(file, line('m2'));
  const seen = start(directory, { threads });
  await seen.reader.refresh();
  expect(seen.ids()).toEqual(['m1', 'm2']);
  const [cursor] = seen.cursors.values();

  const later = threadsIn(directory);
  later.prepare();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const again = start(directory, { threads: later, cursors: cursor === undefined ? [] : [cursor] });
  await again.reader.refresh();
  expect(again.ids()).toEqual([]);
});

test('a thread that is started ahead where nothing was read before hands over what it has read', async () => {
  const directory = newFolder();
  writeTranscript(directory, [line('m1').trim()]);
  const threads = threadsIn(directory);
  threads.prepare(true);
  await readAhead(threads);
  const offered: ReaderBatch[] = [];
  const onBatch = (batch: ReaderBatch): Promise<void> => {
    offered.push(batch);
    return Promise.resolve();
  };
  const seen = start(directory, { threads, onBatch });
  // Before the thread can have answered anything that is asked from now on.
  expect(seen.progress.length).toBeGreaterThan(0);
  await seen.reader.refresh();
  expect(offered.flatMap(({ events }) => events.map(({ key }) => key.call))).toEqual(['m1']);
});

test('a thread that read ahead from the beginning is told where the ledger stands: what it gave twice is counted once', async () => {
  const directory = newFolder();
  const file = writeTranscript(directory, [line('m1').trim()]);
  const first = start(directory);
  await first.reader.refresh();
  const threads = threadsIn(directory);
  threads.prepare(true);
  await readAhead(threads);
  const seen = start(directory, { threads, cursors: [...first.cursors.values()] });
  fs.appendFileSync(file, line('m2'));
  await seen.reader.refresh();
  expect(new Set(seen.ids())).toEqual(new Set(['m1', 'm2']));
  expect([...seen.cursors.values()].map(positionIn).at(-1)?.offset).toBe(fs.statSync(file).size);
});

test('a thread that was started ahead and died is replaced', async () => {
  const directory = newFolder();
  writeTranscript(directory, [line('m1').trim()]);
  const threads = threadsIn(directory);
  threads.prepare();
  await threads.take().worker.terminate();
  threads.prepare();
  threads.dismiss();
  const seen = start(directory, { threads });
  await seen.reader.refresh();
  expect(seen.ids()).toEqual(['m1']);
});
