import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApiResult } from '../../../src/protocol/api/api';
import type { Ask } from '../../../src/protocol/engineRequests';
import { NotReady } from '../../../src/protocol/notReady';
import type { EngineSettings } from '../../../src/protocol/rpc';
import { EngineClient, type EngineStart } from '../../../src/host/engine/engineClient';
import { EngineGone, type EngineLink, type EngineListener } from '../../../src/host/engine/engineLink';
import { snapshot } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

/** An engine whose worker is under the test's control. */
class FakeEngine implements EngineLink {
  readonly ended: Promise<string>;
  readonly settings: EngineSettings[] = [];
  shutDown = false;
  /** Can't be ended, not even by force. */
  stuck = false;
  #answers: ((result: ApiResult<unknown>) => void)[] = [];
  #crash!: (why: string) => void;
  #refusals: ((error: Error) => void)[] = [];
  readonly listener: EngineListener;

  constructor(listener: EngineListener) {
    this.listener = listener;
    this.ended = new Promise((resolve) => (this.#crash = resolve));
  }

  get pending(): number {
    return this.#answers.length;
  }

  readonly ask: Ask = async (name) => {
    if (name === 'refresh') return snapshot() as never;
    return new Promise((resolve, reject) => {
      this.#answers.push((result) => resolve(result as never));
      this.#refusals.push(reject);
    });
  };

  answer(value: unknown): void {
    for (const answer of this.#answers) answer({ ok: true, value });
  }

  refuse(error: Error): void {
    for (const refuse of this.#refusals.splice(0)) refuse(error);
  }

  crash(why = 'out of memory'): void {
    this.refuse(new EngineGone(why));
    this.#crash(why);
  }

  look(): Promise<void> {
    return Promise.resolve();
  }

  updateSettings(settings: EngineSettings): Promise<void> {
    this.settings.push(settings);
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.shutDown = true;
    if (this.stuck) return new Promise(() => undefined);
    this.crash('shut down');
    return Promise.resolve();
  }
}

const good = { ok: true, data: {} } as EngineStart;
const settings: EngineSettings = {
  timezone: 'UTC',
  sources: {},
  configFile: '/none',
  workspaces: [],
  prices: { update: 'off', url: '' },
};

let engines: FakeEngine[];
let start: EngineStart;
let client: EngineClient;
/** Makes the next connections fail. */
let broken: boolean;
/** Makes the next connections wait for ever. */
let stalled: boolean;

function newest(): FakeEngine {
  const engine = engines.at(-1);
  if (engine === undefined) throw new Error('no engine was started');
  return engine;
}

beforeEach(() => {
  vi.useFakeTimers();
  engines = [];
  start = good;
  broken = false;
  stalled = false;
  client = new EngineClient({
    prepare: () => Promise.resolve(start),
    connect: () =>
      Promise.resolve((_data, listener) => {
        if (stalled) return new Promise(() => undefined);
        if (broken) return Promise.reject(new Error('no worker'));
        engines.push(new FakeEngine(listener));
        return Promise.resolve(newest());
      }),
  });
});

afterEach(() => {
  client.dispose();
  vi.useRealTimers();
});

describe('the engine’s client', () => {
  it('never starts a second engine while one starts or runs', async () => {
    await Promise.all([client.start(), client.start(), client.refresh()]);
    await client.start();
    expect(engines).toHaveLength(1);
    expect(client.state).toEqual({ kind: 'ready' });
  });

  it('repeats the calls that were under way when the engine crashed', async () => {
    await client.start();
    const answer = client.call('report', { id: 'a' });
    await vi.advanceTimersByTimeAsync(0);
    newest().crash();
    await vi.advanceTimersByTimeAsync(600);
    expect(engines).toHaveLength(2);
    newest().answer('counted once');
    expect(await answer).toEqual({ ok: true, value: 'counted once' });
  });

  it('gives up a call that kills each engine', async () => {
    await client.start();
    const answer = client.call('usage', {});
    for (let round = 0; round < 3; round++) {
      await vi.advanceTimersByTimeAsync(5000);
      newest().crash();
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('lets calls wait for the engine, and tells after ten seconds that it is not ready', async () => {
    broken = true;
    const early = client.call('status', {});
    void client.start();
    await vi.advanceTimersByTimeAsync(9999);
    broken = false;
    const late = vi.fn();
    void early.then(late);
    expect(late).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await early).toMatchObject({ ok: false, error: { code: 'not_ready' } });
  });

  it('pauses longer and longer, half a minute at most', async () => {
    broken = true;
    const restarts: number[] = [];
    let before = performance.now();
    client.onDidChangeState(({ kind }) => {
      if (kind !== 'restarting') return;
      restarts.push(performance.now() - before);
      before = performance.now();
    });
    void client.start();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(restarts.slice(0, 9)).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('answers what nobody can answer now with nothing', async () => {
    await client.start();
    const price = client.ask('price', { provider: null, model: 'acme-1' });
    await vi.advanceTimersByTimeAsync(0);
    newest().refuse(new NotReady());
    expect(await price).toBeNull();
    const reprice = client.ask('reprice', { apply: false });
    await vi.advanceTimersByTimeAsync(0);
    newest().refuse(new Error('a bug'));
    await expect(reprice).rejects.toThrow('a bug');
  });

  it('says that it is restarting, with the reason, and that it is well again', async () => {
    await client.start();
    newest().crash('exit code 9');
    await vi.advanceTimersByTimeAsync(0);
    expect(client.state).toEqual({ kind: 'restarting', reason: 'exit code 9' });
    await vi.advanceTimersByTimeAsync(500);
    expect(client.state).toEqual({ kind: 'ready' });
  });

  it('does not start with an unusable setting, answers at once, and starts when it is mended', async () => {
    start = { ok: false, reason: 'not absolute' };
    await client.start();
    expect(client.state).toEqual({ kind: 'failed', reason: 'not absolute' });
    expect(await client.call('status', {})).toEqual({
      ok: false,
      error: { code: 'storage_unavailable', message: 'not absolute' },
    });
    expect(await client.refresh()).toBeNull();
    start = good;
    await client.restart();
    expect(client.state).toEqual({ kind: 'ready' });
  });

  it('shuts the old engine down before it starts another', async () => {
    await client.start();
    const old = newest();
    await client.restart();
    expect(old.shutDown).toBe(true);
    expect(engines).toHaveLength(2);
  });

  it('leaves an engine behind that does not end, and one that does not even start', async () => {
    await client.start();
    newest().stuck = true;
    const restarting = client.restart();
    await vi.advanceTimersByTimeAsync(5_000);
    await restarting;
    expect(engines).toHaveLength(2);
    expect(client.state).toEqual({ kind: 'ready' });
    newest().crash();
    stalled = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.state.kind).toBe('restarting');
    stalled = false;
    const again = client.restart();
    await vi.advanceTimersByTimeAsync(5_000);
    await again;
    expect(engines).toHaveLength(3);
    expect(client.state).toEqual({ kind: 'ready' });
  });

  it('hears no snapshot of an engine that it has left', async () => {
    const heard = vi.fn();
    client.onDidReceiveSnapshot(heard);
    await client.start();
    const old = newest();
    await client.restart();
    old.listener.onSnapshot(snapshot());
    expect(heard).not.toHaveBeenCalled();
    newest().listener.onSnapshot(snapshot());
    expect(heard).toHaveBeenCalledOnce();
  });

  it('tells an engine the settings that changed while it started', async () => {
    const starting = client.start();
    await client.updateSettings(settings);
    await starting;
    expect(newest().settings).toEqual([settings]);
    await client.updateSettings({ ...settings, sources: { 'claude-code': false } });
    expect(newest().settings).toHaveLength(2);
  });

  it('is quiet for good after shutdown', async () => {
    await client.start();
    await client.shutdown();
    expect(newest().shutDown).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    await client.start();
    expect(engines).toHaveLength(1);
    expect(await client.call('status', {})).toMatchObject({ ok: false, error: { code: 'not_ready' } });
  });
});
