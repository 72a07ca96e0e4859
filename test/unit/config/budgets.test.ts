import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { budgetPeriods, limitActions, measures, scopes } from '../../../src/protocol/configuration';
import { budgetText, resolveUser, shown, writtenBudgets } from './support';

describe('budgets in short', () => {
  it.each([
    ['budgets: { daily_limit_usd: 5 }', ['daily_limit_usd 5 hard block']],
    ['budgets: { daily_limit_usd: 5, hard_stop: false }', ['daily_limit_usd 5 soft']],
    ['budgets: { monthly_limit_usd: 0, warning_threshold: 0.5 }', ['monthly_limit_usd 0 hard block ≥ 0.5']],
    ['budgets: { per_backend: { claude: 20.00/month } }', ['provider:anthropic.month.cost 20 hard fallback']],
    [
      'budgets: { per_backend: { gpt: $0.5 / hour, mine: 3/week } }',
      ['provider:openai.hour.cost 0.5 hard fallback', 'provider:mine.week.cost 3 hard fallback'],
    ],
    ['budgets: { per_backend: { claude: null } }', []],
    ['budget_per_plan: 2.00', ['budget_per_plan 2 hard block ≥ 0.9']],
    ['budget_per_day: 10\nfallback_providers: [ollama]', ['budget_per_day 10 hard fallback ≥ 0.9']],
    ['budget_per_day: { limit: 10, hard_stop: false, warning_threshold: 0.7 }', ['budget_per_day 10 soft ≥ 0.7']],
    [
      'budget_per_day: 10\nbudgets: { warning_threshold: 0.6, hard_stop: false }',
      ['budget_per_day 10 hard block ≥ 0.9'],
    ],
    [
      'budgets: { daily_limit_usd: 5, warning_threshold: 0.6 }\nlimits: { global: { max_cost_per_month: 9 } }',
      ['global.month.cost 9 hard block ≥ 0.6', 'daily_limit_usd 5 hard block ≥ 0.6'],
    ],
  ])('%s', (text, expected) => {
    expect(writtenBudgets(text)).toEqual(expected);
  });
});

describe('limits by what they are about', () => {
  it.each([
    ['global: { max_cost_per_day: 50, hard_stop: false, warning_threshold: 0.5 }', ['global.day.cost 50 soft ≥ 0.5']],
    [
      'per_project: { default: { max_cost_per_day: 5 }, a: { max_cost_per_day: 9 }, b: { max_cost_per_day: null } }',
      ['project.day.cost 5 hard block except a, b', 'project:a.day.cost 9 hard block'],
    ],
    [
      'per_agent: { coder: { max_tokens_per_run: 100, max_concurrent_agents: 2 } }',
      ['agent:coder.run.concurrent_agents 2 hard queue', 'agent:coder.run.tokens 100 hard terminate'],
    ],
    ['per_agent_type: { default: { max_cost_per_request: 2 } }', ['agent_type.request.cost 2 hard block']],
    ['per_request: { max_cost: 3, max_tokens: 1000 }', ['request.cost 3 hard block', 'request.tokens 1000 hard block']],
  ])('%s', (limits, expected) => {
    expect(writtenBudgets(`limits: { ${limits} }`)).toEqual(expected);
  });

  it('may stand in projects as well', () => {
    const text =
      'limits: { per_project: { default: { max_cost_per_day: 5 } } }\nprojects: { a: { limits: { max_cost_per_day: 9 } } }';
    expect(writtenBudgets(text)).toEqual(['project.day.cost 5 hard block except a', 'project:a.day.cost 9 hard block']);
  });

  it('choose models by type of agent', () => {
    const { agentTypes } = resolveUser(
      'limits: { per_agent_type: { planning: { strategy: budget }, art: { strategy: local_first } } }',
    );
    expect(agentTypes).toMatchObject({
      planning: { strategy: 'budget' },
      art: { strategy: 'local_first' },
      coding: { strategy: 'balanced' },
    });
  });
});

describe('defaults', () => {
  const soft = (text: string) =>
    resolveUser(text)
      .budgets.filter(({ origin, scope }) => origin.layer === 'default' && scope !== 'agent_type')
      .map(budgetText);

  it('only warn', () => {
    expect(soft('')).toEqual(['global.month.cost 500 soft', 'project.month.cost 50 soft', 'request.cost 1 soft']);
  });

  it.each([
    ['limits: { global: { max_cost_per_month: 100 } }', 'global'],
    ['limits: { global: { max_cost_per_month: null } }', 'global'],
    ['budgets: { monthly_limit_usd: 100 }', 'global'],
    ['budgets: { monthly_limit_usd: null }', 'global'],
    ['budgets: { rules: [ { scope: global, period: month, limit: 9 } ] }', 'global'],
    ['limits: { per_project: { default: { max_cost_per_month: 9 } } }', 'project'],
    ['limits: { per_request: { max_cost: null } }', 'request'],
  ])('make room for %s', (text, scope) => {
    expect(soft(text)).toEqual(soft('').filter((budget) => !budget.startsWith(scope)));
  });

  it('do not hold for a project that has its own', () => {
    expect(soft('projects: { a: { limits: { max_cost_per_month: 70 } } }')).toContain(
      'project.month.cost 50 soft except a',
    );
  });
});

describe('rules', () => {
  it('can say every scope, period, measure and action', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scopes),
        fc.constantFrom(...budgetPeriods),
        fc.constantFrom(...measures),
        fc.constantFrom(...limitActions),
        fc.boolean(),
        (scope, period, measure, action, named) => {
          const whom = named && scope !== 'global' && scope !== 'request' ? { scope_id: 'low' } : {};
          const rule = { scope, ...whom, period, measure, action, limit: 7 };
          const { user, configuration } = resolveConfiguration({
            user: JSON.stringify({ budgets: { rules: [rule] } }),
          });
          expect(user?.broken).toBe(false);
          expect(configuration.budgets.find(({ id }) => id.startsWith('rule.'))).toMatchObject({
            scope,
            scopeId: whom.scope_id ?? null,
            period,
            measure,
            hard: action !== 'warn',
            action,
            limit: measure === 'cost' ? 7e9 : 7,
          });
        },
      ),
    );
  });

  it('have ids of their own, and keep them while other rules come and go', () => {
    const rule = '{ scope: team, scope_id: core, period: month, limit: 400 }';
    expect(writtenBudgets(`budgets: { rules: [${rule}] }`)).toEqual(['rule.team:core.month.cost 400 hard block']);
    expect(
      writtenBudgets(`budgets: { rules: [{ id: x, scope: user, period: day, limit: 1 }, ${rule}, ${rule}] }`),
    ).toEqual([
      'x 1 hard block',
      'rule.team:core.month.cost 400 hard block',
      'rule.team:core.month.cost~2 400 hard block',
    ]);
  });

  it('know providers by any name', () => {
    expect(
      writtenBudgets('budgets: { rules: [{ scope: provider, scope_id: gemini, period: day, limit: 1 }] }'),
    ).toEqual(['rule.provider:google.day.cost 1 hard block']);
  });
});

describe('budgets in short and providers to fall back on', () => {
  const action = (user: string, environment: Record<string, string>, workspace?: string): string | undefined =>
    resolveConfiguration({
      user,
      environment,
      ...(workspace !== undefined && { workspaces: [{ text: workspace, trusted: true }] }),
    }).configuration.budgets.find(({ id }) => id === 'budget_per_plan')?.action;
  const fallback = { AGENT_METER_FALLBACK_PROVIDERS: 'anthropic,ollama' };
  const budget = { AGENT_METER_BUDGET_PER_PLAN: '2' };

  it('belong together, wherever each is said', () => {
    expect(action('budget_per_plan: 2', {})).toBe('block');
    expect(action('', budget)).toBe('block');
    expect(action('', { ...budget, ...fallback })).toBe('fallback');
    expect(action('budget_per_plan: 2', fallback)).toBe('fallback');
    expect(action('fallback_providers: [anthropic, ollama]', budget)).toBe('fallback');
    expect(action('fallback_providers: [anthropic, ollama]', {}, 'budget_per_plan: 2')).toBe('fallback');
    expect(action('', fallback, 'budget_per_plan: 2')).toBe('fallback');
  });
});

describe('the environment', () => {
  it('counts over the user’s file, key by key', () => {
    const { configuration, environmentIssues } = resolveConfiguration({
      user: 'budget_per_day: 10\nbudget_per_plan: 3\nfallback_providers: [openai]',
      environment: { AGENT_METER_BUDGET_PER_DAY: ' 4.5 ', AGENT_METER_FALLBACK_PROVIDERS: 'claude, ollama,claude,' },
    });
    expect(environmentIssues).toEqual([]);
    expect(configuration.fallbackProviders).toEqual(['anthropic', 'ollama']);
    expect(configuration.budgets.filter(({ id }) => id.startsWith('budget_')).map(budgetText)).toEqual([
      'budget_per_plan 3 hard fallback ≥ 0.9',
      'budget_per_day 4.5 hard fallback ≥ 0.9',
    ]);
    expect(configuration.budgets.find(({ id }) => id === 'budget_per_day')?.origin).toEqual({
      layer: 'environment',
      path: ['AGENT_METER_BUDGET_PER_DAY'],
    });
  });

  it.each([
    ['budget_per_plan: 3', { AGENT_METER_FALLBACK_PROVIDERS: 'openai' }, 'budget_per_plan 3 hard fallback ≥ 0.9'],
    ['fallback_providers: [openai]', { AGENT_METER_BUDGET_PER_PLAN: '3' }, 'budget_per_plan 3 hard fallback ≥ 0.9'],
    ['strategy: budget', { AGENT_METER_BUDGET_PER_PLAN: '3' }, 'budget_per_plan 3 hard block ≥ 0.9'],
    [
      'budget_per_plan: { limit: 3, hard_stop: false }',
      { AGENT_METER_FALLBACK_PROVIDERS: 'openai' },
      'budget_per_plan 3 soft ≥ 0.9',
    ],
  ])('falls back wherever the providers are named: %s with %o', (user, environment, expected) => {
    const { budgets } = resolveConfiguration({ user, environment }).configuration;
    expect(budgets.filter(({ id }) => id === 'budget_per_plan').map(budgetText)).toEqual([expected]);
  });

  it.each(['ten', '-1', '1e3', '99999999', 'NaN'])('is told of where it says %s', (value) => {
    const { configuration, environmentIssues } = resolveConfiguration({
      user: 'budget_per_day: 10',
      environment: { AGENT_METER_BUDGET_PER_DAY: value, AGENT_METER_BUDGET_PER_PLAN: '' },
    });
    expect(environmentIssues).toMatchObject([{ severity: 'error', code: 'environment' }]);
    expect(configuration.budgets.find(({ id }) => id === 'budget_per_day')?.limit).toBe(10e9);
  });
});

describe('a limit that is never reached', () => {
  it.each([
    ['limits: { global: { max_cost_per_day: 50, max_cost_per_month: 20 } }', ['50']],
    ['limits: { global: { max_cost_per_day: 50, max_cost_per_month: 20, hard_stop: false } }', []],
    ['limits: { global: { max_cost_per_week: 50, max_cost_per_month: 20 } }', []],
    ['limits: { global: { max_tokens_per_day: 50, max_cost_per_day: 20 } }', []],
    ['limits: { per_agent: { default: { max_cost_per_run: 5, max_cost_per_request: 6 } } }', ['6']],
    ['limits: { per_request: { max_cost: 1 }, per_agent_type: { planning: { max_cost_per_request: 2 } } }', ['2']],
    ['limits: { per_project: { default: { max_cost_per_day: 5 }, a: { max_cost_per_day: 9 } } }', []],
    ['limits: { per_project: { a: { max_cost_per_day: 9, max_cost_per_month: 8 } } }', ['9']],
  ])('is shown where there is one: %s', (text, limits) => {
    expect(shown(text)).toEqual(limits.map((limit) => `warning unreachable_limit ${limit}`));
  });
});
