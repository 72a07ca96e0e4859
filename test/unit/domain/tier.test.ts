import { describe, expect, it } from 'vitest';
import { rateCard } from '../../../src/domain/prices/rateCard';
import { blendedPrice, defaultTiers, tierOf } from '../../../src/domain/prices/tier';

const card = (input: number, output: number) => rateCard({ input, output, cacheFallback: 'input' });

describe('cost tiers (B1, B2)', () => {
  it.each([
    ['gpt-5-nano', 0.05, 0.4, 'low'],
    ['just under medium', 0.9999, 0.9999, 'low'],
    ['exactly 1', 1, 1, 'medium'],
    ['claude-haiku-4-5', 1, 5, 'medium'],
    ['exactly 5', 3, 11, 'high'],
    ['claude-sonnet-4-6', 3, 15, 'high'],
    ['claude-opus-4-8', 5, 25, 'high'],
    ['exactly 15', 10, 30, 'premium'],
    ['claude-opus-4-1', 15, 75, 'premium'],
    ['free', 0, 0, 'low'],
  ])('%s', (_name, input, output, tier) => {
    expect(tierOf(card(input, output))).toBe(tier);
  });

  it('blends three parts input with one part output', () => {
    expect(blendedPrice(card(3, 15))).toBe(6);
    expect(blendedPrice(card(0.0833333333333, 0.3))).toBeCloseTo(0.1375, 9);
  });

  it('covers every price, without gap or overlap', () => {
    for (const [index, tier] of defaultTiers.entries()) {
      expect(tier.price_range_max).toBe(defaultTiers[index + 1]?.price_range_min ?? null);
    }
    expect(defaultTiers[0]?.price_range_min).toBe(0);
  });

  it('has no tier for a price that the tiers leave out', () => {
    expect(tierOf(card(3, 15), defaultTiers.slice(0, 1))).toBeNull();
  });
});
