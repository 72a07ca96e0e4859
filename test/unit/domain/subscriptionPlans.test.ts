import { expect, it } from 'vitest';
import { canonicalProvider } from '../../../src/domain/prices/provider';
import { subscriptionPlan, subscriptionPlans } from '../../../src/domain/subscriptionPlans';

it('knows each plan by one id, of a provider by its own name, with a source and the day it was looked up', () => {
  expect(new Set(subscriptionPlans.map(({ id }) => id)).size).toBe(subscriptionPlans.length);
  for (const { id, provider, source, asOf, monthlyFeeUsd } of subscriptionPlans) {
    expect(canonicalProvider(provider), id).toBe(provider);
    expect(source, id).toMatch(/^https:\/\//);
    expect(new Date(asOf).toISOString().slice(0, 10), id).toBe(asOf);
    expect(monthlyFeeUsd === null || monthlyFeeUsd > 0, id).toBe(true);
  }
});

it('names the plans that people have, and none that nobody sells', () => {
  expect(subscriptionPlan('claude-max-5x')).toMatchObject({ provider: 'anthropic', monthlyFeeUsd: 100 });
  expect(new Set(subscriptionPlans.map(({ provider }) => provider))).toEqual(
    new Set(['anthropic', 'openai', 'github-copilot', 'google', 'cursor', 'moonshotai']),
  );
  expect(subscriptionPlan('claude-max')).toBeNull();
});
