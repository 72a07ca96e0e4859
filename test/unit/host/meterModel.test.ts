import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Memento } from 'vscode';
import type { EngineClient } from '../../../src/host/engine/engineClient';
import { MeterModel } from '../../../src/host/meter/meterModel';
import type { EngineState } from '../../../src/host/meter/meterView';
import type { MeterSnapshot } from '../../../src/protocol/snapshot';
import { nowMs, snapshot } from './samples';
import { EventEmitter } from './vscodeMock';

vi.mock('vscode', () => import('./vscodeMock'));

const states = new EventEmitter<EngineState>();
const snapshots = new EventEmitter<MeterSnapshot>();
const look = vi.fn(() => Promise.resolve());
const client = {
  state: { kind: 'ready' },
  onDidChangeState: states.event,
  onDidReceiveSnapshot: snapshots.event,
  look,
} as unknown as EngineClient;

let stored: Map<string, unknown>;

let opened: MeterModel[];

function open(extensionVersion = '1.0.0'): MeterModel {
  const memento = {
    get: (key: string) => stored.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)),
  } as unknown as Memento;
  const model = new MeterModel({
    client,
    memento,
    extensionVersion,
    now: () => vi.getMockedSystemTime()?.getTime() ?? nowMs,
  });
  opened.push(model);
  return model;
}

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs });
  stored = new Map();
  opened = [];
  look.mockClear();
});

afterEach(() => {
  for (const model of opened) model.dispose();
  vi.useRealTimers();
});

describe('F1 what a window knows', () => {
  it('has the figures of an earlier window at once, without what concerned only that one', async () => {
    const first = open();
    snapshots.fire(snapshot({ problems: [{ id: 'x', severity: 'error', message: 'x' }] }));
    await vi.advanceTimersByTimeAsync(5000);
    first.dispose();
    const { view } = open();
    expect(view).toMatchObject({ live: false, snapshot: { today: { total: { costUsd: 4.12 } }, problems: [] } });
  });

  it('writes what it remembers at most every five seconds', async () => {
    open();
    const write = vi.spyOn(stored, 'set');
    for (let count = 0; count < 100; count++) snapshots.fire(snapshot());
    await vi.advanceTimersByTimeAsync(5000);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('trusts nothing that another version of the extension remembered', async () => {
    const first = open();
    snapshots.fire(snapshot());
    await first.remember();
    first.dispose();
    expect(open('2.0.0').view.snapshot).toBeNull();
  });

  it('asks for the new day when the day ends, and again until it has it; a paused import stays paused', async () => {
    const model = open();
    const changed = vi.fn();
    const { day } = snapshot();
    snapshots.fire(snapshot());
    model.onDidChange(changed);
    await vi.advanceTimersByTimeAsync(day.endMs - nowMs - 1);
    expect(look).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_100);
    expect(look).toHaveBeenCalledTimes(2);
    expect(changed).toHaveBeenCalled();
    snapshots.fire(snapshot({ day: { startMs: day.endMs, endMs: day.endMs + 86_400_000 } }));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it('calls the figures of an engine that has gone the last known', () => {
    const model = open();
    snapshots.fire(snapshot());
    expect(model.view.live).toBe(true);
    states.fire({ kind: 'restarting', reason: 'x' });
    expect(model.view.live).toBe(false);
  });

  it('keeps what was known while the ledger can not be opened, and says why it can not', async () => {
    const model = open();
    snapshots.fire(snapshot());
    await model.remember();
    const problems = [{ id: 'disk', severity: 'error' as const, message: 'No permission.' }];
    const empty = snapshot();
    snapshots.fire({ ...empty, today: { ...empty.today, byProvider: [] }, ledgerOpen: false, problems });
    expect(model.view).toMatchObject({ live: false, snapshot: { problems, today: { total: { costUsd: 4.12 } } } });
    expect(model.view.snapshot?.today.byProvider).toHaveLength(1);
  });
});
