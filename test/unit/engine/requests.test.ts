/** The table of engine requests at both ends of a connection, and at a follower's. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { serveFollower } from '../../../src/engine/leadership/followers';
import { joinRequest } from '../../../src/engine/leadership/handshake';
import type { Asked, LeadingEngine } from '../../../src/engine/leadership/role';
import type { Caller } from '../../../src/engine/support/view';
import { engineRequests, type Ask } from '../../../src/protocol/engineRequests';
import { NotReady } from '../../../src/protocol/notReady';
import { proxy } from '../../../src/protocol/proxy';
import { serve } from '../../../src/protocol/serve';
import type { WorkProgress } from '../../../src/protocol/work';

const repriced = { cancelled: false, models: [] };
const caller: Caller = {
  kind: 'window',
  window: 'w',
  sessionStartMs: 0,
  timezone: 'UTC',
  workspaces: [],
  environment: {},
};

/** Not listening yet. */
function twoEnds(): [MessageConnection, MessageConnection] {
  const [there, back] = [new PassThrough(), new PassThrough()];
  return [
    createMessageConnection(new StreamMessageReader(back), new StreamMessageWriter(there)),
    createMessageConnection(new StreamMessageReader(there), new StreamMessageWriter(back)),
  ];
}

function served(ask: Ask): { ask: Ask; raw: MessageConnection } {
  const [asking, answering] = twoEnds();
  serve(answering, ask);
  answering.listen();
  asking.listen();
  return { ask: proxy(asking), raw: asking };
}

describe('a request', () => {
  it('carries its question there, its progress and its answer back', async () => {
    const heard: unknown[] = [];
    const { ask } = served(((name, question, { report } = {}) => {
      heard.push([name, question]);
      report?.({ done: 1, total: 2 });
      return Promise.resolve(repriced);
    }) as Ask);
    const progress: WorkProgress[] = [];
    const answer = await ask('reprice', { apply: true }, { report: (state) => progress.push(state) });
    expect(answer).toEqual(repriced);
    expect(progress).toEqual([{ done: 1, total: 2 }]);
    expect(heard).toMatchObject([['reprice', { apply: true }]]);
  });

  it('is stopped where it is answered', async () => {
    const source = new CancellationTokenSource();
    const { ask } = served(((_name, _question, { token } = {}) => {
      source.cancel();
      return new Promise<unknown>((resolve) => {
        token?.onCancellationRequested(() => resolve({ ...repriced, cancelled: true }));
      });
    }) as Ask);
    expect(await ask('reprice', { apply: true }, { token: source.token })).toEqual({ ...repriced, cancelled: true });
  });

  it('is neither asked nor answered with what its schemas refuse', async () => {
    let asked = 0;
    const { ask } = served((() => {
      asked += 1;
      return Promise.resolve({ models: 'many' });
    }) as unknown as Ask);
    await expect(ask('updatePrices', { address: '' })).rejects.toThrow();
    expect(asked).toBe(0);
    await expect(ask('reprice', { apply: false })).rejects.toThrow();
    expect(asked).toBe(1);
  });

  it('that nobody can answer now says so at the other end', async () => {
    const { ask } = served(() => Promise.reject(new NotReady()));
    await expect(ask('models', {})).rejects.toMatchObject({ reason: 'not_ready' });
    const failing = served(() => Promise.reject(new Error('a bug')));
    await expect(failing.ask('models', {})).rejects.toThrow('a bug');
  });

  it('that asks nothing has no parameters, as 0.1.0 sends and expects it', async () => {
    const [asking, answering] = twoEnds();
    const sent: unknown[] = [];
    answering.onRequest((method, parameters) => {
      sent.push([method, parameters]);
      return [];
    });
    answering.listen();
    asking.listen();
    await proxy(asking)('models', {}, { token: new CancellationTokenSource().token });
    expect(sent).toEqual([['engine/models', undefined]]);
  });
});

describe('a follower', () => {
  const asked: { name: string; question: unknown; caller: Caller }[] = [];
  const handlers = Object.keys(engineRequests).map((name) => [
    name,
    (question: unknown, { caller }: Asked) => {
      asked.push({ name, question, caller });
      return Promise.resolve(repriced);
    },
  ]);
  const watched: Caller[] = [];
  const engine = {
    ...Object.fromEntries(handlers),
    watch: (who: Caller) => {
      watched.push(who);
      return { dispose: () => undefined };
    },
    onEvent: () => ({ dispose: () => undefined }),
    dispose: () => Promise.reject(new Error('nobody may end it from outside')),
  } as unknown as LeadingEngine;

  function follower(): MessageConnection {
    const [asking, answering] = twoEnds();
    serveFollower(answering, { engine, token: 't', epoch: 1, version: { snapshot: 1, product: '0.1.0' } });
    asking.listen();
    return asking;
  }

  it('is answered nothing before it has joined', async () => {
    const connection = follower();
    for (const name of Object.keys(engineRequests))
      await expect(connection.sendRequest(`engine/${name}`, {})).rejects.toThrow('join first');
    await expect(connection.sendRequest(joinRequest, { token: 'x', view: caller })).rejects.toThrow('wrong token');
    await expect(connection.sendRequest('engine/models')).rejects.toThrow('join first');
    expect(asked).toEqual([]);
  });

  it('is answered as the caller that it is, and only what the table has', async () => {
    const connection = follower();
    await connection.sendRequest(joinRequest, { token: 't', view: caller });
    expect(await connection.sendRequest('engine/reprice', { apply: true, progress: 'p', more: 1 })).toEqual(repriced);
    expect(asked).toEqual([{ name: 'reprice', question: { apply: true }, caller }]);
    await expect(connection.sendRequest('engine/reprice', { apply: 'yes' })).rejects.toThrow();
    for (const name of ['dispose', 'watch', 'constructor', 'toString'])
      await expect(connection.sendRequest(`engine/${name}`, {})).rejects.toThrow('nobody answers');
    await expect(connection.sendRequest('other/reprice', { apply: true })).rejects.toThrow('other/reprice');
    expect(asked).toHaveLength(1);
    expect(watched).toEqual([caller]);
  });

  it('of 0.1.0 is a window', async () => {
    const old = { sessionStartMs: 0, timezone: 'UTC', workspaces: [], environment: {} } as unknown as Caller;
    const connection = follower();
    expect(await connection.sendRequest(joinRequest, { token: 't', view: old })).toBe(1);
    await connection.sendRequest('engine/models');
    expect(asked.at(-1)?.caller).toEqual({ ...caller, window: '0' });
  });
});
