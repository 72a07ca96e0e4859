/** What tiers, prices, providers, quotas, alerts and retention come to. */
import { describe, expect, it } from 'vitest';
import { defaultTiers } from '../../../src/domain/prices/tier';
import { issuesOf, resolveUser, shown } from './support';

describe('tiers', () => {
  it('change what they say, come first when they are new, and can be taken away', () => {
    const { tiers } = resolveUser(
      'tiers: [{ id: low, color: charts.yellow }, { id: frontier, price_range_min: 40 }, { id: medium, remove: true }, { id: mine }]',
    );
    const [low, , high, premium] = defaultTiers;
    expect(tiers).toEqual([
      {
        id: 'frontier',
        display_name: 'Frontier',
        description: '',
        price_range_min: 40,
        price_range_max: null,
        color: 'charts.foreground',
        icon: 'tag',
      },
      {
        id: 'mine',
        display_name: 'Mine',
        description: '',
        price_range_min: 0,
        price_range_max: 0,
        color: 'charts.foreground',
        icon: 'tag',
      },
      { ...low, color: 'charts.yellow' },
      high,
      premium,
    ]);
  });

  it.each([
    ['tiers: [{ id: a, price_range_min: 3, price_range_max: 2 }]', ['error empty_range 2']],
    ['tiers: [{ id: premium, price_range_max: 40 }, { id: top, price_range_min: 40 }]', []],
    ['tiers: [{ id: a, price_range_min: 20, price_range_max: 30 }]', ['warning overlapping_tiers 30']],
    [
      'tiers: [{ id: premium, remove: true }, { id: a, price_range_min: 20, price_range_max: 30 }, { id: b, price_range_min: 29 }]',
      ['warning overlapping_tiers 29'],
    ],
    ['tiers: [{ id: nothing, remove: true }]', ['warning out_of_place nothing']],
    ['tiers: [{ id: a, color: "#12345" }]', ['error wrong_value "#12345"']],
    ['tiers: [{ id: a, icon: Rocket! }]', ['error wrong_value Rocket!']],
    ['budgets: { rules: [{ scope: tier, scope_id: lwo, period: day, limit: 1 }] }', ['error unknown_tier lwo']],
  ])('%s', (text, issues) => {
    expect(shown(text)).toEqual(issues);
  });
});

describe('a key that nobody knows', () => {
  it.each([
    // An amount with a comma, which YAML takes for an amount and a key.
    ['limits: { global: { max_cost_per_week: 1,000 } }', ['error unknown_key 000']],
    ['limts:', ['error unknown_key limts']],
    ['limits:\n  globl:\n    # max_cost_per_day: 5\n', ['error unknown_key globl']],
    ['limits:\n  global:\n  per_project:\n    mine:\n', []],
  ])('is told also where nothing is behind it: %s', (text, issues) => {
    expect(shown(text)).toEqual(issues);
  });
});

describe('the currency', () => {
  it.each([
    ['currency: { display: EUR, per_usd: 0.92 }', []],
    ['currency: { display: USD, per_usd: 1 }', []],
    ['currency: { display: EUR }', ['error missing_key currency']],
    ['currency: { per_usd: 0.92 }', ['error wrong_value 0.92']],
    ['currency: { display: USD, per_usd: 2 }', ['error wrong_value 2']],
  ])('has a rate, and a dollar has none: %s', (text, issues) => {
    expect(shown(text)).toEqual(issues);
  });
});

describe('prices', () => {
  it('are dated, and know caches, long prompts, service tiers and fees', () => {
    const { prices, models } = resolveUser(`pricing:
  models:
    sonnet:
      - { input_per_million: 3, output_per_million: 15, cache_read_per_million: 0.3, cache_write_per_million: 3.75, cache_write_1h_per_million: 6 }
      - { from: 2026-02-01, input_per_million: 2, output_per_million: 10, long_context: [{ above_tokens: 200000, input_per_million: 4 }], multipliers: { batch: 0.5 } }
    judge: { per_request: 0.0123, web_searches_per_thousand: 10, tier: low }
    opus: { tier: premium, capabilities: [vision] }
providers: { claude: { models: { haiku: { input_per_million: 1, output_per_million: 5, reasoning_per_million: 6 } } } }
`);
    expect(prices.map((price) => ({ ...price, origin: undefined }))).toEqual([
      {
        provider: null,
        model: 'sonnet',
        fromMs: null,
        input: 3,
        output: 15,
        cacheRead: 0.3,
        cacheWrite5m: 3.75,
        cacheWrite1h: 6,
      },
      {
        provider: null,
        model: 'sonnet',
        fromMs: Date.UTC(2026, 1, 1),
        input: 2,
        output: 10,
        longContext: [{ aboveTokens: 200_000, input: 4 }],
        multipliers: { batch: 0.5 },
      },
      {
        provider: null,
        model: 'judge',
        fromMs: null,
        input: 0,
        output: 0,
        requestsPerThousand: 12.3,
        webSearchesPerThousand: 10,
        tier: 'low',
      },
      { provider: 'anthropic', model: 'haiku', fromMs: null, input: 1, output: 5, reasoning: 6 },
    ]);
    expect(models).toMatchObject([{ provider: null, model: 'opus', tier: 'premium', capabilities: ['vision'] }]);
  });

  it.each([
    ['pricing: { models: { a: { input_per_million: 3 } } }', ['error missing_key a']],
    ['pricing: { models: { a: { input_per_million: 3, output_per_million: -1 } } }', ['error wrong_value -1']],
    ['pricing: { models: { a: [{ tier: low }, { tier: high }] } }', ['error duplicate_id { tier: high }']],
    ['pricing: { models: { a: { from: 2026-13-01, tier: low } } }', ['error unknown_date 2026-13-01']],
    [
      'pricing: { models: { a: { per_request: 8000000, input_per_million: 0.1234567, output_per_million: 1 } } }',
      ['error wrong_value { per_request: 8000000, input_per_million: 0.1234567, output_per_million: 1 }'],
    ],
  ])('%s', (text, issues) => {
    expect(shown(text)).toEqual(issues);
  });
});

describe('quotas', () => {
  it('count over calendars, windows and cycles, or are levels', () => {
    const { quotas } = resolveUser(`subscriptions:
  - id: pro
    provider: claude
    quotas:
      - { meter: tokens, window: 5h, limit: 10 }
      - { meter: cost, period: cycle, limit: 2.5 }
free_tiers: [{ provider: google, quotas: [{ meter: projects, period: month, limit: 3 }, { meter: storage, limit: 1.5 GB }, { meter: storage, limit: 7 }] }]
providers: { openai: { tokens_per_minute: 9, requests_per_week: null, quotas: [{ meter: requests, window: 2w, limit: 4 }] }, ollama: { resource_limits: { max_vram_gb: 24, max_tokens_per_second: 50 } } }
`);
    expect(
      quotas.map(({ id, provider, window, windowName, limit }) => [id, provider, window, windowName, limit]),
    ).toEqual([
      ['openai.tokens.minute', 'openai', { kind: 'calendar', unit: 'minute' }, 'minute', 9],
      ['openai.requests.2w', 'openai', { kind: 'rolling', lengthMs: 1_209_600_000 }, '2w', 4],
      ['ollama.vram_gb', 'ollama', { kind: 'gauge' }, 'gauge', 24],
      ['ollama.tokens_per_second', 'ollama', { kind: 'gauge' }, 'gauge', 50],
      ['pro.tokens.5h', 'anthropic', { kind: 'rolling', lengthMs: 18_000_000 }, '5h', 10],
      ['pro.cost.cycle', 'anthropic', { kind: 'cycle' }, 'cycle', 2.5e9],
      ['google.free.projects.month', 'google', { kind: 'calendar', unit: 'month' }, 'month', 3],
      ['google.free.storage', 'google', { kind: 'gauge' }, 'gauge', 1.5e9],
      ['google.free.storage~2', 'google', { kind: 'gauge' }, 'gauge', 7],
    ]);
  });

  it.each([
    ['{ meter: tokens, limit: 5 }', ['error missing_key { meter: tokens, limit: 5 }']],
    ['{ meter: tokens, limit: 5, period: day, window: 5h }', ['error wrong_value 5h']],
    ['{ meter: tokens, limit: 5 GB, period: day }', ['error wrong_value 5 GB']],
    ['{ meter: tokens, limit: 5, window: 5y }', ['error wrong_value 5y']],
    ['{ meter: cost, limit: 9999999, period: day }', ['error wrong_value 9999999']],
  ])('%s', (quota, issues) => {
    expect(shown(`free_tiers: [{ provider: google, quotas: [${quota}] }]`)).toEqual(issues);
  });
});

describe('billing', () => {
  it('is what the file says, or what it is paid by', () => {
    const { providers } =
      resolveUser(`providers: { anthropic: { billing: metered }, lm-studio: { fixed_monthly_cost: 12.5 }, groq: {} }
subscriptions: [{ id: a, provider: claude }, { id: b, provider: gpt }]
free_tiers: [{ provider: gemini }, { provider: openai }]
`);
    expect(
      Object.entries(providers)
        .map(([id, { billing }]) => `${id} ${billing}`)
        .toSorted(),
    ).toEqual(['anthropic metered', 'google free_tier', 'groq metered', 'lmstudio local', 'openai subscription']);
    expect(providers['lmstudio']).toMatchObject({ fixedMonthlyNanos: 12.5e9, electricity: null, capabilities: null });
  });
});

describe('the rest', () => {
  it('takes the place of defaults, value by value', () => {
    const { alerts, retention, currency, strategy, whenQuotaExhausted } = resolveUser(`alerts:
  thresholds: [{ percent: 70, level: warning }]
  notifications: [{ type: in_app, enabled: false }, { type: email, recipients: [a@example.com] }]
  anomaly: { percent: 300 }
usage: { retention: { detailed: forever }, aggregation: { schedule: "30 3 * * mon-fri" } }
currency: { display: EUR, per_usd: 0.92 }
strategy: local_first
when_quota_exhausted: queue
`);
    expect(alerts).toEqual({
      thresholds: [{ percent: 70, level: 'warning', message: null }],
      channels: [
        { type: 'in_app', enabled: true },
        { type: 'email', recipients: ['a@example.com'], enabled: true },
      ],
      anomaly: { percent: 300, baselineDays: 14, minNanos: 5_000_000_000 },
      utilization: { subscriptionFloor: 0.5, totalFloor: 0.7 },
    });
    expect(retention).toEqual({ detailedDays: null, dailyDays: 365, schedule: '30 3 * * mon-fri' });
    expect({ currency, strategy, whenQuotaExhausted }).toEqual({
      currency: { code: 'EUR', perUsd: 0.92 },
      strategy: 'local_first',
      whenQuotaExhausted: 'queue',
    });
  });

  it.each(['* * * * *', '*/15 0-6 1,15 jan-mar 0', '5 4 * * sun', '0 2 31 12 7'])('has the schedule %s', (schedule) => {
    expect(issuesOf(`usage: { aggregation: { schedule: "${schedule}" } }`)).toEqual([]);
  });

  it.each([
    '60 * * * *',
    '* * * *',
    '* * * * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '@daily',
    '1,,2 * * * *',
    'x * * * *',
    '* * 0 * *',
  ])('has no schedule %s', (schedule) => {
    expect(issuesOf(`usage: { aggregation: { schedule: "${schedule}" } }`)).toMatchObject([
      { code: 'unknown_schedule' },
    ]);
  });

  it.each([
    ['currency: { display: EUR }', ['error missing_key currency']],
    ['currency: { display: euro, per_usd: 1 }', ['error wrong_value euro']],
    ['alerts: { notifications: [{ type: email, recipients: [nobody] }] }', ['error wrong_value nobody']],
    ['alerts: { notifications: [{ type: webhook, url: "javascript:1" }] }', ['error wrong_value "javascript:1"']],
    ['alerts: { notifications: [{ type: webhook }] }', ['error missing_key { type: webhook }']],
    ['usage: { retention: { monthly: 12 } }', ['error wrong_value 12']],
    ['providers: { claude: {}, anthropic: {} }', ['error duplicate_id anthropic']],
    [
      'limits: { per_project: { a: { max_cost_per_day: 1 } } }\nprojects: { a: { limits: { max_cost_per_day: 2 } } }',
      ['error duplicate_id max_cost_per_day'],
    ],
  ])('%s', (text, issues) => {
    expect(shown(text)).toEqual(issues);
  });
});
