import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../src/config/normalise/defaults';
import { parseConfiguration } from '../../../src/config/parse';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { starterConfiguration } from '../../../src/config/starter';
import type { Configuration } from '../../../src/protocol/configuration';
import { issuesOf, resolveUser } from './support';

/** Apart from where it is written, which is the point of writing it. */
function meaning({ budgets, ...rest }: Configuration): unknown {
  const sorted = budgets.map((budget) => ({ ...budget, origin: null })).toSorted((a, b) => a.id.localeCompare(b.id));
  return { ...rest, budgets: sorted };
}

describe('the starter file', () => {
  it('has nothing to be said about', () => {
    expect(issuesOf(starterConfiguration())).toEqual([]);
  });

  it('comes to exactly the defaults', () => {
    expect(meaning(resolveUser(starterConfiguration()))).toEqual(meaning(defaultConfiguration));
  });

  it('writes out every default limit', () => {
    const { budgets } = resolveUser(starterConfiguration());
    expect(budgets.filter(({ origin }) => origin.layer === 'default')).toEqual([]);
  });

  it('is right where its comments are taken away', () => {
    const lines = starterConfiguration().split('\n');
    // Prose has a full stop, a colon at its end or no colon at all; tiers that ship are told, not written.
    const isCode = (line: string) =>
      /^#( {3}|[ ]?[a-z_]+:|     )/.test(line) || /^ +# (max_|notifications| )/.test(line);
    const uncommented = lines
      .filter((line) => !/^#   \w+: from \$/.test(line))
      .map((line) => (isCode(line) ? line.replace(/^( *)# ?/, '$1') : line))
      .join('\n');
    const { entries, issues } = parseConfiguration(uncommented);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(Object.keys(entries)).toEqual(
      expect.arrayContaining([
        'tiers',
        'budgets',
        'subscriptions',
        'pricing',
        'providers',
        'projects',
        'budget_per_plan',
      ]),
    );
    expect(entries.alerts?.notifications).toHaveLength(2);
    expect(entries.limits?.global).toMatchObject({ max_cost_per_day: 50, max_concurrent_agents: 5 });
  });
});

it('is nothing but the defaults without a file, with an empty one and with one of comments', () => {
  for (const user of [null, '', '# nothing\n', '---\n', '{}', 'limits:\nbudgets:\n  # none\n']) {
    expect(resolveConfiguration({ user }).configuration).toEqual(defaultConfiguration);
  }
});
