/** A lead that another window replaces: it goes at once, and nobody is answered with the change itself. */
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Claims } from '../../../src/engine/leadership/claims';
import { Lead } from '../../../src/engine/lead';
import { Leading } from '../../../src/engine/leadership/leading';
import type { Asked, LeadingEngine } from '../../../src/engine/leadership/role';
import { Rates } from '../../../src/engine/prices/rates';
import { ReaderThreads } from '../../../src/engine/ingest/readerThreads';
import { LeadGone } from '../../../src/engine/support/leadGone';
import type { Caller } from '../../../src/engine/support/view';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { TestClock } from '../../support/testClock.mjs';
import { until } from '../../support/until';

const view: Caller = {
  kind: 'window',
  window: 'w',
  sessionStartMs: 0,
  timezone: 'UTC',
  workspaces: [],
  environment: {},
};
const asked: Asked = { caller: view, report: () => undefined };
const costing = { provider: 'acme', model: 'acme-1', estimate: { costUsd: 0.1 } };

let folder: string;
let data: string;
let environment: Record<string, string>;
let windows: TestEngine[];

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'agent-meter-change-'));
  environment = isolatedEnvironment(folder);
  data = path.join(folder, 'data');
  windows = [];
});
afterEach(async () => {
  await Promise.all(windows.map((window) => window.kill()));
  await fs.rm(folder, { recursive: true, force: true });
});

function open(): TestEngine {
  const window = new TestEngine({
    dataDirectory: data,
    distDirectory: inRepository('dist'),
    environment,
    claudeCode: false,
  });
  windows.push(window);
  return window;
}

/** What the lead of this epoch keeps of who waits and what is reserved. */
async function writeStanding(epoch: number): Promise<void> {
  await fs.mkdir(path.join(data, 'reservations'), { recursive: true });
  await fs.writeFile(path.join(data, 'reservations', `${epoch}-1.ndjson`), '');
}

function leadOf(epoch: number, onSuperseded: () => void, stillLeads = true): Lead {
  const reader = inRepository('dist', 'reader.js');
  return new Lead({
    dataDirectory: data,
    epoch,
    wasmPath: inRepository('node_modules', 'sql.js', 'dist', 'sql-wasm.wasm'),
    readers: new ReaderThreads(reader, {
      environment,
      platform: process.platform,
      switches: { 'claude-code': false },
      wasmPath: '',
    }),
    rates: new Rates(),
    now: TestClock.standing().now,
    log: () => undefined,
    settings: () => ({
      timezone: 'UTC',
      sources: { 'claude-code': false },
      configFile: path.join(folder, 'no-config.yaml'),
      prices: { update: 'off', url: '' },
      workspaces: [],
    }),
    zone: () => 'UTC',
    stillLeads: () => Promise.resolve(stillLeads),
    onSuperseded,
    onNewerLedger: () => undefined,
  });
}

describe('a lead that is replaced while it opens the ledger', () => {
  async function isReplaced(prepare: () => Promise<void>, stillLeads: boolean): Promise<void> {
    await prepare();
    let went = 0;
    const lead = leadOf(1, () => void lead.dispose('abandon').then(() => went++), stillLeads);
    const shown: string[] = [];
    lead.watch(view, ({ problems }) => shown.push(...problems.map(({ message }) => message)));
    // Without a lead to go to, this would be `storage_unavailable`: the ledger can't be opened.
    const answer = lead.api({ command: 'status', argument: {} }, asked);
    await expect(answer).rejects.toBeInstanceOf(LeadGone);
    await expect.poll(() => went, { message: 'it goes at once, and does not try again', timeout: 10_000 }).toBe(1);
    expect(shown).toEqual([]);
  }

  it('answers nobody, and goes, when it finds what the next one wrote', async () => {
    await isReplaced(() => writeStanding(2), true);
  });

  it('answers nobody, and goes, when opening fails for whatever reason and the claim is lost', async () => {
    await isReplaced(async () => {
      await fs.mkdir(data);
      await fs.writeFile(path.join(data, 'journal'), 'a file, not a folder');
    }, false);
  });
});

describe('a window', () => {
  it('leads above what earlier leads reserved, though the claims were deleted', async () => {
    await writeStanding(41);
    const window = open();
    expect(await window.api('authorize', costing)).toMatchObject({ ok: true, value: { decision: 'allow' } });
    expect((await new Claims(data).highest())?.epoch).toBe(42);
  });

  it('answers a call that finds the lead replaced by the next lead, at once', async () => {
    const window = open();
    expect(await window.api('authorize', costing)).toMatchObject({ ok: true });
    // As who takes over does before it reads them.
    await fs.rm(path.join(data, 'reservations'), { recursive: true });
    expect(await window.api('authorize', costing)).toMatchObject({ ok: true, value: { decision: 'allow' } });
    expect((await new Claims(data).highest())?.epoch).toBe(2);
  });

  it('learns from the tick of a second that it was replaced, without being asked', async () => {
    const window = open();
    expect(await window.api('authorize', { ...costing, expiresInMs: 1_000 })).toMatchObject({ ok: true });
    await fs.rm(path.join(data, 'reservations'), { recursive: true });
    // What was reserved expires, which the next tick writes.
    window.clock.advance(2_000);
    await until('another epoch', async () => (await new Claims(data).highest())?.epoch === 2);
    expect(await window.api('status')).toMatchObject({ ok: true });
  });
});

describe('the end of a lead', () => {
  it('ends for those who wait for it, and is logged, though it fails', async () => {
    const claims = new Claims(data);
    await claims.prepare();
    const said: string[] = [];
    const engine = { dispose: () => Promise.reject(new Error('a disk of glass')) } as unknown as LeadingEngine;
    const leading = await Leading.claim(
      {
        claims,
        makeLead: () => engine,
        caller: () => view,
        onNewerLedger: () => undefined,
        log: (_, message) => said.push(message),
        version: { snapshot: 1, product: '0.1.0' },
      },
      0,
    );
    await leading?.leave();
    await leading?.ended;
    expect(said.filter((message) => message.includes('a disk of glass'))).toHaveLength(1);
  });
});
