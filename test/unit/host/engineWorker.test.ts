import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogEntry } from '../../../src/protocol/rpc';
import type { EngineWorkerData } from '../../../src/protocol/workerData';
import { workerEngine } from '../../../src/host/engine/engineWorker';
import { snapshot } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

/** A worker that speaks raw JSON-RPC, so that the protocol on the port is tested and not only that both sides agree. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
const answer = (id, result) => parentPort.postMessage({ jsonrpc: '2.0', id, result });
const tell = (method, params) => parentPort.postMessage({ jsonrpc: '2.0', method, params });
parentPort.on('message', ({ id, method, params }) => {
  switch (method) {
    case 'engine/hello': return answer(id, workerData.environment.SNAPSHOT ? JSON.parse(workerData.environment.SNAPSHOT) : null);
    case 'engine/api':
      if (params.argument.crash) throw new Error('boom');
      if (params.argument.malformed) return answer(id, { ok: 'perhaps' });
      if (params.argument.noise) {
        console.log('said by a library');
        tell('engine/log', { level: 'loud', message: 'x' });
        tell('engine/snapshot', { version: 1 });
      }
      return answer(id, { ok: true, value: params });
    case 'engine/settings': return tell('engine/log', { level: 'info', message: JSON.stringify(params) });
    case 'engine/shutdown': return workerData.environment.HANG ? undefined : answer(id, null);
  }
});
`;

let folder: string;
let logged: LogEntry[];
const onSnapshot = vi.fn();

function data(environment: Record<string, string> = {}): EngineWorkerData {
  return {
    dataDirectory: folder,
    settings: {
      timezone: 'UTC',
      sources: {},
      configFile: '/none',
      prices: { update: 'off' as const, url: '' },
      workspaces: [],
    },
    hello: { window: 'w', sessionStartMs: 0, version: '0.1.0', editor: 'test' },
    environment,
    wasmPath: 'none',
    readerPath: 'none',
    compiledFolder: null,
  };
}

function open(environment?: Record<string, string>): ReturnType<ReturnType<typeof workerEngine>> {
  const listener = { onSnapshot, onBudgetEvent: () => undefined, onLog: (entry: LogEntry) => logged.push(entry) };
  return workerEngine(path.join(folder, 'engine.cjs'))(data(environment), listener, new AbortController().signal);
}

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'meter-worker-'));
  writeFileSync(path.join(folder, 'engine.cjs'), script);
  logged = [];
  onSnapshot.mockReset();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the engine’s worker', () => {
  it('says hello, hands on the snapshot, calls and shuts down', async () => {
    const link = await open({ SNAPSHOT: JSON.stringify(snapshot()) });
    expect(onSnapshot).toHaveBeenCalledWith(snapshot());
    const argument = { period: 'today' };
    expect(await link.ask('api', { command: 'usage', argument })).toEqual({
      ok: true,
      value: { command: 'usage', argument },
    });
    const settings = {
      timezone: 'Asia/Tokyo',
      sources: { 'claude-code': false },
      configFile: '/none',
      prices: { update: 'off' as const, url: '' },
      workspaces: [],
    };
    await link.updateSettings(settings);
    await link.ask('api', { command: 'usage', argument });
    expect(logged).toEqual([{ level: 'info', message: JSON.stringify(settings) }]);
    await link.shutdown();
    await link.ended;
    await expect(link.ask('api', { command: 'usage', argument })).rejects.toMatchObject({ reason: 'engine_gone' });
  });

  it('tells that the engine has gone when it crashes during a call, with its error', async () => {
    const link = await open();
    await expect(link.ask('api', { command: 'report', argument: { crash: true } })).rejects.toMatchObject({
      reason: 'engine_gone',
    });
    expect(await link.ended).toContain('boom');
  });

  it('believes nothing that is malformed, and keeps a library’s chatter in the log', async () => {
    const link = await open();
    await expect(link.ask('api', { command: 'usage', argument: { malformed: true } })).rejects.toThrow();
    await link.ask('api', { command: 'usage', argument: { noise: true } });
    await vi.waitFor(() => expect(logged).toHaveLength(3));
    expect(logged.map(({ level }) => level).sort()).toEqual(['debug', 'error', 'error']);
    expect(onSnapshot).not.toHaveBeenCalled();
    await link.shutdown();
  });

  it('ends a worker by force that does not shut down in time', async () => {
    const link = await open({ HANG: '1' });
    const before = performance.now();
    await link.shutdown();
    await link.ended;
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('fails to connect when the script does not load', async () => {
    writeFileSync(path.join(folder, 'engine.cjs'), 'throw new Error("bad bundle");');
    await expect(open()).rejects.toThrow('bad bundle');
  });
});
