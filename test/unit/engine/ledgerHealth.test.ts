import * as fs from 'node:fs/promises';
import { createConnection, type Server } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import initSqlJs from 'sql.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshAddress, listen } from '../../../src/engine/leadership/address';
import { Claims } from '../../../src/engine/leadership/claims';
import { serveFollower } from '../../../src/engine/leadership/followers';
import type { LeadingEngine } from '../../../src/engine/leadership/role';
import { frame } from '../../../src/ledger/journal/frame';
import { writeClaudeTree } from '../../support/claudeTree';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { until } from '../../support/until';
import { event, openLedger } from '../ledger/support';

let folder: string;
let data: string;
let environment: Record<string, string>;
let windows: TestEngine[];
let server: Server | null;

function open(): TestEngine {
  const window = new TestEngine({ dataDirectory: data, distDirectory: inRepository('dist'), environment });
  windows.push(window);
  return window;
}

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trouble-'));
  data = path.join(folder, 'data');
  environment = isolatedEnvironment(folder);
  windows = [];
  server = null;
});
afterEach(async () => {
  server?.close();
  await Promise.all(windows.map((window) => window.kill()));
  await fs.rm(folder, { recursive: true, force: true });
});

describe('damage that is met while the ledger is open', () => {
  it('has the logs read again at once, and once', async () => {
    const directory = environment['CLAUDE_CONFIG_DIR'] ?? '';
    const truth = writeClaudeTree({ directory, bytes: 1e6, responsesPerSession: 60, projects: 2 });
    const first = open();
    await first.untilRead();
    await first.shutdown();
    // Another ledger that takes these logs for read has nothing of them.
    const whole = await openLedger(data, 99);
    const cursors = whole.cursors();
    await whole.close();
    data = path.join(folder, 'other');
    const lacking = await openLedger(data, 1);
    await lacking.append({ events: [event('told')], cursors });
    await lacking.close();
    const window = open();
    expect((await window.untilRead()).ledgerEvents).toBe(1);

    const damaged = frame('{"t":"note","k":"x","v":"y"}').replace('note', 'mote');
    await fs.writeFile(path.join(data, 'journal', '1-77.ndjson'), damaged);
    const mended = await window.until(({ ledgerEvents }) => ledgerEvents === 1 + truth.total.calls);
    expect(mended.problems.map(({ id }) => id)).toEqual(['ledger.damaged.1-77']);
    await until('the segment to be set aside', async () =>
      (await fs.readdir(path.join(data, 'journal'))).some((name) => name.startsWith('1-77.ndjson.corrupt-')),
    );
    await sleep(1500);
    expect(window.log.filter((line) => line.includes('are read again'))).toHaveLength(1);
  });

  it('loses nothing with a checkpoint that somebody spoils', async () => {
    const window = open();
    await window.until(({ ledgerOpen }) => ledgerOpen);
    const call = { id: '1', provider: 'acme', model: 'acme-1', tokens: { input: 1, output: 2 }, costUsd: 1 };
    expect(await window.api('report', call)).toMatchObject({ ok: true });
    await fs.writeFile(path.join(data, 'ledger.sqlite'), 'not what it was');
    const { problems } = await window.until((snapshot) => snapshot.problems.length > 0);
    expect(problems[0]?.id).toMatch(/^ledger\.corrupt\./);
    // A sound one is there again without waiting for more usage.
    await until('a sound checkpoint', async () =>
      (await fs.readFile(path.join(data, 'ledger.sqlite'), 'latin1')).startsWith('SQLite format 3'),
    );
    expect(await window.api('report', call)).toMatchObject({ ok: true, value: { accepted: 0, duplicates: 1 } });
  });
});

describe('a ledger that a newer version wrote', () => {
  async function writeNewer(): Promise<void> {
    const sql = await initSqlJs();
    const db = new sql.Database();
    db.exec('CREATE TABLE future (a); PRAGMA user_version = 99');
    await fs.mkdir(data, { recursive: true });
    await fs.writeFile(path.join(data, 'ledger.sqlite'), db.export());
    db.close();
  }

  const isRefused = (window: TestEngine): Promise<unknown> =>
    window.until(({ problems }) => problems.some(({ message }) => message.includes('newer version')));

  it('is led by no window that can not read it, until it is one that they can', async () => {
    await writeNewer();
    const both = [open(), open()];
    for (const window of both) await isRefused(window);
    expect(await both[0]?.api('status')).toMatchObject({ ok: false, error: { code: 'storage_unavailable' } });
    const claims = new Claims(data);
    await until('both to have given up', async () => {
      const claim = await claims.highest();
      const tried = both.every(({ log }) => log.some((line) => line.includes("can't be opened")));
      return tried && claim !== null && !(await answers(claim.address));
    });
    const given = (await claims.highest())?.epoch;
    await sleep(2_500);
    expect((await claims.highest())?.epoch, 'nobody claims again').toBe(given);

    await fs.rm(path.join(data, 'ledger.sqlite'));
    for (const window of both) await window.until(({ ledgerOpen, problems }) => ledgerOpen && problems.length === 0);
  });

  it('is seen through a newer window as soon as there is one', async () => {
    await writeNewer();
    const window = open();
    await isRefused(window);
    const claims = new Claims(data);
    const address = freshAddress(claims.directory);
    const claim = await until('the lead to be free', async () => {
      const held = await claims.highest();
      if (held === null || (await answers(held.address))) return false;
      return (await claims.claim(address, held.epoch)) ?? false;
    });
    const engine = {
      watch: () => ({ dispose: () => undefined }),
      onEvent: () => ({ dispose: () => undefined }),
      api: () => Promise.resolve({ ok: true, value: 'from the newer one' }),
    } as unknown as LeadingEngine;
    server = await listen(address, (socket) => {
      socket.on('error', () => undefined);
      const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
      const version = { snapshot: 99, product: '9.0.0' };
      serveFollower(connection, { engine, token: claim.token, epoch: claim.epoch, version });
    });
    await until('an answer', async () => {
      const answer = await window.api('status');
      return JSON.stringify(answer).includes('from the newer one');
    });
  });

  function answers(address: string): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = createConnection(address, () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
});
