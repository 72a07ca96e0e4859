import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../../src/config/normalise/defaults';
import { batching } from '../../../../src/domain/insight/batching';
import { caching } from '../../../../src/domain/insight/caching';
import { cheaperTier } from '../../../../src/domain/insight/cheaperTier';
import { failures } from '../../../../src/domain/insight/failures';
import type { Finder, Workload } from '../../../../src/domain/insight/finding';
import { localModel } from '../../../../src/domain/insight/localModel';
import { oversizedContext } from '../../../../src/domain/insight/oversizedContext';
import type { Insight } from '../../../../src/protocol/dashboard/dashboardInsights';
import { inputs, rates, usd, workload } from './support';

function one(find: Finder, parts: Partial<Workload>, others: Workload[] = []): Insight | undefined {
  const found = find(inputs({ workloads: [workload(parts), ...others] }));
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
}

describe('a model that is too expensive for small runs', () => {
  const small = { input: 500_000, output: 500_000, cacheRead: 0, cacheWrite: 0 };

  it('is compared with the cheaper one that is in use', () => {
    const haiku = workload({ model: 'claude-haiku-4-5', tier: 'medium', rates: rates(1, 5), costNanos: 0 });
    const found = one(cheaperTier, small, [haiku]);
    // $10 against $2 a million, three parts to one.
    expect(found).toMatchObject({ instead: 'claude-haiku-4-5', savingNanos: 80 * usd, confidence: 'medium' });
    expect(found?.evidence.amount).toBe(10_000);
    expect(found?.operations).toEqual([
      { kind: 'set', path: ['limits', 'per_agent_type', 'reviewer', 'strategy'], value: 'budget' },
    ]);
  });

  it('else with the upper bound of the tier below, and then it is not sure', () => {
    expect(one(cheaperTier, small)).toMatchObject({ instead: 'Medium', savingNanos: 50 * usd, confidence: 'low' });
  });

  it('is told up to 20 000 tokens a run, of 10 runs, from $5 a million on', () => {
    const sized = (input: number): Partial<Workload> => ({ ...small, input, output: 0 });
    expect(one(cheaperTier, sized(2_000_000))).toBeDefined();
    expect(one(cheaperTier, sized(2_000_100))).toBeUndefined();
    expect(one(cheaperTier, { ...sized(100_000), runs: 10 })).toBeDefined();
    expect(one(cheaperTier, { ...sized(90_000), runs: 9 })).toBeUndefined();
    expect(one(cheaperTier, { ...small, rates: rates(2.4, 12.4) })).toBeUndefined();
    expect(one(cheaperTier, { ...small, rates: null })).toBeUndefined();
  });

  it('offers no change where the type has that strategy, or the agent no type', () => {
    expect(one(cheaperTier, { ...small, agentType: null })?.operations).toBeNull();
    const configuration = { ...defaultConfiguration, agentTypes: { reviewer: { strategy: 'budget' as const } } };
    expect(cheaperTier(inputs({ workloads: [workload(small)], configuration }))[0]?.operations).toBeNull();
  });
});

describe('failures', () => {
  it('cost what they cost beyond one in fifty', () => {
    const found = one(failures, { failures: 200, failedNanos: 20 * usd });
    expect(found).toMatchObject({ savingNanos: 18 * usd, confidence: 'high', evidence: { amount: 200, ratio: 0.2 } });
  });

  it('are told from one in ten on, and from ten', () => {
    expect(one(failures, { failures: 100, failedNanos: 10 * usd })).toBeDefined();
    expect(one(failures, { failures: 99, failedNanos: 10 * usd })).toBeUndefined();
    expect(one(failures, { requests: 60, failures: 10, failedNanos: 10 * usd })).toBeDefined();
    expect(one(failures, { requests: 60, failures: 9, failedNanos: 10 * usd })).toBeUndefined();
  });

  it('that cost nothing are no saving', () => {
    expect(one(failures, { failures: 500, failedNanos: 0 })).toBeUndefined();
  });
});

describe('work that could be batched', () => {
  const single = { runs: 1_000, inRuns: 1_000, rates: rates(5, 25, 0.5) };

  it('saves what the batch price leaves off', () => {
    const priced = { ...single, input: 1_000_000, output: 3_800_000, cacheRead: 0, cacheWrite: 0 };
    expect(one(batching, priced)).toMatchObject({ savingNanos: 50 * usd, confidence: 'low', evidence: { ratio: 0.5 } });
  });

  it('has at most three requests in two runs', () => {
    expect(one(batching, { ...single, output: 0, inRuns: 900, runs: 600 })).toBeDefined();
    expect(one(batching, { ...single, output: 0, inRuns: 900, runs: 599 })).toBeUndefined();
    expect(one(batching, { ...single, output: 0, requests: 99, inRuns: 99, runs: 99 })).toBeUndefined();
  });

  it('is not told where the provider has no batch price, or less than the list price is paid already', () => {
    expect(one(batching, { ...single, output: 0, rates: rates(5, 25) })).toBeUndefined();
    expect(one(batching, { ...single, output: 8_000_000 })).toBeUndefined();
  });
});

describe('prompts that could be cached', () => {
  const repeated = { input: 10_000_000, output: 0, cacheRead: 0, cacheWrite: 0, costNanos: 50 * usd };

  it('save the difference of half of what is repeated, less what writing costs', () => {
    // 10 000 a request: 900 × 5 000 × $4.50, less 100 × 5 000 × $1.25 a million.
    expect(one(caching, repeated)?.savingNanos).toBe(19.625 * usd);
  });

  it('save in proportion where less than the list price is paid', () => {
    expect(one(caching, { ...repeated, costNanos: 25 * usd })?.savingNanos).toBe(9.8125 * usd);
  });

  it('are told from 4 000 tokens, three requests a run and under a fifth from the cache', () => {
    expect(one(caching, { ...repeated, input: 4_000_000 })).toBeDefined();
    expect(one(caching, { ...repeated, input: 3_999_000 })).toBeUndefined();
    expect(one(caching, { ...repeated, runs: 333 })).toBeDefined();
    expect(one(caching, { ...repeated, runs: 334 })).toBeUndefined();
    expect(one(caching, { ...repeated, cacheRead: 2_499_000 })).toBeDefined();
    expect(one(caching, { ...repeated, cacheRead: 2_500_000 })).toBeUndefined();
  });
});

describe('oversized context', () => {
  const large = { input: 200_000_000, output: 0, cacheRead: 0, cacheWrite: 0 };

  it('costs what is beyond a good size', () => {
    expect(one(oversizedContext, large)).toMatchObject({ savingNanos: 50 * usd, confidence: 'medium' });
    expect(one(oversizedContext, { ...large, input: 120_000_000 })?.confidence).toBe('low');
    expect(one(oversizedContext, { ...large, input: 119_999_000 })).toBeUndefined();
  });

  it('is not what writes much', () => {
    expect(one(oversizedContext, { ...large, output: 10_000_000 })).toBeDefined();
    expect(one(oversizedContext, { ...large, output: 10_001_000 })).toBeUndefined();
  });

  it('offers a warning, and none that could loosen a limit', () => {
    expect(one(oversizedContext, large)?.operations).toEqual([
      {
        kind: 'set',
        path: ['limits', 'per_agent', 'claude-code'],
        value: { max_tokens_per_request: 120_000, hard_stop: false },
      },
    ]);
    const budgets = defaultConfiguration.budgets
      .slice(0, 1)
      .map((budget) => ({ ...budget, scope: 'agent' as const, scopeId: null }));
    const limited = inputs({ workloads: [workload(large)], configuration: { ...defaultConfiguration, budgets } });
    expect(oversizedContext(limited)[0]?.operations).toBeNull();
    expect(one(oversizedContext, { ...large, agent: 'default' })?.operations).toBeNull();
  });
});

describe('a local model', () => {
  const little = { rates: rates(1, 5), input: 2_000_000, output: 500_000, cacheRead: 0, cacheWrite: 0 };
  const ollama = workload({ provider: 'ollama', model: 'qwen3', local: true, costNanos: 0 });

  it('would take small requests, where there is one', () => {
    const found = one(localModel, { ...little, failedNanos: 10 * usd }, [ollama]);
    expect(found).toMatchObject({ instead: 'ollama', savingNanos: 90 * usd, confidence: 'low' });
    expect(one(localModel, little)).toBeUndefined();
  });

  it('is not for large ones, nor for what a good model was wanted for', () => {
    expect(one(localModel, { ...little, input: 4_000_000 }, [ollama])).toBeDefined();
    expect(one(localModel, { ...little, input: 4_001_000 }, [ollama])).toBeUndefined();
    expect(one(localModel, { ...little, output: 1_001_000 }, [ollama])).toBeUndefined();
    expect(one(localModel, { ...little, rates: rates(5, 5) }, [ollama])).toBeUndefined();
  });
});

describe('what can not be told', () => {
  const free = { ...rates(0, 0), cacheRead: 0, cacheWrite: 0, input: 0, output: 0 };

  it('is what costs nothing by the list', () => {
    const many = { cacheRead: 0, input: 100_000_000, output: 100 };
    expect(one(caching, many)).toBeDefined();
    expect(one(caching, { ...many, rates: free })).toBeUndefined();
    expect(one(oversizedContext, { input: 200_000_000, output: 0 })).toBeDefined();
    expect(one(oversizedContext, { input: 200_000_000, output: 0, rates: free })).toBeUndefined();
  });

  it('is a cheaper model where there is none, and the dearest of several is compared', () => {
    const small = { input: 500_000, output: 500_000, cacheRead: 0, cacheWrite: 0 };
    const cheap = { ...defaultConfiguration, tiers: defaultConfiguration.tiers.filter(({ id }) => id === 'high') };
    const only = inputs({ workloads: [workload(small)], configuration: cheap });
    expect(cheaperTier(only)).toEqual([]);
    const others = [
      workload({ model: 'tiny', tier: 'low', rates: rates(0.1, 0.5), costNanos: 0 }),
      workload({ model: 'fair', tier: 'medium', rates: rates(1, 5), costNanos: 0 }),
      workload({ model: 'elsewhere', provider: 'openai', tier: 'medium', rates: rates(1.1, 5), costNanos: 0 }),
    ];
    expect(one(cheaperTier, small, others)).toMatchObject({ instead: 'fair', confidence: 'medium' });
    const tiny = { input: 100_000, output: 100_000, cacheRead: 0, cacheWrite: 0 };
    expect(one(cheaperTier, tiny, others)).toMatchObject({ instead: 'fair', confidence: 'high' });
    expect(one(cheaperTier, { ...small, input: 10_000_000 }, others)).toBeUndefined();
  });
});
