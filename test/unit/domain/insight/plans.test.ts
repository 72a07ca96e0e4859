import { expect, it } from 'vitest';
import { defaultConfiguration } from '../../../../src/config/normalise/defaults';
import type { InsightInputs } from '../../../../src/domain/insight/finding';
import { idlePlan } from '../../../../src/domain/insight/idlePlan';
import { oversubscribedPlan } from '../../../../src/domain/insight/oversubscribedPlan';
import type { Subscription } from '../../../../src/protocol/configuration';
import type { QuotaReading, QuotaState } from '../../../../src/protocol/quota';
import { endMs, inputs, usd } from './support';

function plan(id: string, fee: number | null, layer: 'user' | 'workspace' = 'user'): Subscription {
  const origin = { layer, path: ['subscriptions', 0] } as const;
  return {
    id,
    displayName: id,
    provider: 'anthropic',
    plan: null,
    monthlyFeeNanos: fee === null ? null : fee * usd,
    cycleDay: 1,
    origin,
  };
}

function used(dollars: number, subscriptions: Subscription[], unpriced = 0): InsightInputs {
  return inputs({
    uses: [{ provider: 'anthropic', costNanos: dollars * usd, requests: 7, unpriced }],
    known: new Set(['anthropic']),
    configuration: { ...defaultConfiguration, subscriptions },
  });
}

it('a plan is idle below the floor of what it costs', () => {
  expect(idlePlan(used(49.9, [plan('max', 100)]))).toMatchObject([
    { spendNanos: 100 * usd, savingNanos: 50.1 * usd, confidence: 'high', evidence: { requests: 7, ratio: 0.499 } },
  ]);
  expect(idlePlan(used(50, [plan('max', 100)]))).toEqual([]);
});

it('a plan of which next to nothing would be saved is not told of', () => {
  expect(idlePlan(used(0.3, [plan('tiny', 0.7)]))).toEqual([]);
  expect(idlePlan(used(0.1, [plan('tiny', 0.7)]))).toMatchObject([{ savingNanos: 0.6 * usd }]);
});

it('plans of one provider share its calls', () => {
  const found = idlePlan(used(30, [plan('pro', 20), plan('max', 100)]));
  expect(found.map(({ savingNanos }) => savingNanos)).toEqual([15 * usd, 75 * usd]);
});

it('a plan whose fee is not known is not known to be idle, nor is one that shares its calls', () => {
  expect(idlePlan(used(0, [plan('kimi', null), plan('max', 100)]))).toEqual([]);
});

it('a plan whose provider was never metered is not known to be idle', () => {
  expect(idlePlan({ ...used(0, [plan('max', 100)]), known: new Set() })).toEqual([]);
});

it('a plan is taken out of the file that it stands in, and is not sure where something has no price', () => {
  expect(idlePlan(used(0, [plan('max', 100)]))[0]?.operations).toEqual([
    { kind: 'remove', path: ['subscriptions', 0] },
  ]);
  expect(idlePlan(used(0, [plan('max', 100, 'workspace')]))[0]?.operations).toBeNull();
  expect(idlePlan(used(0, [plan('max', 100)], 1))[0]?.confidence).toBe('low');
});

function quota(parts: Partial<QuotaState> & { percent?: number } = {}): QuotaState {
  const { percent = 50, ...others } = parts;
  const reading: QuotaReading = {
    used: null,
    limit: null,
    percent,
    resetsAtMs: endMs + 1,
    source: 'counted',
    asOfMs: endMs,
    confidence: 'medium',
  };
  return {
    id: 'max.7d',
    subscription: 'max',
    provider: 'anthropic',
    label: 'Max',
    meter: null,
    window: '7d',
    reading,
    counted: reading,
    observed: null,
    pace: 1.25,
    ...others,
  };
}

it('a quota that runs out too early is told, and what can be done', () => {
  expect(oversubscribedPlan(inputs({ quotas: [quota()] }))).toMatchObject([
    { savingNanos: 0, confidence: 'medium', evidence: { amount: 1.25, ratio: 0.5 } },
  ]);
  const configuration = { ...defaultConfiguration, whenQuotaExhausted: 'warn' } as const;
  expect(oversubscribedPlan(inputs({ quotas: [quota()], configuration }))[0]?.operations).toEqual([
    { kind: 'set', path: ['when_quota_exhausted'], value: 'fallback' },
  ]);
});

it.each(['fallback', 'queue', 'block'] as const)('where %s was chosen there is nothing to choose', (chosen) => {
  const configuration = { ...defaultConfiguration, whenQuotaExhausted: chosen };
  expect(oversubscribedPlan(inputs({ quotas: [quota()], configuration }))[0]?.operations).toBeNull();
});

it.each([
  { pace: 1.24 },
  { pace: null },
  { percent: 49.9 },
  { window: '5h' },
  { subscription: null },
  { reading: null },
])('no quota is told of with %o', (parts) =>
  expect(oversubscribedPlan(inputs({ quotas: [quota(parts)] }))).toEqual([]),
);
