import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemNotifier } from '../../../src/host/notices/problemNotifier';
import { OneAtATime } from '../../../src/host/notices/oneAtATime';
import type { Problem } from '../../../src/protocol/snapshot';
import { EventEmitter } from './vscodeMock';
import { snapshot } from './samples';

const shown = vi.hoisted(() => ({ errors: [] as string[], warnings: [] as string[] }));
const focus = vi.hoisted(() => ({ focused: true, changed: [] as (() => void)[] }));

vi.mock('vscode', async () => ({
  ...(await import('./vscodeMock')),
  Disposable: { from: (): { dispose: () => void } => ({ dispose: () => undefined }) },
  commands: { executeCommand: () => Promise.resolve() },
  window: {
    state: focus,
    onDidChangeWindowState: (listener: () => void) => {
      focus.changed.push(listener);
      return { dispose: () => undefined };
    },
    showErrorMessage: (message: string) => {
      shown.errors.push(message);
      return Promise.resolve(undefined);
    },
    showWarningMessage: (message: string) => {
      shown.warnings.push(message);
      return Promise.resolve(undefined);
    },
  },
}));

type Model = ConstructorParameters<typeof ProblemNotifier>[0];
type View = Model['view'];

const damaged = { id: 'ledger.corrupt.x', severity: 'warning', message: 'damaged; kept as /d/x' } as const;

/** A window, and what all windows of a user remember. */
function openWindow(memory: Map<string, unknown>): (problems: readonly Problem[]) => void {
  const changes = new EventEmitter<View>();
  const model = { onDidChange: changes.event, view: { snapshot: null } as unknown as View };
  const memento = {
    get: (key: string, fallback: unknown) => memory.get(key) ?? fallback,
    update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
  };
  const log = { error: () => undefined, show: () => undefined };
  const notifier = new ProblemNotifier(model as unknown as Model, log as never, memento as never, new OneAtATime());
  expect(notifier).toBeDefined();
  return (problems) => {
    model.view = { engine: { kind: 'ready' }, snapshot: { ...snapshot(), problems } } as unknown as View;
    changes.fire(model.view);
  };
}

describe('problems', () => {
  beforeEach(() => {
    shown.errors.length = 0;
    shown.warnings.length = 0;
    focus.focused = true;
    focus.changed.length = 0;
  });

  it('of a recovery are told once for the user, in the window that has the focus', async () => {
    const memory = new Map<string, unknown>();
    focus.focused = false;
    const [first, second] = [openWindow(memory), openWindow(memory)];
    first([damaged]);
    second([damaged]);
    expect(shown.warnings).toEqual([]);
    focus.focused = true;
    focus.changed[1]?.();
    first([damaged]);
    second([damaged]);
    openWindow(memory)([damaged]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(shown.warnings).toEqual(['Agent Meter: damaged; kept as /d/x']);
    expect(shown.errors).toEqual([]);
  });

  it('that are errors are told once in each window, and other warnings not at all', async () => {
    const memory = new Map<string, unknown>();
    const newer = { id: 'ledger', severity: 'error', message: 'written by a newer version' } as const;
    const say = openWindow(memory);
    say([newer, { id: 'source:x', severity: 'warning', message: 'can not be read' }]);
    say([newer]);
    openWindow(memory)([newer]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(shown.errors).toHaveLength(2);
    expect(shown.warnings).toEqual([]);
  });
});
