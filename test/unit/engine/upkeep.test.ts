import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkProgress } from '../../../src/protocol/work';
import { writeClaudeTree } from '../../support/claudeTree';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { TestClock } from '../../support/testClock.mjs';
import { until } from '../../support/until';
import { event, openLedger, totalsOf } from '../ledger/support';

const dayMs = 86_400_000;

describe('work on the whole ledger', () => {
  let folder: string;
  let data: string;
  let environment: Record<string, string>;
  let windows: TestEngine[];

  const open = (): TestEngine => {
    const window = new TestEngine({ dataDirectory: data, distDirectory: inRepository('dist'), environment, clock });
    windows.push(window);
    return window;
  };
  const closeAll = async (): Promise<void> => {
    for (const window of windows.splice(0).reverse()) await window.shutdown();
  };

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'upkeep-'));
    data = path.join(folder, 'data');
    environment = isolatedEnvironment(folder);
    windows = [];
  });
  afterEach(async () => {
    await Promise.all(windows.map((window) => window.kill()));
    await fs.rm(folder, { recursive: true, force: true });
  });

  const rated = { pricing: 'rated', priceVersion: 'long ago' } as const;
  const clock = TestClock.standing();
  const now = clock.now();

  async function keep(dear = 1500): Promise<void> {
    const ledger = await openLedger(data, 1);
    const million = { input: 1_000_000, output: 0 };
    await ledger.append({
      events: [
        ...Array.from({ length: dear }, (_, index) =>
          event(`dear${index}`, { atMs: now - dayMs, tokens: million, rating: { ...rated, costNanos: 9e9 } }),
        ),
        event('right', { atMs: now - dayMs, tokens: million, rating: { ...rated, costNanos: 5e9 } }),
        event('told', { atMs: now - dayMs, tokens: million, rating: { pricing: 'reported', costNanos: 1 } }),
        event('unknown', { atMs: now - dayMs, provider: 'acme', model: 'acme-1', rating: { ...rated, costNanos: 7 } }),
        event('old', { atMs: now - 200 * dayMs, tokens: million, rating: { ...rated, costNanos: 3 } }),
      ],
      cursors: [],
    });
    await ledger.upkeep.compact(now - 90 * dayMs, 10);
    await ledger.close();
  }

  const difference = {
    provider: 'anthropic',
    model: 'claude-opus-4-8',
    events: 1500,
    oldNanos: 13_500e9,
    newNanos: 7_500e9,
  };

  it('shows what present prices rate differently, and then does it, from a window that follows', async () => {
    await keep();
    const lead = open();
    await lead.until(({ ledgerOpen }) => ledgerOpen);
    const follower = open();
    await follower.until(({ ledgerOpen }) => ledgerOpen);
    const told: WorkProgress[] = [];
    const preview = await follower.reprice(false, { report: (progress) => told.push(progress) });
    expect(preview).toEqual({ cancelled: false, models: [difference] });
    expect(told.length).toBeGreaterThan(1);
    expect(told.every(({ done, total }) => done <= total)).toBe(true);
    expect(await lead.reprice(false)).toEqual(preview);
    expect(await follower.reprice(true)).toEqual(preview);
    expect((await lead.reprice(false)).models).toEqual([]);
    await closeAll();
    const ledger = await openLedger(data, 99);
    expect(totalsOf(ledger)).toMatchObject({ events: 1504, costNanos: 7_500e9 + 5e9 + 1 + 7 + 3 });
    await ledger.close();
  });

  it('reprices nothing when it is stopped before it begins, and a part when it is stopped on its way', async () => {
    // So many that it is not done before the word to stop has come, however busy the machine is.
    const all = 20_000;
    await keep(all);
    const window = open();
    await window.until(({ ledgerOpen }) => ledgerOpen);
    const source = new CancellationTokenSource();
    const stopped = await window.reprice(true, { report: () => source.cancel(), token: source.token });
    expect(stopped.cancelled).toBe(true);
    const done = stopped.models.reduce((sum, { events }) => sum + events, 0);
    expect(done).toBeLessThan(all);
    const rest = await window.reprice(true);
    expect(rest.models.reduce((sum, { events }) => sum + events, done)).toBe(all);
  });

  it('reads all logs again without counting twice, and keeps what is in none', async () => {
    const tree = environment['CLAUDE_CONFIG_DIR'] ?? '';
    const truth = writeClaudeTree({ directory: tree, bytes: 3e6, responsesPerSession: 60, projects: 4 });
    const lead = open();
    await lead.untilRead();
    const follower = open();
    await follower.api('report', {
      id: 'told',
      provider: 'acme',
      model: 'acme-1',
      tokens: { input: 1, output: 1 },
      costUsd: 1,
    });
    const before = await follower.until(({ ledgerEvents }) => ledgerEvents === truth.total.calls + 1);
    const told: WorkProgress[] = [];
    const again = await follower.rebuild({ report: (progress) => told.push(progress) });
    expect(again).toEqual({ cancelled: false, added: 0, improved: 0 });
    expect(told.length).toBeGreaterThan(0);
    const after = await follower.refresh();
    expect(after.ledgerEvents).toBe(before.ledgerEvents);
    expect(after.month).toEqual(before.month);
    // Logs that are gone take nothing with them.
    await fs.rm(path.join(tree, 'projects'), { recursive: true });
    expect(await follower.rebuild()).toEqual({ cancelled: false, added: 0, improved: 0 });
    expect((await follower.refresh()).ledgerEvents).toBe(before.ledgerEvents);
  });

  it('finds what a ledger lacks of logs that it takes for read', async () => {
    const tree = {
      directory: environment['CLAUDE_CONFIG_DIR'] ?? '',
      bytes: 1e6,
      responsesPerSession: 60,
      projects: 2,
    };
    const truth = writeClaudeTree(tree);
    await open().untilRead();
    await closeAll();
    const whole = await openLedger(data, 99);
    const cursors = whole.cursors();
    await whole.close();
    data = path.join(folder, 'other');
    const lacking = await openLedger(data, 1);
    await lacking.append({ events: [], cursors });
    await lacking.close();
    const window = open();
    expect((await window.untilRead()).ledgerEvents).toBe(0);
    expect(await window.rebuild()).toEqual({ cancelled: false, added: truth.total.calls, improved: 0 });
  });

  it('lets old events lose their details when nobody writes, and every window sees the same totals', async () => {
    const ledger = await openLedger(data, 1);
    const old = Array.from({ length: 700 }, (_, day) => event(`d${day}`, { atMs: now - day * dayMs, rating: rated }));
    await ledger.append({ events: old, cursors: [] });
    await ledger.close();
    const window = open();
    await until('retention', () => window.log.some((line) => line.includes('retention: 609 events')));
    const answer = await window.api('usage', { from: '2020-01-01', groupBy: 'month' });
    expect(answer).toMatchObject({ ok: true, value: { total: { events: 700, costUsd: 0.0007 } } });
    await closeAll();
    const again = open();
    await again.until(({ ledgerEvents }) => ledgerEvents === 700);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(again.log.filter((line) => line.includes('retention'))).toEqual([]);
  });

  it('is shown again when it is looked at, while a paused import stays paused', async () => {
    const directory = environment['CLAUDE_CONFIG_DIR'] ?? '';
    await fs.mkdir(path.join(directory, 'projects'), { recursive: true });
    const lead = open();
    await lead.untilRead();
    const follower = open();
    await follower.until(({ ledgerOpen }) => ledgerOpen);
    await lead.pauseImport();
    const truth = writeClaudeTree({ directory, bytes: 1e6, responsesPerSession: 60, projects: 2 });
    for (const window of [lead, follower]) {
      const before = window.snapshots;
      await window.look();
      expect((await window.until(() => window.snapshots > before)).ledgerEvents).toBe(0);
    }
    expect((await lead.refresh()).ledgerEvents).toBe(truth.total.calls);
  });

  it('stops a rebuild where it stands, and goes on with the next refresh', async () => {
    const truth = writeClaudeTree({
      directory: environment['CLAUDE_CONFIG_DIR'] ?? '',
      bytes: 40e6,
      responsesPerSession: 60,
      projects: 4,
    });
    const window = open();
    await window.untilRead();
    const source = new CancellationTokenSource();
    const stopped = await window.rebuild({ report: () => source.cancel(), token: source.token });
    expect(stopped.cancelled).toBe(true);
    expect((await window.refresh()).ledgerEvents).toBe(truth.total.calls);
    await closeAll();
    const ledger = await openLedger(data, 99);
    expect(ledger.cursors()).toHaveLength(truth.files);
    await ledger.close();
  });
});
