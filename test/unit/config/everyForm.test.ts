/** The forms that the configuration is promised to have, all at once and each alone. */
import { parseDocument } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/config/parse';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { budgetText, everyForm, resolveUser, shown } from './support';

describe('every form together', () => {
  const { configuration } = resolveConfiguration({ user: everyForm });

  it('has no error, and is told which limits a lower one makes idle', () => {
    expect(shown(everyForm)).toEqual(
      ['50.00', '500.00', '20.00', '200.00', '30.00', '300.00', '10.00'].map(
        (limit) => `warning unreachable_limit ${limit}`,
      ),
    );
  });

  it('comes to one list of budgets', () => {
    expect(configuration.budgets.map(budgetText)).toEqual([
      'agent_type:coding.request.cost 0.5 soft',
      'agent_type:review.request.cost 0.5 soft',
      'agent_type:testing.request.cost 0.1 soft',
      'agent_type:documentation.request.cost 0.05 soft',
      'global.day.cost 50 hard block',
      'global.month.cost 500 hard block',
      'global.day.tokens 1000000 hard block',
      'global.run.concurrent_agents 5 hard queue',
      'project.day.cost 20 hard block except my-arpg',
      'project.month.cost 200 hard block except my-arpg',
      'project:my-arpg.day.cost 30 hard block',
      'project:my-arpg.month.cost 300 hard block',
      'agent.run.cost 5 hard terminate',
      'agent.run.tokens 100000 hard terminate',
      'agent_type:planning.request.cost 1 hard block',
      'request.cost 1 hard block',
      'daily_limit_usd 5 hard block',
      'monthly_limit_usd 50 hard block',
      'provider:anthropic.month.cost 20 hard fallback',
      'provider:moonshotai.month.cost 15 hard fallback',
      'provider:openai.month.cost 10 hard fallback',
      'provider:google.month.cost 5 hard fallback',
      'budget_per_plan 2 hard fallback ≥ 0.9',
      'budget_per_day 10 hard fallback ≥ 0.9',
    ]);
  });

  it('says where each budget is written', () => {
    const { root, filePath } = parseConfiguration(everyForm);
    expect(root).not.toBeNull();
    expect(filePath(['budgets', 'per_backend', 'claude'])).toEqual(['budgets', 'per_backend', 'claude']);
    expect(configuration.budgets.find(({ id }) => id === 'provider:anthropic.month.cost')?.origin).toEqual({
      layer: 'user',
      path: ['budgets', 'per_backend', 'claude'],
    });
  });
});

describe('each form alone', () => {
  const document = parseDocument(everyForm);
  const whole = document.toJS() as Record<string, unknown>;

  it.each(Object.keys(whole))('%s', (key) => {
    const alone = parseDocument(everyForm);
    for (const other of Object.keys(whole)) if (other !== key) alone.delete(other);
    const { user } = resolveConfiguration({ user: String(alone) });
    expect(user?.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(user?.broken).toBe(false);
    expect(Object.keys(user?.parsed.entries ?? {})).toEqual([key]);
  });

  it('means alone what it means together, where nothing else speaks of it', () => {
    const together = resolveUser(everyForm);
    const alone = resolveUser('alerts:\n  anomaly: { percent: 200, baseline_days: 14, min_amount: 5 }\n');
    expect(alone.alerts.anomaly).toEqual(together.alerts.anomaly);
    expect(resolveUser('fallback_providers: [claude, gpt, claude]').fallbackProviders).toEqual(['anthropic', 'openai']);
  });
});
