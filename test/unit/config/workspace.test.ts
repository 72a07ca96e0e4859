import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { Budget } from '../../../src/protocol/configuration';
import { budgetText, shown } from './support';

function withWorkspace(user: string, text: string, trusted: boolean) {
  const { configuration, workspaces } = resolveConfiguration({ user, workspaces: [{ text, trusted }] });
  return { configuration, issues: shown(text, workspaces[0]?.issues ?? []) };
}

const budgetsOf = (budgets: readonly Budget[]) =>
  budgets.filter(({ origin }) => origin.layer !== 'default').map(budgetText);

describe.each([true, false])('a workspace’s file, trusted: %s', (trusted) => {
  it.each<[user: string, workspace: string, budgets: string[], issues: string[]]>([
    ['budget_per_day: 10', 'budget_per_day: 4', ['budget_per_day 4 hard block ≥ 0.9'], []],
    ['budget_per_day: 10', 'budget_per_day: 20', ['budget_per_day 10 hard block ≥ 0.9'], ['warning lifted_limit 20']],
    [
      'budget_per_day: 10',
      'budget_per_day: null',
      ['budget_per_day 10 hard block ≥ 0.9'],
      ['warning lifted_limit null'],
    ],
    [
      'budget_per_day: 10',
      'limits: { global: { max_cost_per_day: 20 } }',
      ['budget_per_day 10 hard block ≥ 0.9'],
      ['warning lifted_limit 20'],
    ],
    [
      'budget_per_day: 10',
      'budget_per_day: { limit: 4, hard_stop: false }',
      ['budget_per_day 10 hard block ≥ 0.9', 'budget_per_day@workspace 4 soft ≥ 0.9'],
      [],
    ],
    [
      'limits: { per_project: { default: { max_cost_per_day: 5 } } }',
      'projects: { a: { limits: { max_cost_per_day: 9 } } }',
      ['project.day.cost 5 hard block'],
      ['warning lifted_limit 9'],
    ],
    [
      'limits: { per_project: { default: { max_cost_per_day: 5 } } }',
      'projects: { a: { limits: { max_cost_per_day: 3 } } }',
      ['project.day.cost 5 hard block', 'project:a.day.cost 3 hard block'],
      [],
    ],
    [
      'limits: { per_agent: { default: { max_cost_per_run: 5 } } }',
      'limits: { per_agent: { default: { max_cost_per_run: 4, warning_threshold: 1 } } }',
      ['agent.run.cost 4 hard terminate ≥ 1'],
      [],
    ],
  ])('%s, then %s', (user, text, budgets, issues) => {
    const result = withWorkspace(user, text, trusted);
    expect(budgetsOf(result.configuration.budgets)).toEqual(budgets);
    expect(result.issues).toEqual(issues);
  });

  it('names the project', () => {
    expect(withWorkspace('', 'project: my-arpg', trusted).configuration.project).toBe('my-arpg');
  });

  it('lifts nothing, whatever it says', () => {
    const limit = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(null));
    const limits = fc.record(
      {
        max_cost_per_day: limit,
        max_cost_per_month: limit,
        hard_stop: fc.boolean(),
        warning_threshold: fc.constantFrom(0.1, 1),
      },
      { requiredKeys: [] },
    );
    const file = fc.record(
      {
        budget_per_day: limit,
        limits: fc.record(
          { global: limits, per_project: fc.dictionary(fc.constantFrom('default', 'a', 'b'), limits) },
          { requiredKeys: [] },
        ),
        projects: fc.dictionary(fc.constantFrom('c'), fc.record({ limits })),
      },
      { requiredKeys: [] },
    );
    /** The tightest hard and the tightest limit of any kind that holds for a project's day or month. */
    const tightest = (budgets: readonly Budget[], project: string, period: string) => {
      const holding = budgets.filter(
        ({ scope, scopeId, except, ...budget }) =>
          budget.period === period &&
          budget.origin.layer !== 'default' &&
          (scope === 'global' ||
            (scope === 'project' && (scopeId === project || (scopeId === null && !except.includes(project))))),
      );
      const least = (list: readonly Budget[]) => Math.min(...list.map((budget) => budget.limit));
      return {
        hard: least(holding.filter(({ hard }) => hard)),
        any: least(holding),
        warns: Math.min(...holding.map(({ limit: at, softRatio }) => at * softRatio)),
      };
    };
    fc.assert(
      fc.property(file, file, (user, workspace) => {
        const alone = resolveConfiguration({ user: JSON.stringify(user) }).configuration.budgets;
        const both = withWorkspace(JSON.stringify(user), JSON.stringify(workspace), trusted).configuration.budgets;
        for (const project of ['a', 'b', 'c', 'd']) {
          for (const period of ['day', 'month']) {
            const before = tightest(alone, project, period);
            const after = tightest(both, project, period);
            expect(after.hard).toBeLessThanOrEqual(before.hard);
            expect(after.any).toBeLessThanOrEqual(before.any);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('defaults', () => {
  const month = (text: string, trusted: boolean) => {
    const { configuration, issues } = withWorkspace('', text, trusted);
    return [configuration.budgets.find(({ scope }) => scope === 'global')?.limit, issues];
  };

  it('may be lifted by a workspace that is trusted, and by no other', () => {
    const text = 'limits: { global: { max_cost_per_month: 900 } }';
    expect(month(text, true)).toEqual([900e9, []]);
    expect(month(text, false)).toEqual([500e9, ['warning untrusted 900']]);
  });
});

describe('what is no limit', () => {
  const text =
    'timezone: Asia/Tokyo\npricing: { models: { opus: { input_per_million: 0, output_per_million: 0 } } }\nunestimated: block\n' +
    'limits: { per_agent_type: { planning: { strategy: budget, max_cost_per_request: 0.5 } } }';

  it('is obeyed in a trusted workspace', () => {
    const { configuration, issues } = withWorkspace('timezone: Europe/Berlin', text, true);
    expect(issues).toEqual([]);
    expect(configuration).toMatchObject({ timezone: 'Asia/Tokyo', unestimated: 'block' });
    expect(configuration.prices).toHaveLength(1);
    expect(configuration.agentTypes['planning']).toEqual({ strategy: 'budget' });
  });

  it('waits for trust, but for what only tightens', () => {
    const { configuration, issues } = withWorkspace('timezone: Europe/Berlin', text, false);
    expect(issues).toEqual(['warning untrusted timezone', 'warning untrusted pricing', 'warning untrusted strategy']);
    expect(configuration).toMatchObject({ timezone: 'Europe/Berlin', unestimated: 'block', prices: [] });
    expect(configuration.agentTypes['planning']).toEqual({ strategy: 'quality_first' });
    expect(configuration.budgets.find(({ id }) => id === 'agent_type:planning.request.cost')?.limit).toBe(0.5e9);
  });

  it('is joined by its id', () => {
    const user =
      'providers: { anthropic: { billing: subscription, requests_per_minute: 50 } }\ntiers: [{ id: lab, price_range_min: 99 }]';
    const workspace =
      'providers: { claude: { requests_per_minute: 60, tokens_per_day: 5 } }\ntiers: [{ id: lab, icon: beaker }]';
    const { configuration, issues } = withWorkspace(user, workspace, true);
    expect(issues).toEqual(['warning lifted_limit 60']);
    expect(configuration.quotas.map(({ id, limit }) => [id, limit])).toEqual([
      ['anthropic.requests.minute', 50],
      ['anthropic.tokens.day', 5],
    ]);
    expect(configuration.providers['anthropic']).toMatchObject({ billing: 'subscription' });
    expect(configuration.tiers[0]).toMatchObject({
      id: 'lab',
      price_range_min: 99,
      price_range_max: null,
      icon: 'beaker',
    });
  });
});
