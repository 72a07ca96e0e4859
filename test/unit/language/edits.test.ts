import { describe, expect, it } from 'vitest';
import { edit, outline } from '../../../src/language/edits';
import type { ConfigurationOperation } from '../../../src/protocol/language';

const text = `# Mine.
tiers:
  # The cheap one.
  - { id: low, display_name: Thrifty } # changes the built-in one
  - id: lab
    display_name: Lab
    price_range_min: 40
  - { id: premium, remove: true }
pricing:
  models:
    opus: { input_per_million: 15, output_per_million: 75, tier: lab }
subscriptions:
  - { id: mine, provider: claude, plan: claude-pro, cycle_day: 15 }
`;

function edited(...operations: ConfigurationOperation[]): string {
  const answer = edit({ text, operations });
  if ('refused' in answer) throw new Error(answer.refused);
  return answer.edits
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((now, { offset, length, newText }) => now.slice(0, offset) + newText + now.slice(offset + length), text);
}

describe('the outline', () => {
  const found = outline(text);

  it('tells each tier in force, and where it is written', () => {
    const about = found.tiers.map(({ tier, builtIn, path }) => [tier.id, tier.display_name, builtIn, path]);
    expect(about).toEqual(
      expect.arrayContaining([
        ['low', 'Thrifty', true, ['tiers', 0]],
        ['medium', 'Medium', true, null],
        ['lab', 'Lab', false, ['tiers', 1]],
      ]),
    );
    expect(about.some(([id]) => id === 'premium')).toBe(false);
    expect(found.removedTiers).toEqual([{ id: 'premium', path: ['tiers', 2] }]);
  });

  it('tells who refers to what, with its line', () => {
    expect(found.references.filter(({ kind }) => kind === 'tier')).toEqual([
      { kind: 'tier', id: 'lab', where: 'pricing.models.opus.tier', line: 10 },
    ]);
  });

  it('tells the budgets in force, also those of nobody but us', () => {
    const { budgets } = outline('limits: { global: { max_cost_per_day: 12.5, max_tokens_per_day: 7 } }\n');
    const global = { scope: 'global', scopeId: null };
    expect(budgets).toEqual(
      expect.arrayContaining([
        { ...global, period: 'day', measure: 'cost', limit: 12.5, hard: true },
        { ...global, period: 'day', measure: 'tokens', limit: 7, hard: true },
        { ...global, period: 'month', measure: 'cost', limit: 500, hard: false },
      ]),
    );
  });

  it('tells where a text breaks that can not be edited', () => {
    expect(found.broken).toBeNull();
    expect(outline('').broken).toBeNull();
    const broken = outline('timezone: UTC\nbudgets: { daily_limit_usd: 5\nlimits: {}\n').broken;
    expect(broken).toMatchObject({ line: 2 });
    expect(broken?.message).not.toBe('');
  });

  it('tells the subscriptions, with the fee of their plan', () => {
    expect(found.subscriptions).toEqual([
      {
        id: 'mine',
        displayName: 'Claude Pro',
        provider: 'anthropic',
        plan: 'claude-pro',
        cycleDay: 15,
        monthlyFeeUsd: 20,
        path: ['subscriptions', 0],
      },
    ]);
    expect(found.plans.map(({ id }) => id)).toContain('claude-max-20x');
  });

  it('does not know a fee that nobody tells', () => {
    const kimi = outline('subscriptions: [{ id: mine, provider: moonshotai, plan: kimi-membership }]\n');
    expect(kimi.subscriptions).toMatchObject([{ displayName: 'Kimi membership', monthlyFeeUsd: null }]);
    const free = outline('subscriptions: [{ id: mine, provider: moonshotai, monthly_fee: 0 }]\n');
    expect(free.subscriptions).toMatchObject([{ displayName: 'mine', monthlyFeeUsd: 0 }]);
  });

  it('of a broken text is what can be read', () => {
    expect(outline('tiers: [').tiers.map(({ tier }) => tier.id)).toEqual(['low', 'medium', 'high', 'premium']);
  });
});

describe('an edit', () => {
  it('touches what it is about, and no comment', () => {
    expect(edited({ kind: 'set', path: ['tiers', 1, 'display_name'], value: 'Bench' })).toBe(
      text.replace('display_name: Lab', 'display_name: Bench'),
    );
    const added = edited({ kind: 'append', path: ['tiers'], value: { id: 'odd', display_name: 'Odd' } });
    expect(added.replace(/\n.*odd[^]*?(?=\npricing)/, '')).toBe(text);
    expect(outline(added).tiers.map(({ tier }) => tier.id)).toContain('odd');
    expect(outline(edited({ kind: 'remove', path: ['tiers', 1] })).tiers.some(({ tier }) => tier.id === 'lab')).toBe(
      false,
    );
  });

  it('makes the list where there is none', () => {
    const answer = edit({ text: '# nothing\n', operations: [{ kind: 'append', path: ['tiers'], value: { id: 'a' } }] });
    expect('edits' in answer && answer.edits.map(({ newText }) => newText).join('')).toMatch(/tiers:\s+- id: a/);
  });

  it('is all or nothing', () => {
    const answer = edit({
      text,
      operations: [
        { kind: 'set', path: ['strategy'], value: 'budget' },
        { kind: 'remove', path: ['nowhere'] },
      ],
    });
    expect(answer).toEqual({ refused: 'nothing stands at nowhere' });
    expect(
      edit({ text: 'tiers: [', operations: [{ kind: 'set', path: ['strategy'], value: 'budget' }] }),
    ).toHaveProperty('refused');
  });
});
