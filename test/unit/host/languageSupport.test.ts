import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LanguageConnection } from '../../../src/host/language/languageClient';
import { LanguageSupport } from '../../../src/host/language/languageSupport';
import type { Log } from '../../../src/host/log';
import type { MeterModel } from '../../../src/host/meter/meterModel';
import { EventEmitter } from './vscodeMock';

const { configuration, userFile, startLanguageClient } = vi.hoisted(() => ({
  configuration: { listeners: new Set<(event: { affectsConfiguration: () => boolean }) => void>() },
  userFile: { path: '/one.yaml' },
  startLanguageClient: vi.fn<(module: string, file: { path: string }) => Promise<LanguageConnection>>(),
}));

vi.mock('vscode', async () => {
  const none = () => ({ dispose: () => undefined });
  return {
    ...(await import('./vscodeMock')),
    env: { language: 'en' },
    Uri: { file: (file: string) => ({ path: file, toString: () => `file://${file}` }) },
    workspace: {
      textDocuments: [],
      getConfiguration: () => ({ get: () => userFile.path }),
      onDidOpenTextDocument: none,
      onDidGrantWorkspaceTrust: none,
      onDidChangeConfiguration: (listener: (event: { affectsConfiguration: () => boolean }) => void) => {
        configuration.listeners.add(listener);
        return { dispose: () => configuration.listeners.delete(listener) };
      },
    },
  };
});
vi.mock('../../../src/host/language/languageClient', () => ({ startLanguageClient }));

/** A server that comes up when it is told to. */
class Server {
  readonly tell = vi.fn(() => Promise.resolve());
  readonly stop = vi.fn(() => Promise.resolve());
  readonly file: string;
  up: () => void = () => undefined;
  fail: (error: Error) => void = () => undefined;
  readonly connection: Promise<LanguageConnection>;

  constructor(file: string) {
    this.file = file;
    this.connection = new Promise((resolve, reject) => {
      const ask = (): Promise<string> => Promise.resolve(file);
      this.up = () => resolve({ tell: this.tell, stop: this.stop, ask, tellTrusted: () => Promise.resolve() });
      this.fail = reject;
    });
  }
}

let servers: Server[];
let support: LanguageSupport;
const log = { error: vi.fn(), debug: vi.fn() };
const model = { view: { live: false }, onDidChange: new EventEmitter<undefined>().event };

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

async function switchTo(file: string): Promise<void> {
  userFile.path = file;
  for (const listener of configuration.listeners) listener({ affectsConfiguration: () => true });
  await settle();
}

/** How many of the servers are told of the uses of each minute. */
async function toldInAMinute(): Promise<number[]> {
  for (const { tell } of servers) tell.mockClear();
  await vi.advanceTimersByTimeAsync(60_000);
  return servers.map(({ tell }) => tell.mock.calls.length);
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.clearAllMocks();
  servers = [];
  userFile.path = '/one.yaml';
  startLanguageClient.mockImplementation((_, file) => {
    const server = new Server(file.path);
    servers.push(server);
    return server.connection;
  });
  support = new LanguageSupport({
    module: 'language.js',
    model: model as unknown as MeterModel,
    prices: { price: () => Promise.resolve(null), models: () => Promise.resolve([]) },
    log: log as unknown as Log,
    now: () => vi.getMockedSystemTime()?.getTime() ?? 0,
  });
});

afterEach(() => {
  support.dispose();
  vi.useRealTimers();
});

async function asked(): Promise<unknown> {
  const answer = support.ask('x', {});
  answer.catch(() => undefined);
  await settle();
  servers.at(-1)?.up();
  return await answer;
}

it('has one timer and one server however often it is restarted', async () => {
  expect(await asked()).toBe('/one.yaml');
  for (const file of ['/two.yaml', '/three.yaml']) {
    await switchTo(file);
    servers.at(-1)?.up();
    await settle();
  }
  expect(servers.map(({ file, stop }) => [file, stop.mock.calls.length])).toEqual([
    ['/one.yaml', 1],
    ['/two.yaml', 1],
    ['/three.yaml', 0],
  ]);
  expect(vi.getTimerCount()).toBe(1);
  expect(await toldInAMinute()).toEqual([0, 0, 1]);
});

it('leaves no timer and no server of one that was stopped while it came up', async () => {
  const answer = support.ask('x', {});
  answer.catch(() => undefined);
  await settle();
  const stopped = support.stop();
  servers[0]?.up();
  await stopped;
  await settle();
  expect(servers[0]?.stop).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
  expect(await toldInAMinute()).toEqual([0]);
});

it('keeps the newer server when an older one fails to come up', async () => {
  support.ask('x', {}).catch(() => undefined);
  await settle();
  const stopped = support.stop();
  const answer = support.ask('x', {});
  await settle();
  servers[0]?.fail(new Error('too late'));
  servers[1]?.up();
  await stopped;
  expect(await answer).toBe('/one.yaml');
  expect(await support.ask('x', {})).toBe('/one.yaml');
  expect(servers).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(1);
});

it('ends a server that comes up and can not be told', async () => {
  const answer = support.ask('x', {});
  const said = answer.catch((error: unknown) => String(error));
  await settle();
  servers[0]?.tell.mockRejectedValueOnce(new Error('deaf'));
  servers[0]?.up();
  expect(await said).toBe('Error: deaf');
  expect(servers[0]?.stop).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
  expect(await asked()).toBe('/one.yaml');
});

it('restarts though the server before does not end well, and says so', async () => {
  await asked();
  servers[0]?.stop.mockRejectedValueOnce(new Error('timed out'));
  await switchTo('/two.yaml');
  expect(servers.map(({ file }) => file)).toEqual(['/one.yaml', '/two.yaml']);
  expect(log.debug).toHaveBeenCalledWith('The language server did not end well: Error: timed out');
});

it('ends its server with the window', async () => {
  await asked();
  support.dispose();
  await settle();
  expect(servers[0]?.stop).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
  await expect(support.ask('x', {})).rejects.toThrow('closing');
});
