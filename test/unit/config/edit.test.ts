/**
 * Edits keep what they do not change. Every case is a golden file: the whole text after one edit of `golden/before.yaml`,
 * looked at by a person once.
 */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { removeBudgetLimit, setBudgetLimit } from '../../../src/config/edit/budgets';
import { removePath, setPath } from '../../../src/config/edit/edit';
import { applyEdits, type EditOutcome } from '../../../src/config/edit/outcome';
import { removePrice, setPrice } from '../../../src/config/edit/prices';
import { addSubscription, changeSubscription, removeSubscription } from '../../../src/config/edit/subscriptions';
import { addTier, changeTier, removeTier, resetTier } from '../../../src/config/edit/tiers';
import { parseConfiguration } from '../../../src/config/parse';

const before = readFileSync(new URL('golden/before.yaml', import.meta.url), 'utf8');
const cost = (scope: 'global' | 'project' | 'provider', scopeId: string | null, period: 'day' | 'week' | 'month') =>
  ({ scope, scopeId, period, measure: 'cost' }) as const;

const cases: Readonly<Record<string, (text: string) => EditOutcome>> = {
  'tier-added': (text) =>
    addTier(text, { id: 'free', display_name: 'Free', price_range_min: 0, price_range_max: 0.1, color: '#3fb950' }),
  'tier-changed': (text) => changeTier(text, 'lab', { display_name: 'Lab: "one"', color: 'charts.red', icon: 'zap' }),
  'tier-changed-in-flow': (text) => changeTier(text, 'low', { color: 'charts.yellow', price_range_max: 0.5 }),
  'tier-changed-built-in': (text) => changeTier(text, 'high', { icon: 'rocket' }),
  'tier-removed': (text) => removeTier(text, 'lab', { evenIfUsed: true }),
  'tier-removed-built-in': (text) => removeTier(text, 'premium'),
  'tier-removed-built-in-written': (text) => removeTier(text, 'low'),
  'tier-reset': (text) => resetTier(text, 'low'),
  'price-changed': (text) => setPrice(text, { provider: null, model: 'gpt-5' }, { output_per_million: 12.5 }),
  'price-completed': (text) => setPrice(text, { provider: null, model: 'sonnet' }, { cache_read_per_million: 0.3 }),
  'price-added': (text) =>
    setPrice(text, { provider: 'claude', model: 'opus' }, { input_per_million: 15, output_per_million: 75 }),
  'price-dated': (text) =>
    setPrice(
      text,
      { provider: null, model: 'sonnet' },
      { from: '2026-07-01', input_per_million: 2, output_per_million: 10 },
    ),
  'price-removed': (text) => removePrice(text, { provider: null, model: 'gpt-5' }),
  'subscription-added': (text) =>
    addSubscription(text, {
      id: 'kimi',
      provider: 'moonshotai',
      monthly_fee: 9,
      quotas: [{ meter: 'tokens', window: '5h', limit: 5 }],
    }),
  'subscription-changed': (text) => changeSubscription(text, 'claude-pro', { monthly_fee: 100, cycle_day: 15 }),
  'subscription-changed-in-flow': (text) => changeSubscription(text, 'chatgpt', { cycle_day: 3 }),
  'subscription-removed': (text) => removeSubscription(text, 'claude-pro'),
  'subscription-removed-last': (text) => removeSubscription(text, 'chatgpt'),
  'budget-set': (text) => setBudgetLimit(text, cost('global', null, 'day'), 12.5),
  'budget-added': (text) => setBudgetLimit(text, cost('global', null, 'month'), 300),
  'budget-set-in-flow': (text) => setBudgetLimit(text, cost('project', null, 'month'), 150),
  'budget-added-in-flow': (text) => setBudgetLimit(text, cost('project', null, 'week'), 60),
  'budget-of-backend-set': (text) => setBudgetLimit(text, cost('provider', 'anthropic', 'month'), 25),
  'budget-of-backend-added': (text) => setBudgetLimit(text, cost('provider', 'google', 'month'), 5),
  'budget-of-rule-set': (text) => setBudgetLimit(text, { id: 'night' }, 4),
  'budget-by-rule': (text) =>
    setBudgetLimit(text, { scope: 'team', scopeId: 'core', period: 'month', measure: 'tokens' }, 1e6),
  'budget-removed': (text) => removeBudgetLimit(text, cost('global', null, 'day')),
  'budget-removed-default': (text) => removeBudgetLimit(text, cost('global', null, 'month')),
  'budget-of-rule-removed': (text) => removeBudgetLimit(text, { id: 'night' }),
  'budget-of-backend-removed': (text) => removeBudgetLimit(text, cost('provider', 'anthropic', 'month')),
  'path-into-nothing': (text) => setPath(text, ['projects', 'my-arpg', 'limits', 'max_cost_per_day'], 30),
  'path-new-key': (text) => setPath(text, ['fallback_providers'], ['anthropic', 'ollama']),
  'path-quoted': (text) => setPath(text, ['timezone'], 'Asia/Tokyo'),
  'path-removed': (text) => removePath(text, ['timezone']),
  'path-removed-section': (text) => removePath(text, ['pricing']),
};

function edited(text: string, edit: (text: string) => EditOutcome): string {
  const outcome = edit(text);
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${outcome.message}`);
  expect(applyEdits(text, outcome.edits)).toBe(outcome.text);
  return outcome.text;
}

/** Comments of `before` that an edit is meant to take along, since they stand on the lines or in the maps it takes away. */
const takenAlong: Readonly<Record<string, readonly string[]>> = {
  'tier-removed': ['# ours', '# how it is shown', '# USD'],
  'tier-reset': ['# cheap'],
  'price-removed': ['# quoted', '# in', '# between', '# out'],
  'subscription-removed': ['# mine'],
  'subscription-removed-last': ['# hers'],
  'budget-of-rule-removed': ['# mine'],
  'budget-removed': ['# hard'],
  'path-removed': ['# where I live'],
  'path-removed-section': ['# From the invoice of January.', '# list price', '# quoted', '# in', '# between', '# out'],
};

describe('an edit', () => {
  it.each(Object.entries(cases))('%s', async (name, edit) => {
    const after = edited(before, edit);
    await expect(after).toMatchFileSnapshot(`golden/${name}.yaml`);
    expect(parseConfiguration(after).issues.filter(({ severity }) => severity === 'error')).toEqual([]);

    const comments = (text: string): string[] => text.match(/#(?: .*)$/gm) ?? [];
    const left = comments(after);
    const lost = comments(before).filter((comment) => {
      const at = left.indexOf(comment);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    expect(lost).toEqual(takenAlong[name] ?? []);
    expect(left).toEqual([]);
  });

  it.each(Object.entries(cases))('%s, with CRLF and a byte order mark', (_, edit) => {
    const windows = `\uFEFF${before.replaceAll('\n', '\r\n')}`;
    expect(edited(windows, edit)).toBe(`\uFEFF${edited(before, edit).replaceAll('\n', '\r\n')}`);
  });
});
