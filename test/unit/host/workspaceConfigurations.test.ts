import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WorkspaceConfigurations } from '../../../src/host/workspaceConfigurations';
import type { WorkspaceLayer } from '../../../src/protocol/layers';

/** A virtual workspace of one folder, with one file and watches that may be deaf. */
const host = vi.hoisted(() => ({
  text: null as string | null,
  /** Answers wait until then. */
  slow: [] as (() => void)[],
  isSlow: false,
  stats: 0,
  focused: true,
  onFocus: new Set<(state: { focused: boolean }) => void>(),
  watchers: new Map<string, () => void>(),
}));

vi.mock('vscode', async () => {
  const mock = await import('./vscodeMock');
  const none = () => ({ dispose: () => undefined });
  class FileSystemError extends Error {
    readonly code = 'FileNotFound';
  }
  return {
    ...mock,
    FileSystemError,
    FileType: { File: 1 },
    RelativePattern: class {
      constructor(
        readonly base: unknown,
        readonly pattern: string,
      ) {}
    },
    Uri: { joinPath: (uri: string, file: string) => `${uri}/${file}` },
    window: {
      get state() {
        return { focused: host.focused };
      },
      onDidChangeWindowState: (listener: (state: { focused: boolean }) => void) => {
        host.onFocus.add(listener);
        return { dispose: () => host.onFocus.delete(listener) };
      },
    },
    workspace: {
      isTrusted: true,
      workspaceFolders: [{ uri: 'vfs:/folder', name: 'folder' }],
      onDidChangeWorkspaceFolders: none,
      onDidGrantWorkspaceTrust: none,
      onDidSaveTextDocument: none,
      createFileSystemWatcher: ({ pattern }: { pattern: string }) => {
        const listen = (listener: () => void): void => void host.watchers.set(pattern, listener);
        return { onDidCreate: listen, onDidChange: listen, onDidDelete: listen, dispose: () => undefined };
      },
      fs: {
        stat: () => {
          host.stats++;
          if (host.text === null) return Promise.reject(new FileSystemError());
          return Promise.resolve({ type: 1, size: host.text.length });
        },
        readFile: async () => {
          const bytes = new TextEncoder().encode(host.text ?? '');
          if (host.isSlow) await new Promise<void>((resolve) => host.slow.push(resolve));
          return bytes;
        },
      },
    },
  };
});

let configurations: WorkspaceConfigurations;
let told: string[];

function focus(focused: boolean): void {
  host.focused = focused;
  for (const listener of host.onFocus) listener({ focused });
}

const textsOf = (layers: readonly WorkspaceLayer[]): string => layers.map(({ text }) => text).join();

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  Object.assign(host, { text: null, slow: [], isSlow: false, stats: 0, focused: true });
  told = [];
  configurations = new WorkspaceConfigurations();
  configurations.onDidChange((layers) => void told.push(textsOf(layers)));
});

afterEach(() => {
  configurations.dispose();
  vi.useRealTimers();
});

it('looks at a file system that tells nothing once a minute, and only in the window that has the focus', async () => {
  await vi.advanceTimersByTimeAsync(600_000);
  expect(host.stats).toBeGreaterThan(0);
  expect(host.stats).toBeLessThanOrEqual(10);
  focus(false);
  host.stats = 0;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(host.stats).toBe(0);
  host.text = 'a';
  focus(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(told).toEqual(['a']);
  host.text = 'b';
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(['a', 'b']);
});

it('looks at once when the file system tells', async () => {
  host.text = 'a';
  host.watchers.get('.vscode/agent-meter.yaml')?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(told).toEqual(['a']);
});

it('finds a file that comes after its directory, of which alone it was told', async () => {
  host.watchers.get('.vscode')?.();
  await vi.advanceTimersByTimeAsync(400);
  host.text = 'a';
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toEqual(['a']);
  host.text = 'b';
  await vi.advanceTimersByTimeAsync(2_500);
  expect(told).toEqual(['a', 'b']);
});

it('takes no older text for the newer one, whichever is read first', async () => {
  host.text = 'old';
  host.isSlow = true;
  const first = configurations.read();
  await vi.advanceTimersByTimeAsync(0);
  host.text = 'new';
  host.isSlow = false;
  expect(textsOf(await configurations.read())).toBe('new');
  for (const answer of host.slow) answer();
  await first;
  expect(textsOf(configurations.layers)).toBe('new');
});

it('leaves no timer behind', () => {
  host.watchers.get('.vscode')?.();
  focus(true);
  configurations.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
