/** Windows of different versions on one ledger: the newest leads, and who can't follow it says so. */
import * as fs from 'node:fs/promises';
import type { Server } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshAddress, listen } from '../../../src/engine/leadership/address';
import { Claims } from '../../../src/engine/leadership/claims';
import { joinRequest } from '../../../src/engine/leadership/handshake';
import { isNewer } from '../../../src/engine/leadership/runningVersion';
import { pictureWithout } from '../../../src/engine/figures/snapshot';
import { meterSnapshotSchema } from '../../../src/protocol/snapshot';
import { snapshotVersion } from '../../../src/protocol/vocabulary';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { until } from '../../support/until';

let folder: string;
let data: string;
let environment: Record<string, string>;
let windows: TestEngine[];
let server: Server | null;

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'agent-meter-versions-'));
  environment = isolatedEnvironment(folder);
  data = path.join(folder, 'data');
  windows = [];
  server = null;
});
afterEach(async () => {
  server?.close();
  await Promise.all(windows.map((window) => window.kill()));
  await fs.rm(folder, { recursive: true, force: true });
});

function open(version: string, distDirectory = inRepository('dist')): TestEngine {
  const withClock = inRepository('test', 'support', 'engineWithClock.mjs');
  const window = new TestEngine({
    dataDirectory: data,
    distDirectory,
    environment,
    claudeCode: false,
    version,
    withClock,
  });
  windows.push(window);
  return window;
}

let calls = 0;
async function report(window: TestEngine): Promise<void> {
  const call = {
    id: `c${(calls += 1)}`,
    provider: 'acme',
    model: 'acme-1',
    tokens: { input: 1, output: 2 },
    costUsd: 1,
  };
  expect(await window.api('report', call)).toMatchObject({ ok: true, value: { accepted: 1 } });
}

const epoch = async (): Promise<number> => (await new Claims(data).highest())?.epoch ?? 0;
const follows = (window: TestEngine, which: number): Promise<unknown> =>
  until(`a window to follow epoch ${which}`, () =>
    Promise.resolve(window.log.some((line) => line.includes(`following the lead of epoch ${which}`))),
  );

/** The product as it will be some day: its snapshots are others. */
async function buildOfTomorrow(): Promise<string> {
  const dist = path.join(folder, 'tomorrow');
  await fs.cp(inRepository('dist'), dist, { recursive: true });
  let changed = 0;
  for (const name of ['engineMain.js', 'otherProcesses.js']) {
    const text = await fs.readFile(path.join(dist, name), 'utf8');
    const newer = text.replace(/\bsnapshotVersion = \d+;/, 'snapshotVersion = 999;');
    if (newer !== text) changed += 1;
    await fs.writeFile(path.join(dist, name), newer);
  }
  expect(changed).toBe(2);
  return dist;
}

describe('of windows of different versions', () => {
  it('the newest leads, whoever was first, and none takes the lead back', async () => {
    const older = open('1.9.0');
    await report(older);
    const newer = open('1.10.0');
    await report(newer);
    expect(newer.log.some((line) => line.includes('leading, epoch 2'))).toBe(true);
    await follows(older, 2);
    const third = open('1.9.0');
    await report(third);
    await follows(third, 2);
    await report(older);
    await sleep(1_500);
    expect(await epoch()).toBe(2);
    for (const window of windows) await window.until(({ today }) => today.total.costUsd === 4);
    // Of those that are left, who is as new as the others leads.
    await newer.kill();
    await report(older);
    expect(await epoch()).toBe(3);
  });

  it('one whose snapshots are others takes the lead, and the older one says why it shows nothing', async () => {
    const older = open('1.0.0');
    await report(older);
    const newer = open('2.0.0', await buildOfTomorrow());
    await report(newer);
    const { problems, ledgerOpen } = await older.until((snapshot) =>
      snapshot.problems.some(({ id }) => id === 'version'),
    );
    expect(ledgerOpen).toBe(false);
    expect(problems.map(({ message }) => message)).toEqual([
      'Another window runs version 2.0.0 of Agent Meter, newer than this one (1.0.0). Reload this window to see the figures again.',
    ]);
    await report(older);
    await sleep(1_500);
    expect(await epoch()).toBe(2);
    await newer.kill();
    await older.until((snapshot) => snapshot.ledgerOpen && snapshot.problems.length === 0);
  });

  it('one takes the lead from a lead that says no version', async () => {
    const claims = new Claims(data);
    await claims.prepare();
    const address = freshAddress(claims.directory);
    const claim = await claims.claim(address, 0);
    let joined = 0;
    server = await listen(address, (socket) => {
      socket.on('error', () => undefined);
      const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
      // As 0.1.0 did before there were others.
      connection.onRequest(joinRequest, () => {
        joined += 1;
        return claim?.epoch ?? 0;
      });
      connection.listen();
    });
    await report(open('0.1.0'));
    expect(joined).toBe(1);
    expect(await epoch()).toBe(2);
  });
});

it('orders versions, so that of two that differ one is the newer', () => {
  const version = (product: string, snapshot = 1): { snapshot: number; product: string } => ({ snapshot, product });
  const ordered = [version('9.9.9'), version('0.1.0', 2), version('0.9.0', 2), version('0.10.0', 2), version('1', 2)];
  ordered.forEach((one, place) => {
    ordered.forEach((other, otherPlace) => expect(isNewer(one, other)).toBe(place > otherPlace));
  });
  expect(isNewer(version('1.0'), version('1.0.0'))).toBe(false);
});

it('shows an agent that it does not know by its label', () => {
  const view = { window: 'w', sessionStartMs: 0, timezone: 'UTC' };
  const picture = pictureWithout({ id: 'x', message: 'x' }, data, view, 0);
  const unknown = { id: 'agent-of-tomorrow', label: 'Agent of Tomorrow', state: 'watching', files: 1 };
  const sources = [{ ...unknown, skippedLines: 0, lastEventMs: null }];
  expect(picture.version).toBe(snapshotVersion);
  expect(meterSnapshotSchema.safeParse({ ...picture, sources }).data?.sources).toEqual(sources);
});
