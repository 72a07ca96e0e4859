import { describe, expect, it } from 'vitest';
import type { LimitReason, Verdict } from '../../../src/domain/budgets/authorize';
import { chooseFallback, type FallbackQuestion } from '../../../src/domain/budgets/fallback';
import { capabilitiesOf, gradeOf, knownModels } from '../../../src/domain/budgets/fallbackModels';
import { compareProviders, downgrades, gradesFor, strategyFor } from '../../../src/domain/budgets/strategy';
import { strategies } from '../../../src/protocol/configuration';

const reason = (of: LimitReason['of'] = 'budget'): LimitReason => ({
  kind: 'used_up',
  effect: 'block',
  limitId: 'b',
  of,
  scope: 'provider',
  value: 'p',
  period: 'day',
  measure: 'cost',
  limit: 1,
  used: 1,
  reserved: 0,
  estimate: 1,
  hard: true,
  resetsMs: 1,
  retryAfterMs: 1,
});
const fine: Verdict = { effect: null, reasons: [] };
const refused = (of?: LimitReason['of']): Verdict => ({
  effect: 'block',
  reasons: [{ ...reason(of), effect: 'warn' }, reason(of)],
});

const ask = (parts: Partial<FallbackQuestion> = {}): ReturnType<typeof chooseFallback> =>
  chooseFallback({
    asked: { provider: 'anthropic', model: 'claude-opus-4-6' },
    order: ['anthropic', 'openai', 'ollama'],
    inUse: [],
    strategy: 'balanced',
    required: [],
    mayDowngrade: false,
    isLocal: (provider) => provider === 'ollama',
    modelsOf: () => [],
    configuredCapabilities: () => null,
    costOf: () => null,
    judge: () => fine,
    ...parts,
  });

describe('a fallback', () => {
  it('is the first of the configured order that may be asked, at the grade that was asked for', () => {
    expect(ask()).toEqual({ choice: { provider: 'openai', model: 'gpt-5.2', verdict: fine }, skipped: [] });
    expect(ask({ asked: { provider: 'anthropic', model: 'claude-haiku-4-5' } }).choice?.model).toBe('gpt-5-nano');
    expect(ask({ strategy: 'budget' }).choice?.model).toBe('gpt-5-nano');
    expect(ask({ asked: { provider: 'x', model: 'x-mini' }, strategy: 'quality_first' }).choice?.model).toBe(
      'claude-opus-4-6',
    );
  });

  it('takes the models that the user has before those that we know', () => {
    expect(ask({ modelsOf: (provider) => (provider === 'openai' ? ['my-pro'] : []) }).choice?.model).toBe('my-pro');
  });

  it('tries lesser models of a provider before it goes on, and says why the first was not taken', () => {
    const asked: string[] = [];
    const judge = (provider: string, model: string): Verdict => {
      asked.push(model);
      return provider === 'ollama' ? fine : refused('quota');
    };
    const answer = ask({ judge });
    expect(asked).toEqual(['gpt-5.2', 'gpt-5-mini', 'gpt-5-nano', 'qwen3-coder']);
    expect(answer.choice?.provider).toBe('ollama');
    expect(answer.skipped).toEqual([
      { provider: 'openai', model: 'gpt-5.2', why: 'quota', missing: [], reasons: [reason('quota')] },
    ]);
  });

  it('skips what can not do what is required', () => {
    const required = ['vision', 'tool_calls'] as const;
    const answer = ask({ order: ['moonshotai', 'ollama'], required });
    expect(answer.choice).toBeNull();
    expect(answer.skipped).toEqual([
      expect.objectContaining({ provider: 'moonshotai', why: 'capability', missing: ['vision'] }),
      expect.objectContaining({ provider: 'ollama', why: 'capability', missing: ['vision'] }),
    ]);
    expect(ask({ order: ['ollama'], required, configuredCapabilities: () => required }).choice?.provider).toBe(
      'ollama',
    );
    const unknown = { order: ['nobody'], required, modelsOf: () => ['m'] };
    expect(ask(unknown).choice?.model, 'what nobody knows may do it').toBe('m');
  });

  it('says where there is no model to try', () => {
    expect(ask({ order: ['nobody'] })).toEqual({
      choice: null,
      skipped: [{ provider: 'nobody', model: null, why: 'no_model', missing: [], reasons: [] }],
    });
    expect(ask({ judge: () => ({ effect: 'block', reasons: [] }), order: ['mock'] }).skipped[0]?.why).toBe('request');
  });

  it('takes a lesser model of the same provider only where a task begins', () => {
    expect(ask({ mayDowngrade: true }).choice).toMatchObject({ provider: 'anthropic', model: 'claude-sonnet-4-5' });
    const small = ask({ mayDowngrade: true, asked: { provider: 'anthropic', model: 'claude-haiku-4-5' } });
    expect(small.choice?.provider, 'there is nothing lesser').toBe('openai');
    expect(small.skipped).toEqual([]);
    expect(ask({ mayDowngrade: true, order: [], asked: { provider: 'mock', model: 'mock-1' } })).toEqual({
      choice: null,
      skipped: [],
    });
  });

  it('follows the strategy among the providers in use where the user has given no order', () => {
    const inUse = ['ollama', 'openai', 'google', 'anthropic', 'openai'];
    const costOf = (provider: string): number | null => ({ openai: 5, google: 2 })[provider] ?? null;
    const tried = (strategy: FallbackQuestion['strategy']): string[] =>
      ask({ order: null, inUse, costOf, strategy, judge: () => refused() }).skipped.map(({ provider }) => provider);
    expect(tried('balanced')).toEqual(['google', 'openai', 'ollama']);
    expect(tried('budget')).toEqual(['google', 'openai', 'ollama']);
    expect(tried('local_first')).toEqual(['ollama', 'google', 'openai']);
    expect(tried('quality_first')).toEqual(['openai', 'google', 'ollama']);
  });
});

describe('a strategy', () => {
  const configuration = { strategy: 'balanced', agentTypes: { planning: { strategy: 'quality_first' } } } as const;

  it('is the agent type’s own, else everybody’s', () => {
    expect(strategyFor('planning', configuration)).toBe('quality_first');
    expect(strategyFor('coding', configuration)).toBe('balanced');
    expect(strategyFor('constructor', configuration), 'a name of every object').toBe('balanced');
    expect(strategyFor(null, configuration)).toBe('balanced');
  });

  it('tries each grade once', () => {
    for (const strategy of strategies) {
      for (const asked of [1, 2, 3] as const) expect([...gradesFor(strategy, asked)].sort()).toEqual([1, 2, 3]);
    }
    expect(gradesFor('balanced', 2)).toEqual([2, 1, 3]);
    expect(strategies.filter(downgrades)).toEqual(['balanced', 'budget', 'local_first']);
  });

  it('knows nothing of prices that are not there', () => {
    const ranked = [
      { provider: 'a', local: false, costNanos: null },
      { provider: 'b', local: false, costNanos: null },
      { provider: 'c', local: false, costNanos: 1 },
    ];
    expect(ranked.toSorted(compareProviders('budget')).map(({ provider }) => provider)).toEqual(['c', 'a', 'b']);
  });
});

describe('known models', () => {
  it('stand once each, and every provider has what its strategy needs', () => {
    const keys = knownModels.map(({ provider, model }) => `${provider} ${model}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are graded by what we know, or what their name says', () => {
    expect(gradeOf('anthropic', 'claude-sonnet-4-5')).toBe(2);
    expect(
      ['claude-3-opus', 'gpt-5.5', 'o3', 'x-large', 'deepseek-reasoner'].map((model) => gradeOf('x', model)),
    ).toEqual([3, 3, 3, 3, 3]);
    expect(['gpt-4o-mini', 'gemini-9-flash', 'llama-3.1-8b-x'].map((model) => gradeOf('x', model))).toEqual([1, 1, 1]);
    expect(gradeOf('x', 'something')).toBe(2);
  });

  it('lend what all of a provider can do to its unknown ones', () => {
    expect(capabilitiesOf('deepseek', 'deepseek-chat')).toContain('tool_calls');
    expect(capabilitiesOf('deepseek', 'deepseek-next')).toEqual(['streaming', 'json_mode']);
    expect(capabilitiesOf('nobody', 'm')).toBeNull();
  });
});
