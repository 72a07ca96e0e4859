/** The configuration as a running engine obeys it: prices, tiers, quotas and what is billed. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MeterSnapshot } from '../../../src/protocol/snapshot';
import { TestEngine } from '../../support/engine';
import { inRepository } from '../../support/paths.mjs';
import { until } from '../../support/until';

let data: string;
let config: string;
const engines: TestEngine[] = [];

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'agent-meter-configured-'));
  config = path.join(data, 'config.yaml');
});

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.kill();
  rmSync(data, { recursive: true, force: true });
});

function start(environment: Record<string, string> = {}): TestEngine {
  const engine = new TestEngine({
    dataDirectory: data,
    distDirectory: inRepository('dist'),
    environment,
    claudeCode: false,
    configFile: config,
  });
  engines.push(engine);
  return engine;
}

const million = 1_000_000;
/** The default budgets are limits too. */
const quotas = ({ limits }: MeterSnapshot): MeterSnapshot['limits'] => limits.filter(({ kind }) => kind === 'quota');
const call = (id: string, model: string, provider = 'acme') => ({
  id,
  provider,
  model,
  tokens: { input: million, output: 0 },
});

describe('A2 a price that the user writes', () => {
  it('prices at once what had none, changes nothing else, and Reprice shows the rest first', async () => {
    writeFileSync(config, 'pricing: { models: { gpt-5: { input_per_million: 1, output_per_million: 1 } } }\n');
    const engine = start();
    const reported = await engine.api('report', [
      call('a', 'wombat-9'),
      call('b', 'gpt-5', 'openai'),
      call('c', 'gpt-5-mini', 'openai'),
    ]);
    expect(reported).toMatchObject({
      ok: true,
      value: {
        events: [
          { pricing: 'unpriced', tier: null },
          { costUsd: 1, tier: 'medium' },
          { costUsd: 0.25, tier: 'low' },
        ],
      },
    });
    writeFileSync(
      config,
      'pricing: { models: { gpt-5: { input_per_million: 3, output_per_million: 3 }, wombat-9: { input_per_million: 7, output_per_million: 7, tier: high } } }\n',
    );
    const priced = await engine.until(({ today: { total } }) => total.events === 3 && total.unpricedEvents === 0);
    expect(priced.today.total.costUsd).toBe(8.25);
    const preview = await engine.reprice(false);
    expect(preview.models).toEqual([{ provider: 'openai', model: 'gpt-5', events: 1, oldNanos: 1e9, newNanos: 3e9 }]);
    expect((await engine.api('status')).ok).toBe(true);
    expect((await engine.until(() => true)).today.total.costUsd).toBe(8.25);
    await engine.reprice(true);
    await engine.until(({ today }) => today.total.costUsd === 10.25);
    const usage = await engine.api('usage', { period: 'today', groupBy: 'tier' });
    expect(usage.ok && usage.value.rows.map(({ tier, costUsd }) => [tier, costUsd])).toEqual([
      ['high', 7],
      ['medium', 3],
      ['low', 0.25],
    ]);
  });
});

describe('B4 groups of what own prices rate', () => {
  it('come to the total, by each grouping and by two, before and after Reprice', async () => {
    const prices = (factor: number): string => `tiers: [{ id: lab, price_range_min: 1000 }]
pricing:
  models:
    wombat: { input_per_million: ${0.123457 * factor}, output_per_million: 9.87, tier: lab }
    opus: { input_per_million: ${3.3 * factor}, output_per_million: 12.000001 }
providers: { acme: { models: { opus-x: { input_per_million: 0.000001, output_per_million: 77 } } } }
`;
    writeFileSync(config, prices(1));
    const engine = start();
    const models = ['wombat-2', 'claude-opus-4-6', 'opus-x', 'gpt-5', 'nobody-knows-1'];
    const reports = Array.from({ length: 60 }, (_, at) => ({
      id: `call ${at}`,
      provider: at % 3 === 0 ? 'acme' : 'openai',
      model: models[at % models.length] ?? '',
      project: `p${at % 4}`,
      tokens: { input: 1 + at * 7919, output: 3 + at * 104_729 },
    }));
    const sums = async (): Promise<number> => {
      const grouped = ['tier', 'model', 'provider', 'project', 'day', ['tier', 'project'], ['tier', 'day', 'model']];
      const totals = new Set<number>();
      for (const groupBy of grouped) {
        const usage = await engine.api('usage', { period: 'month', groupBy });
        if (!usage.ok) throw new Error(usage.error.message);
        const nanos = usage.value.rows.reduce((sum, { costUsd }) => sum + Math.round(costUsd * 1e9), 0);
        expect(nanos).toBe(Math.round(usage.value.total.costUsd * 1e9));
        expect(usage.value.rows.reduce((sum, { events }) => sum + events, 0)).toBe(60);
        totals.add(nanos);
      }
      expect(totals.size).toBe(1);
      return [...totals][0] ?? 0;
    };
    expect((await engine.api('report', reports)).ok).toBe(true);
    const before = await sums();
    writeFileSync(config, prices(2));
    const preview = await until('the new prices', async () => {
      const compared = await engine.reprice(false);
      return compared.models.length > 0 && compared;
    });
    const difference = preview.models.reduce((sum, { oldNanos, newNanos }) => sum + newNanos - oldNanos, 0);
    expect(new Set(preview.models.map(({ model }) => model))).toEqual(
      new Set(['wombat-2', 'claude-opus-4-6', 'opus-x']),
    );
    expect(await sums()).toBe(before);
    await engine.reprice(true);
    expect(await sums()).toBe(before + difference);
  });
});

describe('D3 every form together, and the environment over it', () => {
  it('is obeyed by a running engine without a word against it', async () => {
    copyFileSync(inRepository('test', 'unit', 'config', 'everyForm.yaml'), config);
    const engine = start({ AGENT_METER_BUDGET_PER_DAY: '4.50', AGENT_METER_FALLBACK_PROVIDERS: 'gpt, ollama' });
    const first = await engine.until(({ ledgerOpen }) => ledgerOpen);
    expect(first).toMatchObject({ problems: [], timezone: 'Europe/Berlin', currency: { code: 'EUR', perUsd: 0.92 } });
    // By the aliases and the short names of the file: 3.00 × 1M of a sonnet, from Moonshot's budget a dollar.
    const reported = await engine.api('report', [
      { ...call('a', 'claude-sonnet-4-6', 'claude'), plan: 'p1' },
      { ...call('b', 'kimi-k2', 'kimi'), costUsd: 1 },
    ]);
    expect(reported).toMatchObject({ ok: true, value: { events: [{ costUsd: 3 }, { costUsd: 1 }] } });
    const status = await engine.api('status');
    const budgets = status.ok ? status.value.budgets : [];
    const standing = (id: string): unknown => {
      const { limit, used, hard, action } = budgets.find((budget) => budget.id === id) ?? {};
      return [limit, used, hard, action];
    };
    expect(standing('budget_per_day')).toEqual([4.5, 4, true, 'fallback']);
    expect(standing('daily_limit_usd')).toEqual([5, 4, true, 'block']);
    expect(standing('provider:anthropic.month.cost')).toEqual([20, 3, true, 'fallback']);
    expect(standing('provider:moonshotai.month.cost')).toEqual([15, 1, true, 'fallback']);
    expect(standing('budget_per_plan')).toEqual([2, 3, true, 'fallback']);
    expect(status.ok && status.value.quotas.map(({ id, used }) => [id, used])).toEqual(
      expect.arrayContaining([
        ['anthropic.tokens.day', million],
        ['claude-pro.tokens.day', million],
        ['google.free.requests.hour', 0],
      ]),
    );
  });

  it('says which variable is wrong, and goes on without it', async () => {
    writeFileSync(config, 'budget_per_day: 7\n');
    const engine = start({ AGENT_METER_BUDGET_PER_DAY: 'ten' });
    const { problems } = await engine.until((now) => now.ledgerOpen && now.problems.length > 0);
    expect(problems.map(({ message }) => message)).toEqual([
      'AGENT_METER_BUDGET_PER_DAY must be an amount of USD, as 2.00.',
    ]);
    const status = await engine.api('status');
    expect(status.ok && status.value.budgets.find(({ id }) => id === 'budget_per_day')?.limit).toBe(7);
  });
});

describe('the zone and the currency of the configuration', () => {
  it('are in every picture, and follow the file', async () => {
    writeFileSync(config, 'timezone: Asia/Kolkata\ncurrency: { display: EUR, per_usd: 0.92 }\n');
    const engine = start();
    const first = await engine.until(({ ledgerOpen }) => ledgerOpen);
    expect(first).toMatchObject({ timezone: 'Asia/Kolkata', currency: { code: 'EUR', perUsd: 0.92 } });
    // A day there begins at half past six in the evening, UTC.
    expect(new Date(first.day.startMs).toISOString()).toMatch(/T18:30:00\.000Z$/);
    writeFileSync(config, 'timezone: UTC\n');
    const second = await engine.until(({ timezone }) => timezone === 'UTC');
    expect(second.currency).toEqual({ code: 'USD', perUsd: 1 });
    expect(new Date(second.day.startMs).toISOString()).toMatch(/T00:00:00\.000Z$/);
  });
});

describe('B3 a tier that there is not', () => {
  it('is an error that names those there are', async () => {
    writeFileSync(config, '');
    const engine = start();
    await engine.until(({ ledgerOpen }) => ledgerOpen);
    expect(await engine.api('usage', { period: 'today', filter: { tier: 'lavish' } })).toMatchObject({
      ok: false,
      error: {
        code: 'unknown_id',
        issues: [{ path: 'filter.tier', message: expect.stringContaining('premium') as string }],
      },
    });
  });
});

describe('A4 and C2 what is paid and what is left', () => {
  it('are told apart from list prices, follow the file, and outlive the engine', async () => {
    writeFileSync(
      config,
      `subscriptions:
  - { id: pro, display_name: Claude Pro, provider: anthropic, monthly_fee: 30, cycle_day: 1, quotas: [ { meter: tokens, period: day, limit: 4000000 } ] }
`,
    );
    let engine = start();
    await engine.api('report', [call('a', 'claude-opus-4-6', 'anthropic'), call('b', 'gpt-5', 'openai')]);
    const first = await engine.until((now) => quotas(now)[0]?.percent === 25);
    expect(quotas(first)).toMatchObject([{ id: 'pro.tokens.day', label: 'Claude Pro', used: million, level: 'ok' }]);
    expect(first.billed.modes).toContainEqual({ provider: 'anthropic', mode: 'subscription' });
    const status = await engine.api('status');
    const today = status.ok ? status.value.billed.today : null;
    const fee = today?.charges[0]?.costUsd ?? 0;
    expect(today).toMatchObject({ usageUsd: 1.25, charges: [{ kind: 'subscription', id: 'pro' }] });
    expect(fee).toBeGreaterThan(0.96);
    expect(fee).toBeLessThan(1.08);
    expect(first.today.total.costUsd).toBe(6.25);

    const observed = { provider: 'claude', subscription: 'pro', window: 'day', usedPercent: 90, source: 'test' };
    expect(await engine.api('reportQuota', observed)).toEqual({ ok: true, value: { accepted: true } });
    await engine.until((now) => quotas(now).some(({ percent, level }) => percent === 90 && level === 'warning'));
    expect(await engine.api('reportQuota', { ...observed, window: 'fortnight' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_request', issues: [{ path: 'window' }] },
    });
    await engine.kill();
    engines.length = 0;

    // While nobody ran, the file broke: its limits hold, and what was observed is known.
    writeFileSync(config, 'subscriptions: [');
    engine = start();
    const again = await engine.until(({ ledgerOpen, problems }) => ledgerOpen && problems.length > 0);
    expect(quotas(again)).toMatchObject([{ id: 'pro.tokens.day', percent: 90, source: 'test' }]);
    expect(again.problems[0]?.message).toContain(`${config}:1:`);
    writeFileSync(config, '{}\n');
    const none = await engine.until(({ problems }) => problems.length === 0);
    expect(quotas(none)).toMatchObject([{ id: 'pro.day', source: 'test' }]);
  });
});
