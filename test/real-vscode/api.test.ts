/** The command API as another extension calls it, from its own place in the same extension host. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiCommandIds } from '../../src/contributions';
import type { ApiResult, Report, ReportValue } from '../../src/protocol/api/api';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import * as workbench from '../support/workbench.ts';
import { api, bothAgents, dollars, ourErrors, startMetered, tooltip, untilMeter, value } from './meter.ts';

const hourMs = 3_600_000;
const model = 'claude-haiku-4-5-20251001';
const prompt = 'please-keep-this-to-yourself';

let code: RealVsCode;
let page: Page;
let reporter: Reporter;

beforeAll(async () => {
  ({ code } = await startMetered({ extensions: bothAgents, write: (logs) => logs.append({ model, output: 1000 }) }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
});

afterAll(async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
});

function aReport(id: string, more: Partial<Report> = {}): Report {
  return { id, provider: 'mock', model: 'mock-1', tokens: { input: 1000, output: 500 }, ...more };
}

test('a call at start-up, before the extension is ready, waits and is answered', async () => {
  const early = (await reporter.command('carelessAgent.early')) as { result: ApiResult<ReportValue>; tookMs: number };
  expect(early.result).toMatchObject({ ok: true, value: { accepted: 1, duplicates: 0 } });
  expect(early.tookMs).toBeLessThan(10_000);
  const { total } = await value(reporter, 'usage', { period: 'today', filter: { task: 'early' } });
  expect(total).toMatchObject({ events: 1, costUsd: 0.25 });
});

test('only functions are exported, and they answer as the commands do', async () => {
  const names = [...Object.keys(apiCommandIds), 'onDidReachTurn', 'onDidTerminateRun', 'onDidExhaustBudget'];
  expect(await reporter.exported()).toEqual({ v1: Object.fromEntries(names.map((name) => [name, 'function'])) });
  const report = aReport('exported', { costUsd: 0.125 });
  expect(await reporter.export('v1.report', report)).toEqual({
    ok: true,
    value: {
      accepted: 1,
      duplicates: 0,
      events: [expect.objectContaining({ id: 'exported', costUsd: 0.125, pricing: 'reported' })],
      budgets: expect.arrayContaining([expect.objectContaining({ id: 'global.month.cost', hard: false })]) as unknown,
      terminate: [],
    },
  });
  expect(await reporter.export('v1.report', report)).toMatchObject({ ok: true, value: { accepted: 0, duplicates: 1 } });
  const request = { period: 'today', groupBy: ['model'] };
  expect(await reporter.export('v1.usage', request)).toEqual(await api(reporter, 'usage', request));
});

describe('report', () => {
  test('takes one and answers its cost', async () => {
    const answer = await value(reporter, 'report', aReport('single'));
    // The test provider costs a dollar a million of input and two of output.
    const event = { id: 'single', costUsd: 0.002, pricing: 'rated', tier: expect.anything() as unknown };
    expect(answer).toMatchObject({ accepted: 1, duplicates: 0, events: [event] });
  });

  test('takes a list, all or none', async () => {
    const list = [aReport('list-1', { task: 'list' }), aReport('list-2', { task: 'list' })];
    const refused = await api(reporter, 'report', [...list, { ...aReport('list-3'), model: '' }]);
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_request', issues: [{ path: '[2].model' }] } });
    const none = await value(reporter, 'usage', { period: 'today', filter: { task: 'list' } });
    expect(none.total.events).toBe(0);
    const answer = await value(reporter, 'report', list);
    expect(answer).toMatchObject({ accepted: 2, duplicates: 0, events: [{ id: 'list-1' }, { id: 'list-2' }] });
  });

  test('counts an id once, alone, in a list, and of many at once', async () => {
    const report = aReport('again', { task: 'again' });
    expect(await value(reporter, 'report', report)).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(await value(reporter, 'report', report)).toMatchObject({ accepted: 0, duplicates: 1 });
    const twice = [aReport('twice', { task: 'again' }), aReport('twice', { task: 'again' }), report];
    expect(await value(reporter, 'report', twice)).toMatchObject({ accepted: 1, duplicates: 2 });
    const storm = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        value(reporter, 'report', aReport(`s-${index % 10}`, { task: 'again' })),
      ),
    );
    expect(storm.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(10);
    const { total } = await value(reporter, 'usage', { period: 'today', filter: { task: 'again' } });
    expect(total.events).toBe(12);
  });

  test('says what has no price, and the tooltip does', async () => {
    const unpriced = aReport('unpriced', { provider: 'acme', model: 'quokka $(bug) [x](command:y)', task: 'free' });
    const answer = await value(reporter, 'report', unpriced);
    expect(answer.events).toEqual([{ id: 'unpriced', costUsd: null, pricing: 'unpriced', tier: null }]);
    await untilMeter(page, dollars((await value(reporter, 'status')).today.costUsd));
    expect(await tooltip(page)).toContain('quokka $(bug) [x](command:y) (1 call)');
    await workbench.dismissHover(page);
  });

  const good = aReport('bad');
  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['id', 'provider', 'model', 'tokens']],
    ['null', null, ['id', 'provider', 'model', 'tokens']],
    ['a text', 'report', ['']],
    ['a number', 7, ['']],
    ['an empty list', [], ['']],
    ['a list of lists', [[good]], ['[0]']],
    ['an empty id', { ...good, id: '' }, ['id']],
    ['an id that is too long', { ...good, id: 'x'.repeat(513) }, ['id']],
    ['no model', { ...good, model: undefined }, ['model']],
    ['a blank provider', { ...good, provider: '  ' }, ['provider']],
    ['negative tokens', { ...good, tokens: { input: -1, output: 0 } }, ['tokens.input']],
    ['half a token', { ...good, tokens: { input: 1, output: 0.5 } }, ['tokens.output']],
    ['tokens in words', { ...good, tokens: { input: '1', output: 1 } }, ['tokens.input']],
    ['too many tokens', { ...good, tokens: { input: 1e15, output: 1 } }, ['tokens.input']],
    ['more reasoning than output', { ...good, tokens: { input: 1, output: 1, reasoning: 2 } }, ['tokens.reasoning']],
    ['unknown tokens', { ...good, tokens: { input: 1, output: 1, thinking: 2 } }, ['tokens.thinking']],
    ['an unknown property', { ...good, prompt }, ['prompt']],
    ['a time without a zone', { ...good, time: '2026-01-01T10:00:00' }, ['time']],
    ['a time that is none', { ...good, time: 'yesterday' }, ['time']],
    ['a time far ahead', { ...good, time: new Date(Date.now() + 48 * hourMs).toISOString() }, ['time']],
    ['a negative cost', { ...good, costUsd: -1 }, ['costUsd']],
    ['a status of its own', { ...good, status: 'fine' }, ['status']],
    ['tags of numbers', { ...good, tags: { a: 1 } }, ['tags.a']],
    ['a wrong second of a list', [aReport('bad-1'), { ...good, costUsd: '1' }], ['[1].costUsd']],
  ])('refuses %s, and says where', async (_, argument, paths) => {
    const result = await api(reporter, 'report', argument);
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.error.code).toBe('invalid_request');
    expect(result.error.issues?.map(({ path }) => path)).toEqual(paths);
    expect(result.error.message).not.toBe('');
    expect(JSON.stringify(result)).not.toContain(prompt);
  });

  test.each<[string, string]>([
    ['circular', 'tags.self'],
    ['bigint', 'tokens.input'],
    ['function', 'id'],
    ['symbol', '[1].model'],
    ['notANumber', 'costUsd'],
    ['getter', ''],
  ])('refuses what is no JSON: %s', async (kind, path) => {
    for (const way of ['carelessAgent.call', 'carelessAgent.export']) {
      const result = (await reporter.command(way, kind)) as ApiResult<ReportValue>;
      expect(result).toMatchObject({ ok: false, error: { code: 'invalid_request', issues: [{ path }] } });
    }
  });

  test('refuses what is too deep, and takes a Date as JSON does', async () => {
    expect(await reporter.command('carelessAgent.call', 'deep')).toMatchObject({ ok: false });
    expect(await reporter.command('carelessAgent.call', 'date')).toMatchObject({ ok: true, value: { accepted: 1 } });
  });
});

describe('status', () => {
  test('tells today, this month and this session', async () => {
    const { asOf, today, month, session, ...rest } = await value(reporter, 'status');
    expect(Math.abs(Date.parse(asOf) - Date.now())).toBeLessThan(10_000);
    expect(today.events).toBe(month.events);
    // All but the one call of the transcript, which came before the window or just after it.
    expect(today.events - session.events).toBeLessThanOrEqual(1);
    expect(rest).toMatchObject({ quotas: [] });
    // Of the budgets that ship with us.
    expect(rest.budgets.find(({ id }) => id === 'global.month.cost')).toMatchObject({
      limit: 500,
      used: month.costUsd,
    });
    await untilMeter(page, dollars(today.costUsd));
  });

  test('takes a filter and nothing else', async () => {
    const filtered = await value(reporter, 'status', { filter: { task: 'list' } });
    expect(filtered.today).toMatchObject({ events: 2, costUsd: 0.004 });
    const wrong = await api(reporter, 'status', { filter: { colour: 'red' }, since: 1 });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    if (!wrong.ok) expect(wrong.error.issues?.map(({ path }) => path).toSorted()).toEqual(['filter.colour', 'since']);
  });
});

describe('usage', () => {
  const day = (agoDays: number): string => new Date(Date.now() - agoDays * 24 * hourMs).toISOString();

  beforeAll(async () => {
    const reports = [
      aReport('u-1', { project: 'shop', agent: 'builder', costUsd: 1, task: 'u' }),
      aReport('u-2', { project: 'blog', agent: 'builder', costUsd: 2, task: 'u', status: 'error' }),
      aReport('u-3', { project: 'blog', agent: 'tester', costUsd: 4, task: 'u', time: day(1) }),
      aReport('u-4', { provider: 'claude', model, costUsd: 8, task: 'u', time: day(40) }),
    ];
    await value(reporter, 'report', reports);
  });

  const ofTask = { task: 'u' };

  test('groups by one thing or several, and the groups sum up to the total', async () => {
    const from = day(60);
    const byProject = await value(reporter, 'usage', { from, groupBy: 'project', filter: ofTask });
    expect(byProject.total).toMatchObject({ costUsd: 15, events: 4 });
    expect(byProject.rows.map(({ project, costUsd }) => [project, costUsd])).toEqual([
      [null, 8],
      ['blog', 6],
      ['shop', 1],
    ]);
    const byBoth = await value(reporter, 'usage', { from, groupBy: ['project', 'agent', 'status'], filter: ofTask });
    expect(byBoth.rows).toHaveLength(4);
    expect(byBoth.rows.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBe(15);
    const byDay = await value(reporter, 'usage', { from, groupBy: ['day'], filter: ofTask });
    expect(byDay.rows.filter(({ events }) => events > 0).map(({ costUsd }) => costUsd)).toEqual([8, 4, 3]);
    // An axis of time has no gaps.
    expect(byDay.rows).toHaveLength(61);
    expect(byDay.rows.every((row) => /^\d{4}-\d\d-\d\d$/.test(String(row['day'])))).toBe(true);
  });

  test('takes aliases of providers and lists in a filter', async () => {
    const filter = { task: 'u', provider: ['claude', 'nobody'] };
    expect((await value(reporter, 'usage', { from: day(60), filter })).total).toMatchObject({ costUsd: 8, events: 1 });
    const none = await value(reporter, 'usage', { from: day(60), filter: { ...filter, project: 'shop' } });
    expect(none.total).toMatchObject({ costUsd: 0, events: 0 });
  });

  test.each(['today', 'yesterday', 'week', 'last_week', 'month', 'last_month', 'session'])(
    'knows the period %s',
    async (period) => {
      const usage = await value(reporter, 'usage', { period, filter: ofTask });
      expect(Date.parse(usage.to)).toBeGreaterThan(Date.parse(usage.from));
      expect(usage.timezone).toMatch(/^Etc\/GMT/);
      expect(usage.rows).toEqual([]);
      if (period === 'today' || period === 'session') expect(usage.total.costUsd).toBe(3);
      if (period === 'yesterday') expect(usage.total.costUsd).toBe(4);
    },
  );

  test('takes a limit', async () => {
    const usage = await value(reporter, 'usage', { from: day(60), groupBy: 'day', filter: ofTask, limit: 1 });
    expect(usage.rows).toHaveLength(1);
    expect(usage.total.events).toBe(4);
  });

  test.each<[string, unknown, string[]]>([
    ['no period', {}, ['from']],
    ['an unknown period', { period: 'decade' }, ['period']],
    ['both', { period: 'today', from: '2026-01-01' }, ['period']],
    ['a reversed range', { from: '2026-02-01', to: '2026-01-01' }, ['to']],
    ['a date that is none', { from: '2026-02-30' }, ['from']],
    ['an unknown grouping', { period: 'today', groupBy: ['mood'] }, ['groupBy[0]']],
    ['an unknown filter', { period: 'today', filter: { mood: 'good' } }, ['filter.mood']],
    ['no limit at all', { period: 'today', limit: 0 }, ['limit']],
  ])('refuses %s, and says where', async (_, argument, paths) => {
    const result = await api(reporter, 'usage', argument);
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    if (!result.ok) expect(result.error.issues?.map(({ path }) => path)).toEqual(paths);
  });
});
