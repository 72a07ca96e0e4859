/** Budgets as agents meet them: real engines in their threads, several windows on one ledger, a configuration file. */
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiCommand, ApiResult, ApiValues } from '../../../src/protocol/api/api';
import type { AlertStatus, Decision } from '../../../src/protocol/api/budgetAnswers';
import { TestEngine, type TestEngineOptions } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';

let folder: string;
let configFile: string;
let windows: TestEngine[];
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'agent-meter-budgets-'));
  configFile = path.join(folder, 'config.yaml');
  windows = [];
  environment = isolatedEnvironment(folder);
});

afterEach(async () => {
  await Promise.all(windows.map((window) => window.shutdown().catch(() => undefined)));
  await fs.rm(folder, { recursive: true, force: true });
});

async function open(yaml?: string, more: Partial<TestEngineOptions> = {}): Promise<TestEngine> {
  if (yaml !== undefined) await fs.writeFile(configFile, yaml);
  const window = new TestEngine({
    dataDirectory: path.join(folder, 'data'),
    distDirectory: inRepository('dist'),
    environment,
    claudeCode: false,
    configFile,
    ...more,
  });
  windows.push(window);
  await window.until(({ ledgerOpen }) => ledgerOpen);
  return window;
}

async function ask<C extends ApiCommand>(window: TestEngine, command: C, argument?: unknown): Promise<ApiValues[C]> {
  const answer: ApiResult<ApiValues[C]> = await window.api(command, argument);
  if (!answer.ok) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
  return answer.value;
}

const call = { provider: 'acme', model: 'acme-1' };
const costing = (costUsd: number, more: object = {}): object => ({ ...call, estimate: { costUsd }, ...more });
/** What is forecast depends on the time of day. */
const thresholds = (alerts: readonly AlertStatus[]): AlertStatus[] => alerts.filter(({ kind }) => kind === 'threshold');
let reports = 0;
const spent = (costUsd: number, more: object = {}): object => ({
  ...call,
  id: `report-${(reports += 1)}`,
  tokens: { input: 10, output: 20 },
  costUsd,
  ...more,
});
const granted = (decisions: readonly Decision[]): number =>
  decisions.filter(({ reservation }) => reservation !== undefined).length;

describe('asking first', () => {
  it('reserves, settles with the true cost, and refuses what would cross a hard limit', async () => {
    const window = await open('budgets: { daily_limit_usd: 0.50 }\n');
    const first = await ask(window, 'authorize', costing(0.3));
    expect(first).toMatchObject({
      decision: 'allow',
      provider: 'acme',
      model: 'acme-1',
      estimate: { costUsd: 0.3, from: 'caller' },
    });
    const refused = await ask(window, 'authorize', costing(0.3));
    expect(refused).toMatchObject({
      decision: 'block',
      reasons: [{ kind: 'would_cross', limit: 0.5, used: 0, reserved: 0.3 }],
    });
    expect(refused.reasons[0]?.message).toContain(
      'would cross the daily cost budget: $0.00 of $0.50 used, $0.30 reserved',
    );
    expect(refused.reservation).toBeUndefined();
    const settled = await ask(window, 'report', spent(0.1, { reservation: first.reservation }));
    expect(settled.events[0]).toMatchObject({ costUsd: 0.1, reservation: 'settled' });
    expect(settled.budgets).toContainEqual(
      expect.objectContaining({ scope: 'global', period: 'day', used: 0.1, reserved: 0, limit: 0.5, percent: 20 }),
    );
    expect((await ask(window, 'authorize', costing(0.3))).reservation).toBeDefined();
    const status = await ask(window, 'status');
    expect(status.budgets).toContainEqual(expect.objectContaining({ period: 'day', used: 0.1, reserved: 0.3 }));
  });

  it('takes double, late, foreign and released settlements as they are', async () => {
    const window = await open('budgets: { daily_limit_usd: 5.00 }\n');
    const { reservation } = await ask(window, 'authorize', costing(1));
    await ask(window, 'report', spent(1, { reservation }));
    expect((await ask(window, 'report', spent(1, { reservation }))).events[0]?.reservation).toBe('repeated');
    expect((await ask(window, 'report', spent(1, { reservation: 'foreign' }))).events[0]?.reservation).toBe('unknown');
    const short = await ask(window, 'authorize', costing(1, { expiresInMs: 1_000 }));
    const open_ = await ask(window, 'authorize', costing(1));
    expect(await ask(window, 'release', { reservation: open_.reservation })).toEqual({ released: true });
    expect(await ask(window, 'release', { reservation: open_.reservation })).toEqual({ released: false });
    window.clock.advance(1_000);
    await expect
      .poll(async () => (await ask(window, 'status')).budgets.find(({ period }) => period === 'day')?.reserved, {
        timeout: 5_000,
      })
      .toBe(0);
    expect((await ask(window, 'report', spent(0.5, { reservation: short.reservation }))).events[0]?.reservation).toBe(
      'late',
    );
    expect((await ask(window, 'status')).today.costUsd).toBe(3.5);
  });

  it('never stops a local model for money, and falls back to it when the cloud is used up', async () => {
    const window = await open(
      'budgets: { daily_limit_usd: 1.00 }\nfallback_providers: [openai, ollama]\nproviders: { ollama: { billing: local } }\n',
    );
    await ask(window, 'report', spent(1));
    expect((await ask(window, 'authorize', { provider: 'ollama', model: 'x' })).decision).toBe('allow');
    const decision = await ask(window, 'authorize', costing(0.1, { allowFallback: true }));
    expect(decision).toMatchObject({ decision: 'fallback', provider: 'ollama' });
    expect(decision.notice).toMatch(/^Cloud budget exhausted, operating local-only until 20\d\d-\d\d-\d\d$/);
    expect(decision.skipped).toEqual([expect.objectContaining({ provider: 'openai', why: 'budget' })]);
    expect((await ask(window, 'status')).notice).toContain('operating local-only');
    await window.until(({ notice }) => notice !== null);
  });

  it('estimates from tokens and from history', async () => {
    const window = await open('budgets: { daily_limit_usd: 100 }\n');
    const tokens = await ask(window, 'authorize', {
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      estimate: { tokens: { input: 1_000_000, output: 0 } },
    });
    expect(tokens.estimate?.from).toBe('tokens');
    expect(tokens.estimate?.costUsd).toBeGreaterThanOrEqual(3);
    const whence = { model: 'claude-haiku-5-5', layer: 'built_in', seen: '2026-10-24', estimated: true };
    const refused = await ask(window, 'authorize', {
      provider: 'anthropic',
      model: 'claude-haiku-6',
      estimate: { tokens: { input: 1_000_000_000, output: 0 } },
    });
    expect(refused.decision).not.toBe('allow');
    expect(refused.estimate).toMatchObject({ costUsd: 500, from: 'tokens', price: whence });
    expect(refused.estimate?.price?.source).toContain('platform.claude.com');
    const nothing = await ask(window, 'authorize', call);
    expect(nothing).toMatchObject({
      decision: 'warn',
      estimate: { costUsd: null, from: 'none' },
      reasons: [{ kind: 'unestimated' }],
    });
    await ask(window, 'report', [spent(1), spent(3)]);
    expect((await ask(window, 'authorize', call)).estimate).toEqual({ costUsd: 2, tokens: 30, from: 'history' });
  });

  it('refuses an argument that makes no sense, and says where', async () => {
    const window = await open();
    expect(await window.api('authorize', { provider: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_request', issues: [{ path: 'model' }] },
    });
    expect(await window.api('override', { budget: 'none', amount: 1, reason: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'unknown_id' },
    });
  });
});

describe('several windows', () => {
  const yaml = 'budgets: { daily_limit_usd: 10.00 }\n';

  it('that race 200 calls against one limit are granted exactly what it affords', async () => {
    const one = await open(yaml);
    const two = await open();
    const asked = Array.from({ length: 200 }, (_, index) =>
      ask(index % 2 === 0 ? one : two, 'authorize', costing(0.25)),
    );
    const decisions = await Promise.all(asked);
    expect(granted(decisions)).toBe(40);
    expect(decisions.filter(({ decision }) => decision === 'block')).toHaveLength(160);
    // A few give back, and as many others get.
    const [first, second] = decisions.filter(({ reservation }) => reservation !== undefined);
    await ask(two, 'release', { reservation: first?.reservation });
    await ask(one, 'report', spent(0.25, { reservation: second?.reservation }));
    const again = await Promise.all(Array.from({ length: 20 }, () => ask(two, 'authorize', costing(0.25))));
    expect(granted(again)).toBe(1);
  });

  it('hold a hard limit across the death of the lead', async () => {
    const lead = await open(yaml);
    const follower = await open();
    await ask(follower, 'report', spent(2));
    const before = await Promise.all(Array.from({ length: 10 }, () => ask(follower, 'authorize', costing(0.5))));
    expect(granted(before)).toBe(10);
    // Under way while the lead dies.
    const during = Array.from({ length: 20 }, () => ask(follower, 'authorize', costing(0.5)));
    await lead.kill();
    const all = [...before, ...(await Promise.all(during))];
    expect(granted(all)).toBe(16);
    const after = await ask(follower, 'authorize', costing(0.5));
    expect(after).toMatchObject({ decision: 'block', reasons: [{ used: 2, reserved: 8 }] });
    const settled = await ask(follower, 'report', spent(0.1, { reservation: all[0]?.reservation }));
    expect(settled.events[0]?.reservation).toBe('settled');
  });

  it('end an override before its time', async () => {
    const one = await open(yaml);
    const two = await open();
    await ask(one, 'report', spent(10));
    const { id } = await ask(one, 'override', { budget: 'daily_limit_usd', amount: 5, reason: 'release night' });
    expect((await ask(two, 'authorize', costing(0.1))).decision).not.toBe('block');
    expect((await ask(two, 'override', { end: id })).id).toBe(id);
    expect((await ask(one, 'authorize', costing(0.1))).decision).toBe('block');
    await one.until(({ overrides }) => overrides.length === 0);
    expect(await one.api('override', { end: id })).toMatchObject({ ok: false, error: { code: 'unknown_id' } });
    const { entries, intact } = await ask(one, 'audit');
    expect(intact).toBe(true);
    expect(entries.map(({ kind }) => kind)).toContain('override_ended');
  });

  it('are not told of news by a question: who asks when there is news would never stop', async () => {
    const window = await open(yaml);
    await ask(window, 'report', spent(1));
    const quiet = async (): Promise<number> => {
      for (let before = -1; before !== window.snapshots;) {
        before = window.snapshots;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      return window.snapshots;
    };
    const before = await quiet();
    await ask(window, 'audit');
    await ask(window, 'planStatus', { plan: 'release' });
    await ask(window, 'queue');
    expect(await quiet()).toBe(before);
    await ask(window, 'authorize', costing(0.1));
    await window.until(() => window.snapshots > before);
  });

  it('see one override, one alert, one exhaustion', async () => {
    const one = await open(yaml);
    const two = await open();
    await ask(one, 'report', spent(9.6));
    const { alerts } = await two.until((snapshot) => thresholds(snapshot.alerts).length > 0);
    expect(thresholds(alerts)).toEqual([expect.objectContaining({ level: 'critical', percent: 95, told: false })]);
    const id = thresholds(alerts)[0]?.id ?? '';
    const told = await Promise.all([
      ask(one, 'alert', { id, action: 'tell' }),
      ask(two, 'alert', { id, action: 'tell' }),
    ]);
    expect(told.map(({ done }) => done).sort()).toEqual([false, true]);
    await ask(two, 'report', spent(0.5));
    await two.until(() => two.budgetEvents.some(({ kind }) => kind === 'exhausted'));
    expect(one.budgetEvents).toEqual([expect.objectContaining({ kind: 'exhausted', used: 10.1, limit: 10 })]);
    expect((await ask(two, 'authorize', costing(0.1))).decision).toBe('block');
    const budget = (await ask(two, 'status')).budgets.find(({ period }) => period === 'day')?.id;
    await ask(two, 'override', { budget, amount: 5, reason: 'release night' });
    expect((await ask(one, 'authorize', costing(0.1))).decision).toBe('allow');
    const lifted = (await ask(one, 'status')).budgets.find(({ id: known }) => known === budget);
    expect(lifted).toMatchObject({ limit: 15, override: [{ amount: 5, reason: 'release night' }] });
    const { overrides } = await one.until((snapshot) => snapshot.overrides.length > 0);
    expect(overrides).toMatchObject([{ budget, amount: 5, measure: 'cost', reason: 'release night' }]);
    // Two thirds of 15: that all of it is used up is true no more, and no window may tell it.
    await one.until((snapshot) => thresholds(snapshot.alerts).length === 0);
    expect(thresholds((await ask(two, 'status')).alerts)).toEqual([]);
    const audit = await ask(one, 'audit');
    expect(audit.intact).toBe(true);
    expect(audit.entries.map(({ kind }) => kind)).toEqual(['budget_exhausted', 'request_refused', 'override_set']);
    // And all of it after a restart.
    await Promise.all([one.shutdown(), two.shutdown()]);
    windows = [];
    const later = await open();
    expect((await ask(later, 'authorize', costing(0.1))).decision).toBe('allow');
    expect(later.budgetEvents).toEqual([]);
    expect((await ask(later, 'audit')).entries).toHaveLength(3);
    // What was true no more is not told by the next lead either, not even before it has looked around.
    expect(thresholds((await ask(later, 'status')).alerts)).toEqual([]);
    expect(thresholds((await later.until(({ ledgerOpen }) => ledgerOpen)).alerts)).toEqual([]);
    const [override] = (await later.until((snapshot) => snapshot.overrides.length > 0)).overrides;
    await ask(later, 'override', { end: override?.id });
    // It is so again: nobody has shown it yet, and it is still the same.
    const again = await later.until((snapshot) => thresholds(snapshot.alerts).length === 1);
    expect(thresholds(again.alerts)).toEqual([
      expect.objectContaining({ percent: 100, level: 'exceeded', told: false }),
    ]);
  });
});

describe('runs', () => {
  const yaml = 'limits: { global: { max_concurrent_agents: 2 }, per_agent: { default: { max_cost_per_run: 1.00 } } }\n';

  it('queue in order, across windows, and are told when their turn comes', async () => {
    const one = await open(yaml);
    const two = await open();
    const start = (window: TestEngine, run: string, more: object = {}): Promise<Decision> =>
      ask(window, 'startRun', { run, agent: 'coder', ...more });
    expect((await start(one, 'r1')).decision).toBe('allow');
    expect((await start(two, 'r2')).decision).toBe('allow');
    const third = await start(one, 'r3');
    expect(third).toMatchObject({
      decision: 'queue',
      queue: { position: 1 },
      reasons: [{ measure: 'concurrent_agents', limit: 2, used: 2 }],
    });
    expect((await start(two, 'r4')).queue?.position).toBe(2);
    const waiting = start(one, 'r5', { waitMs: 20_000 });
    await expect
      .poll(async () => (await ask(one, 'queue')).waiting.map(({ ticket }) => ticket))
      .toEqual(['r3', 'r4', 'r5']);
    expect((await start(two, 'r1')).decision, 'a run at work').toBe('allow');
    await ask(two, 'endRun', { run: 'r2' });
    await two.until(() => two.budgetEvents.length === 1);
    expect(two.budgetEvents[0]).toEqual({ kind: 'turn', ticket: 'r3', run: 'r3', decision: 'allow' });
    expect((await start(one, 'r3')).decision).toBe('allow');
    expect(await ask(two, 'queue', { cancel: 'r4' })).toMatchObject({
      cancelled: true,
      waiting: [{ ticket: 'r5', position: 1 }],
    });
    await ask(one, 'endRun', { run: 'r1' });
    expect((await waiting).decision).toBe('allow');
    expect((await ask(one, 'queue')).waiting).toEqual([]);
  });

  it('that are taken out of the queue are told at once, or when they ask the next time', async () => {
    const one = await open(yaml);
    for (const run of ['r1', 'r2', 'r3']) await ask(one, 'startRun', { run, agent: 'coder' });
    const waiting = ask(one, 'startRun', { run: 'r4', agent: 'coder', waitMs: 60_000 });
    await expect.poll(async () => (await ask(one, 'queue')).waiting.length).toBe(2);
    for (const ticket of ['r3', 'r4']) expect((await ask(one, 'queue', { cancel: ticket })).cancelled).toBe(true);
    const refused = { decision: 'block', reasons: [{ kind: 'cancelled', effect: 'block', budget: null }] };
    expect(await waiting).toMatchObject(refused);
    expect(await ask(one, 'startRun', { run: 'r3', agent: 'coder' })).toMatchObject(refused);
    expect(one.budgetEvents.map((event) => 'decision' in event && event.decision)).toEqual(['block', 'block']);
    // Whoever asks anew waits anew.
    expect((await ask(one, 'startRun', { run: 'r3', agent: 'coder' })).queue?.position).toBe(1);
    expect((await ask(one, 'queue', { cancel: 'r9' })).cancelled).toBe(false);
  });

  it('keep their places when the lead dies', async () => {
    const lead = await open(yaml);
    const other = await open();
    for (const run of ['a', 'b', 'c', 'd']) await ask(other, 'startRun', { run, agent: 'coder' });
    await lead.kill();
    expect((await ask(other, 'queue')).waiting.map(({ ticket }) => ticket)).toEqual(['c', 'd']);
    await ask(other, 'endRun', { run: 'a' });
    expect((await ask(other, 'startRun', { run: 'd', agent: 'coder' })).queue?.position).toBe(1);
    expect((await ask(other, 'startRun', { run: 'c', agent: 'coder' })).decision).toBe('allow');
  });

  it('are terminated when they have used up what they may, and say what they came to', async () => {
    const window = await open(yaml);
    const run = { run: 'r', agent: 'coder' };
    await ask(window, 'startRun', run);
    expect((await ask(window, 'report', spent(0.4, run))).terminate).toEqual([]);
    expect((await ask(window, 'authorize', costing(0.7, run))).decision, 'too dear for the rest').toBe('block');
    const over = await ask(window, 'report', spent(0.7, { ...run, status: 'retry' }));
    expect(over.terminate).toEqual([expect.objectContaining({ run: 'r' })]);
    await window.until(() => window.budgetEvents.some(({ kind }) => kind === 'terminated'));
    expect(await ask(window, 'authorize', costing(0.01, run))).toMatchObject({ decision: 'block', terminate: true });
    expect(await ask(window, 'endRun', { run: 'r' })).toMatchObject({
      ended: 'terminated',
      costUsd: 1.1,
      tokens: { input: 20, output: 40, cacheRead: 0, cacheWrite: 0, total: 60 },
      events: 2,
      unpricedEvents: 0,
      retryRate: 0.5,
    });
    expect(await ask(window, 'endRun', { run: 'never begun' })).toMatchObject({
      ended: 'unknown',
      costUsd: 0,
      events: 0,
      durationMs: null,
    });
    expect(window.budgetEvents.filter(({ kind }) => kind === 'terminated')).toHaveLength(1);
  });
});

describe('a plan', () => {
  it('has what it cost, what is left, and what it used up', async () => {
    const window = await open('budget_per_plan: 2.00\n');
    await ask(window, 'report', [
      spent(0.5, { plan: 'p' }),
      spent(0.25, { plan: 'p', provider: 'other', agent: 'coder' }),
      spent(9),
    ]);
    expect(await ask(window, 'planStatus', { plan: 'p' })).toMatchObject({
      plan: 'p',
      totalTokens: 60,
      totalCostUsd: 0.75,
      requests: 2,
      costByProvider: { acme: 0.5, other: 0.25 },
      budgetRemainingUsd: 1.25,
      exhaustionEvents: [],
      display: { 'Total cost': '$0.75', 'Budget remaining': '$1.25', 'Cost by provider': 'acme $0.50, other $0.25' },
    });
    await ask(window, 'report', spent(1.5, { plan: 'p', agent: 'coder' }));
    const over = await ask(window, 'planStatus', { plan: 'p' });
    expect(over).toMatchObject({ budgetRemainingUsd: 0, exhaustionEvents: [{ used: 2.25, limit: 2, agent: 'coder' }] });
    expect((await ask(window, 'authorize', costing(0.1, { plan: 'p' }))).decision).toBe('block');
    expect((await ask(window, 'authorize', costing(0.1, { plan: 'q' }))).decision).toBe('allow');
  });
});

describe('a project that its workspace names', () => {
  it('is that of reports and requests that name none, and of what logs say of its folder', async () => {
    const work = path.join(folder, 'work', 'src');
    const file = path.join(folder, 'work', '.vscode', 'agent-meter.yaml');
    const logs = path.join(environment['HOME'] ?? '', '.claude', 'projects', '-work-src');
    for (const made of [work, path.dirname(file), logs]) await fs.mkdir(made, { recursive: true });
    const text = 'project: Named\n';
    await fs.writeFile(file, text);
    const usage = { input_tokens: 10, output_tokens: 20 };
    const line = {
      type: 'assistant',
      timestamp: '2026-11-20T10:00:00Z',
      requestId: 'req_1',
      sessionId: 's',
      cwd: work,
      message: { id: 'msg_1', model: 'claude-sonnet-4-5', usage },
    };
    await fs.writeFile(path.join(logs, 's.jsonl'), `${JSON.stringify(line)}\n`);
    const workspaces = [{ id: 'file:///work', name: 'work', text, trusted: false }];
    const window = await open('budgets: { rules: [{ scope: project, period: day, limit: 1 }] }\n', {
      workspaces,
      claudeCode: true,
    });
    await window.refresh();
    await ask(window, 'report', [spent(0.5), spent(0.75, { project: 'Said' })]);
    const { rows } = await ask(window, 'usage', {
      from: '2020-01-01',
      to: '2100-01-01',
      groupBy: ['project', 'source'],
    });
    const groups = rows.map(({ project, source, events }) => [project, source, events].join(' '));
    expect(groups.toSorted()).toEqual(['Named api 1', 'Named claude-code 1', 'Said api 1']);
    expect((await ask(window, 'authorize', costing(0.6))).decision).toBe('block');
    expect((await ask(window, 'authorize', costing(0.6, { project: 'Other' }))).decision).not.toBe('block');
  });
});
