import { describe, expect, it, vi } from 'vitest';
import * as subscriptionSteps from '../../../src/host/commands/configure/manageSubscriptionsSteps';
import * as subscriptions from '../../../src/host/commands/configure/manageSubscriptions';
import * as tierSteps from '../../../src/host/commands/configure/manageTiersSteps';
import * as tiers from '../../../src/host/commands/configure/manageTiers';
import { createFormat } from '../../../src/shared/format';
import { liveUses } from '../../../src/host/language/languageSupport';
import { priceDocument } from '../../../src/host/documents/priceDocument';
import { quotasDocument } from '../../../src/host/documents/quotasDocument';
import type { QuotaStatus } from '../../../src/protocol/api/api';
import type { ModelPrice } from '../../../src/protocol/prices/price';

vi.mock('vscode', () => import('./vscodeMock'));

const format = createFormat('en', 'UTC');
const nowMs = Date.parse('2026-11-21T12:00:00Z');
const lab = {
  id: 'lab',
  display_name: 'Lab',
  description: '',
  price_range_min: 40,
  price_range_max: null,
  color: 'charts.red',
  icon: 'beaker',
};

describe('what Manage Cost Tiers writes', () => {
  it('is only what differs, of a built-in tier with its id', () => {
    const after = { ...lab, display_name: 'Bench', price_range_max: 50 };
    expect(tiers.changeOperations(lab, after, ['tiers', 3])).toEqual([
      { kind: 'set', path: ['tiers', 3, 'display_name'], value: 'Bench' },
      { kind: 'set', path: ['tiers', 3, 'price_range_max'], value: 50 },
    ]);
    expect(tiers.changeOperations(lab, after, null)).toEqual([
      { kind: 'append', path: ['tiers'], value: { id: 'lab', display_name: 'Bench', price_range_max: 50 } },
    ]);
    expect(tiers.changeOperations(lab, lab, null)).toEqual([]);
  });

  it('takes a tier away by taking its entry away, and a built-in one by saying so', () => {
    expect(tiers.removeOperations('lab', false, ['tiers', 1])).toEqual([{ kind: 'remove', path: ['tiers', 1] }]);
    expect(tiers.removeOperations('low', true, null)).toEqual([
      { kind: 'append', path: ['tiers'], value: { id: 'low', remove: true } },
    ]);
    expect(tiers.removeOperations('low', true, ['tiers', 0])).toEqual([
      { kind: 'set', path: ['tiers', 0, 'remove'], value: true },
    ]);
  });

  it('leaves out what says nothing', () => {
    expect(tiers.written(lab)).toEqual({
      id: 'lab', display_name: 'Lab', price_range_min: 40, color: 'charts.red', icon: 'beaker',
    }); // prettier-ignore
    expect(tiers.range(lab)).toBe('$40 a million tokens and more');
  });
});

describe('each answer is checked', () => {
  it.each([
    [tierSteps.validateId('', []), false],
    [tierSteps.validateId('low', ['low']), false],
    [tierSteps.validateId('Low', []), false],
    [tierSteps.validateId('x-1_y', ['low']), true],
    [tierSteps.validatePrice('-1'), false],
    [tierSteps.validatePrice('1e3'), false],
    [tierSteps.validatePrice('2.50'), true],
    [tierSteps.validatePrice('1', 1), false],
    [tierSteps.validateColor('charts.green'), true],
    [tierSteps.validateColor('#3fb950'), true],
    [tierSteps.validateColor('#3fb95'), false],
    [tierSteps.validateIcon('flame'), true],
    [tierSteps.validateIcon('$(flame)'), false],
    [subscriptionSteps.validateFee('19.99'), true],
    [subscriptionSteps.validateFee('19,99'), false],
    [subscriptionSteps.validateDay('31'), true],
    [subscriptionSteps.validateDay('32'), false],
    [subscriptionSteps.validateDay('0'), false],
    [subscriptionSteps.validateId('claude-pro', ['claude-pro']), false],
  ])('%j', (wrong, right) => {
    expect(wrong === null).toBe(right);
  });
});

it('Manage Subscriptions writes what the user pays, and only what differs', () => {
  const draft = { id: 'mine', provider: 'anthropic', plan: 'claude-pro', monthlyFeeUsd: 20, cycleDay: 15 };
  expect(subscriptions.written(draft)).toEqual({
    id: 'mine', provider: 'anthropic', plan: 'claude-pro', monthly_fee: 20, cycle_day: 15,
  }); // prettier-ignore
  expect(subscriptions.written({ ...draft, plan: null, monthlyFeeUsd: null })).not.toHaveProperty('monthly_fee');
  const before = { ...draft, displayName: 'Claude Pro', path: ['subscriptions', 0] };
  expect(subscriptions.changeOperations(before, { ...draft, cycleDay: 1 })).toEqual([
    { kind: 'set', path: ['subscriptions', 0, 'cycle_day'], value: 1 },
  ]);
  expect(subscriptions.changeOperations(before, draft)).toEqual([]);
});

it('Manage Subscriptions shows names, and no fee that is not known', () => {
  const outline = {
    broken: null, tiers: [], removedTiers: [], budgets: [], references: [], plans: [],
    subscriptions: [
      { id: 'mine', displayName: 'Kimi membership', provider: 'moonshotai', plan: 'kimi-membership', monthlyFeeUsd: null, cycleDay: 1, path: [] },
    ],
  }; // prettier-ignore
  expect(subscriptions.wishes(outline)[0]).toMatchObject({
    label: 'Kimi membership',
    description: 'mine · moonshotai · fee not known',
  });
});

describe('Show Price of Model', () => {
  const price: ModelPrice = {
    provider: 'anthropic',
    model: 'claude-x',
    layer: 'package',
    source: 'https://example.com/prices',
    seen: '2026-09-23',
    matchedProvider: 'anthropic',
    matchedModel: 'claude|x',
    version: 'genai-prices 1',
    fromMs: Date.parse('2026-02-01T00:00:00Z'),
    estimated: false,
    prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6, reasoning: 15 },
    longContext: [
      {
        aboveTokens: 200_000,
        inclusive: false,
        prices: { input: 6, output: 22.5, cacheRead: 0.6, cacheWrite5m: 7.5, cacheWrite1h: 12, reasoning: 22.5 },
      },
    ],
    webSearchesPerThousand: 10,
    requestsPerThousand: 0,
    multipliers: { batch: { factor: 0.5, certain: true }, fast: { factor: 6, certain: false } },
    blended: 6,
    tier: 'high',
    tierAssigned: false,
  };

  it('tells the layer, the lines, the fees and the tier', () => {
    const text = priceDocument('claude-x', price, format, nowMs);
    expect(text).toContain('from the price package');
    expect(text).toContain('claude\\|x of anthropic (genai-prices 1)');
    expect(text).toContain('In force since 2026-02-01');
    expect(text).toContain('Read on 2026-09-23 from https://example.com/prices.');
    expect(text).toContain('over 200,000 tokens');
    const western = createFormat('en', 'America/Los_Angeles');
    expect(priceDocument('claude-x', price, western, nowMs)).toContain('In force since 2026-02-01');
    expect(text).toMatch(/\| Cache read\s+\|\s+\$0\.30 \|\s+\$0\.60 \|/);
    expect(text).toContain('- $10.00 a thousand web searches');
    expect(text).not.toContain('a thousand requests');
    expect(text).toContain('- fast: × 6, on which lists do not agree');
    expect(text).toContain('That is in the tier high.');
  });

  it('says from where on a long prompt costs more, and nothing of a source that there is not', () => {
    const longContext = price.longContext.map((band) => ({ ...band, inclusive: true }));
    const text = priceDocument('x', { ...price, source: null, seen: null, longContext }, format, nowMs);
    expect(text).toContain('from 200,000 tokens');
    expect(text).not.toContain('Read on');
  });

  it('says that nobody knows', () => {
    expect(priceDocument('wombat', null, format, nowMs)).toContain('Nobody has told us');
    expect(priceDocument('x', { ...price, estimated: true, tier: null }, format, nowMs)).toMatch(/estimate[^]*No tier/);
  });
});

describe('Show Quotas', () => {
  const observed = {
    used: null, limit: null, percent: 63.9, resetsAt: '2026-11-21T15:00:00Z', source: 'claude-statusline',
    asOf: '2026-11-21T11:50:00Z', confidence: 'high' as const,
  }; // prettier-ignore
  const counted = {
    ...observed,
    used: 412,
    limit: 1000,
    percent: 41.2,
    source: 'counted',
    asOf: '2026-11-21T12:00:00Z',
  };
  const quota: QuotaStatus = {
    ...observed,
    id: 'claude-pro.tokens.5h',
    subscription: 'claude-pro',
    provider: 'anthropic',
    meter: 'tokens',
    window: '5h',
    utilisation: 0.639,
    pace: 1.6,
    counted,
    observed,
  };

  it('shows both readings, the one in force first', () => {
    const text = quotasDocument([quota], format, nowMs);
    const rows = text.split('\n').filter((line) => line.includes('▰'));
    expect(rows[0]).toMatch(
      /claude-pro · tokens in 5h.*▰{7}▱{3}.*63%.*in 3 hr\. \(2026-11-21 15:00\).*1\.60.*claude-statusline.*10 min\. ago.*high/,
    );
    expect(rows[1]).toMatch(/▰{5}▱{5}.*41%.*412 of 1K.*counted here/);
    expect(rows).toHaveLength(2);
  });

  it('says what to do where none is known, and what is not known of one', () => {
    expect(quotasDocument([], format, nowMs)).toContain('Manage Subscriptions');
    const unknown = {
      ...quota,
      ...observed,
      percent: null,
      source: 'unknown',
      resetsAt: null,
      counted: null,
      observed: null,
    };
    expect(quotasDocument([unknown], format, nowMs)).toMatch(/\?.*–.*nobody has said/);
  });
});

it('tells the language server nothing before anything is known', () => {
  expect(liveUses(null, 'en', nowMs)).toEqual({ asOfMs: nowMs, language: 'en', uses: [] });
});
