import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/config/parse';
import { nodeAt } from '../../../src/config/read/located';
import { occurrencesOf, symbolAt, symbolsOf } from '../../../src/config/symbols';

const text = `tiers: [{ id: "lab", icon: beaker }]
pricing: { models: { opus: { tier: lab } } }
providers: { claude: { billing: metered } }
subscriptions: [{ id: pro, provider: anthropic, plan: claude-pro }]
budgets:
  per_backend: { claude: 20.00/month }
  rules:
    - { id: night, scope: tier, scope_id: lab, except: [], period: day, limit: 3 }
    - { scope: user, scope_id: lab, period: day, limit: 3 }
limits:
  per_project: { default: { max_cost_per_day: 1 }, arpg: { max_cost_per_day: 2 } }
fallback_providers: [claude]
`;
const file = parseConfiguration(text);

describe('names', () => {
  it('are told with their kind, their role and their place', () => {
    expect(
      symbolsOf(file).map(
        ({ kind, role, id, range }) => `${kind} ${role} ${id} ${range.start.line}:${range.start.character}`,
      ),
    ).toEqual([
      'tier definition lab 0:15',
      'codicon reference beaker 0:27',
      'model reference opus 1:21',
      'tier reference lab 1:35',
      'provider definition anthropic 2:13',
      'subscription definition pro 3:22',
      'provider reference anthropic 3:37',
      'subscription_plan reference claude-pro 3:54',
      'provider reference anthropic 5:17',
      'budget definition night 7:12',
      'tier reference lab 7:42',
      'project reference arpg 10:51',
      'provider reference anthropic 11:21',
    ]);
  });

  it('are found from a cursor, with all places of the same name', () => {
    const offset = text.indexOf('scope_id: lab') + 'scope_id: l'.length;
    const tier = symbolAt(file, offset);
    expect(tier).toMatchObject({ kind: 'tier', id: 'lab', text: 'lab', spot: 'value' });
    const places = tier === undefined ? [] : occurrencesOf(file, tier);
    expect(places.map(({ role }) => role)).toEqual(['definition', 'reference', 'reference']);
    for (const { range } of places) expect(text.slice(range.start.offset, range.end.offset)).toBe('lab');
  });
});

describe('what stands at an offset', () => {
  it.each([
    ['beaker', 'value', ['tiers', 0, 'icon']],
    ['icon', 'key', ['tiers', 0, 'icon']],
    ['20.00', 'value', ['budgets', 'per_backend', 'claude']],
    ['per_backend', 'key', ['budgets', 'per_backend']],
    [' limit: 3', 'inside', ['budgets', 'rules', 0]],
  ])('%s', (word, spot, path) => {
    expect(nodeAt(file.root, text.indexOf(word))).toMatchObject({ spot, path });
  });

  it('is nothing where nothing stands', () => {
    expect(nodeAt(parseConfiguration('').root, 0)).toBeNull();
    expect(nodeAt(parseConfiguration('# only\n\n').root, 8)).toBeNull();
  });
});
