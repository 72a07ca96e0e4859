/** *Set Budget…* in the file: the limit holds as asked, stops or warns as asked, and nothing else holds differently. */
import { describe, expect, it } from 'vitest';
import { setBudget } from '../../../src/config/edit/budgets';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { BudgetKey } from '../../../src/config/normalise/budgetKey';

const perDay: BudgetKey = { scope: 'global', scopeId: null, period: 'day', measure: 'cost' };
const texts: Readonly<Record<string, string>> = {
  empty: '',
  'a comment': '# Mine.\n',
  'the short form': 'budgets:\n  daily_limit_usd: 5.00 # a day\n  monthly_limit_usd: 50.00\n',
  'the same limit': 'limits:\n  global: { max_cost_per_day: 7 } # by day\n',
  'a limit beside it': 'limits:\n  global:\n    max_cost_per_day: 7 # by day\n    max_cost_per_month: 70\n',
  'a soft map': 'limits:\n  global:\n    hard_stop: false\n    max_cost_per_month: 70\n',
  'a rule': 'budgets:\n  rules:\n    - { scope: global, period: day, limit: 3 } # night\n',
  'a rule that warns': 'budgets:\n  rules:\n    - { scope: global, period: day, limit: 3, action: warn }\n',
};

function holding(text: string) {
  const { configuration, user } = resolveConfiguration({ user: text });
  expect(user?.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  return configuration.budgets;
}

const isSame = (a: BudgetKey, b: BudgetKey): boolean =>
  a.scope === b.scope && a.scopeId === b.scopeId && a.period === b.period && a.measure === b.measure;
const manner = (text: string, key: BudgetKey) =>
  holding(text)
    .filter((one) => !isSame(one, key))
    .map(({ id, limit, hard }) => ({ id, limit, hard }));

const keys: BudgetKey[] = [
  perDay,
  { scope: 'project', scopeId: 'shop', period: 'month', measure: 'tokens' },
  { scope: 'provider', scopeId: 'anthropic', period: 'week', measure: 'cost' },
  { scope: 'plan', scopeId: null, period: 'plan', measure: 'cost' },
  { scope: 'agent', scopeId: null, period: 'run', measure: 'cost' },
];

describe.each(Object.entries(texts))('in a file with %s', (_, text) => {
  it.each(keys.flatMap((key) => [true, false].map((hard) => ({ key, hard }))))('$key hard: $hard', ({ key, hard }) => {
    const outcome = setBudget(text, key, 12, hard);
    if (!outcome.ok) throw new Error(outcome.message);
    const [budget, ...more] = holding(outcome.text).filter((one) => isSame(one, key));
    expect(more).toEqual([]);
    expect(budget).toMatchObject({ limit: key.measure === 'cost' ? 12e9 : 12, hard });
    expect(manner(outcome.text, key)).toEqual(manner(text, key));
    for (const comment of text.match(/# Mine\./g) ?? []) expect(outcome.text).toContain(comment);
  });
});

it('keeps the comment of what it changes in place', () => {
  const outcome = setBudget(texts['the same limit'] ?? '', perDay, 9, false);
  expect(outcome).toMatchObject({
    ok: true,
    text: 'limits:\n  global: { max_cost_per_day: 9, hard_stop: false } # by day\n',
  });
});

it('takes the comment of a limit along to the rule that it becomes', () => {
  const outcome = setBudget(texts['a limit beside it'] ?? '', perDay, 9, false);
  expect(outcome).toMatchObject({
    ok: true,
    text:
      'limits:\n  global:\n    max_cost_per_month: 70\nbudgets:\n  rules:\n' +
      '    - scope: global\n      period: day\n      limit: 9 # by day\n      hard_stop: false\n',
  });
  const short = setBudget(texts['the short form'] ?? '', perDay, 9, false);
  expect(short.ok && short.text).toMatch(/limit: 9 # a day\n/);
});
