/**
 * Four made-up agents, one of each kind, of which each is one file in madeUp/ and one line in a list there. Nothing else knows them,
 * and they are metered, followed, shown and switched off. docs/contributing.md goes along this test.
 */
import { build, type Plugin } from 'esbuild';
import initSqlJs, { type Database } from 'sql.js';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Lead } from '../../../src/engine/lead';
import { ReaderThreads } from '../../../src/engine/ingest/readerThreads';
import { Rates } from '../../../src/engine/prices/rates';
import type { Caller } from '../../../src/engine/support/view';
import type { EngineSettings } from '../../../src/protocol/rpc';
import type { MeterSnapshot } from '../../../src/protocol/snapshot';
import { inRepository } from '../../support/paths.mjs';
import { TestClock } from '../../support/testClock.mjs';
import { until } from '../../support/until';

// In the engine's thread; the reader's has a bundle of its own.
vi.mock('../../../src/sources/pushList', () => import('./madeUp/pushList'));
// Which is in a bundle of its own, too.
vi.mock('../../../src/engine/configuration/resolveLayers', async () => {
  const { resolveConfiguration } = await import('../../../src/config/resolve/resolve');
  return { resolveLayers: resolveConfiguration, parseAhead: () => undefined };
});

const clock = TestClock.standing();
const model = 'gpt-5.5';
const home = process.env['HOME'] ?? '';
const environment = { HOME: home };
const switches = {};
const seen = { window: 'w', sessionStartMs: clock.now(), timezone: 'UTC' };
const caller: Caller = { ...seen, kind: 'window', workspaces: [], environment };
const ours = ['made-up-lines', 'made-up-document', 'made-up-database', 'made-up-push'];

const withMadeUpList: Plugin = {
  name: 'made-up list',
  setup: (builder) => {
    builder.onResolve({ filter: /sources\/list$/ }, () => ({ path: inRepository('test/unit/engine/madeUp/list.ts') }));
  },
};

let readerPath: string;
let folder: string;
let lead: Lead;
let latest: MeterSnapshot | null = null;
let settings: EngineSettings;

beforeAll(async () => {
  readerPath = path.join(fs.mkdtempSync(path.join(home, 'reader-')), 'reader.cjs');
  await build({
    entryPoints: [inRepository('src/engine/ingest/readerMain.ts')],
    outfile: readerPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
    plugins: [withMadeUpList],
  });
});

beforeEach(() => {
  for (const agent of ['.made-up', '.config', '.claude']) {
    fs.rmSync(path.join(home, agent), { recursive: true, force: true });
  }
  folder = fs.mkdtempSync(path.join(home, 'data-'));
  const configFile = path.join(folder, 'no-config.yaml');
  settings = { timezone: 'UTC', sources: switches, configFile, prices: { update: 'off', url: '' }, workspaces: [] };
  lead = open(1);
});

afterEach(() => lead.dispose());

function open(epoch: number): Lead {
  const wasmPath = inRepository('node_modules/sql.js/dist/sql-wasm.wasm');
  const opened = new Lead({
    dataDirectory: folder,
    epoch,
    wasmPath,
    readers: new ReaderThreads(readerPath, { environment, platform: 'linux', switches, wasmPath, pollMs: 200 }),
    rates: new Rates(),
    now: clock.now,
    log: () => undefined,
    settings: () => settings,
    zone: () => 'UTC',
    stillLeads: () => Promise.resolve(true),
    onSuperseded: () => undefined,
    onNewerLedger: () => undefined,
  });
  opened.watch(caller, (snapshot) => (latest = snapshot));
  return opened;
}

async function untilOutput(tokens: number): Promise<void> {
  await until(`${tokens} tokens`, () => latest?.today.total.tokens.output === tokens);
}

function write(...parts: [string, ...string[]]): string {
  const file = path.join(home, ...parts);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

const at = (): string => new Date(clock.now()).toISOString();

function logLine(line: object): void {
  fs.appendFileSync(write('.made-up', 'lines', 'a.jsonl'), `${JSON.stringify({ at: at(), ...line })}\n`);
}

function saveTask(outputs: readonly number[]): void {
  const task = ['.config', 'Code', 'User', 'globalStorage', 'made-up.agent', 'tasks', '1'] as const;
  fs.writeFileSync(write(...task, 'project.txt'), 'shop\n');
  const requests = outputs.map((output, index) => ({ id: `r${index}`, at: clock.now(), model, input: 1, output }));
  fs.writeFileSync(write(...task, 'task.json'), JSON.stringify({ requests }, null, 2));
}

async function saveCalls(outputs: readonly number[]): Promise<void> {
  const sql = await initSqlJs();
  const database: Database = new sql.Database();
  database.exec('CREATE TABLE call (seq INTEGER PRIMARY KEY, id TEXT, at_ms INTEGER, model TEXT, output INTEGER)');
  outputs.forEach((output, index) => {
    database.run('INSERT INTO call VALUES (?, ?, ?, ?, ?)', [index + 1, `c${index}`, clock.now(), model, output]);
  });
  fs.writeFileSync(write('.made-up', 'database', 'calls.db'), database.export());
  database.close();
}

function send(...calls: { namespace?: string; id: string; output: number }[]): Promise<{ outcome: string }[]> {
  return lead.receive('made-up-push', { calls: calls.map((call) => ({ at: clock.now(), model, ...call })) });
}

/** 15 tokens of output each. */
async function everybodyWorks(): Promise<void> {
  logLine({ session: 's', model });
  logLine({ total: 10, quota: { used: 40 } });
  logLine({ total: 15, quota: { used: 41 } });
  saveTask([5, 10]);
  await saveCalls([4, 5, 6]);
  await lead.refresh({}, { caller, report: () => undefined });
  await send({ id: 'p1', output: 15 });
  await untilOutput(60);
}

it('each is metered, and shown under its label', async () => {
  await everybodyWorks();
  const shown = latest?.sources.filter(({ id }) => ours.includes(id));
  expect(shown?.map(({ label, state, files }) => [label, state, files])).toEqual([
    ['Made-up Lines', 'watching', 1],
    ['Made-up Document', 'watching', 1],
    ['Made-up Database', 'watching', 1],
    ['Made-up Push', 'watching', 0],
  ]);
  expect(latest?.agents.map(({ agent }) => agent).sort()).toEqual([...ours].sort());
  const quota = latest?.limits.find(({ kind }) => kind === 'quota');
  expect(quota).toMatchObject({ percent: 41, period: '5h', source: 'made-up-lines' });
});

it('each is followed: a change shows, and nothing counts twice', async () => {
  await everybodyWorks();
  logLine({ total: 16 });
  await untilOutput(61);
  saveTask([5, 10, 1]);
  await untilOutput(62);
  await saveCalls([4, 5, 6, 1]);
  await untilOutput(63);
  expect((await send({ id: 'p1', output: 15 }, { id: 'p2', output: 1 })).map(({ outcome }) => outcome)).toEqual([
    'duplicate',
    'new',
  ]);
  await untilOutput(64);
});

it('each goes on behind what the lead before had read, with what its reader remembered', async () => {
  await everybodyWorks();
  await lead.dispose();
  logLine({ total: 17 });
  latest = null;
  lead = open(2);
  // Running totals: without the state it would be 15 more.
  await untilOutput(62);
});

it('a call that has an id of its provider’s is one, whoever tells of it', async () => {
  const call = { namespace: 'anthropic', id: 'msg_01AAAAAAAAAAAAAAAAAAAAAA', output: 7 };
  const line = { type: 'assistant', uuid: 'u', sessionId: 's', timestamp: at(), requestId: 'req_1' };
  const usage = { input_tokens: 1, output_tokens: 7 };
  const message = { id: call.id, model: 'claude-opus-4-8', usage };
  fs.writeFileSync(write('.claude', 'projects', '-shop', 's.jsonl'), `${JSON.stringify({ ...line, message })}\n`);
  await lead.refresh({}, { caller, report: () => undefined });
  await untilOutput(7);
  expect((await send(call)).map(({ outcome }) => outcome)).not.toContain('new');
  expect(latest?.today.total.events).toBe(1);
});

it('each is switched off by its id', async () => {
  await everybodyWorks();
  settings = { ...settings, sources: Object.fromEntries(ours.map((id) => [id, false])) };
  lead.settingsChanged();
  const states = (): unknown => latest?.sources.filter(({ id }) => ours.includes(id)).map(({ state }) => state);
  await until('all are off', () => JSON.stringify(states()) === JSON.stringify(ours.map(() => 'disabled')));
  logLine({ total: 99 });
  saveTask([5, 10, 99]);
  await saveCalls([4, 5, 6, 99]);
  expect(await send({ id: 'p2', output: 99 })).toEqual([]);
  await lead.refresh({}, { caller, report: () => undefined });
  expect(latest?.today.total.tokens.output).toBe(60);
});
