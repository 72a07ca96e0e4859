import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { serveFollower } from '../../../src/engine/leadership/followers';
import { joinRequest } from '../../../src/engine/leadership/handshake';
import type { LeadingEngine } from '../../../src/engine/leadership/role';

it('watches for nobody who has gone before the join was handled: sending to a closed connection throws', async () => {
  const toLead = new PassThrough();
  const toFollower = new PassThrough();
  let watching = 0;
  const engine = {
    watch: () => {
      watching++;
      return { dispose: () => watching-- };
    },
  } as unknown as LeadingEngine;
  const lead = createMessageConnection(new StreamMessageReader(toLead), new StreamMessageWriter(toFollower));
  serveFollower(lead, { engine, token: 't', epoch: 1, version: { snapshot: 1, product: '0.1.0' } });
  const follower = createMessageConnection(new StreamMessageReader(toFollower), new StreamMessageWriter(toLead));
  follower.listen();
  follower
    .sendRequest(joinRequest, {
      token: 't',
      view: { kind: 'window', window: 'w', sessionStartMs: 0, timezone: 'UTC', workspaces: [], environment: {} },
    })
    .catch(() => undefined);
  // Data and close arrive in one turn, and messages are handled a turn later.
  toLead.once('data', () => toLead.emit('close'));
  await sleep(50);
  expect(watching).toBe(0);
});
