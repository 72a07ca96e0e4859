import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { rateCard, type PriceList } from '../../../src/domain/prices/rateCard';
import {
  costOf,
  layeredCatalogue,
  rate,
  type PriceCatalogue,
  type PriceMatch,
} from '../../../src/domain/prices/rating';
import { noAttribution, type TokenCounts, type UsageEvent } from '../../../src/protocol/event';
import type { Modifier } from '../../../src/protocol/vocabulary';

const noTokens: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };

function event(change: Partial<UsageEvent & { provider: string }> = {}): UsageEvent & { provider: string } {
  return {
    key: { namespace: 'claude-code', call: 'm', request: 'r' },
    copy: { sidechain: false, forked: false, nested: false },
    atMs: 0,
    source: 'claude-code',
    provider: 'p',
    model: 'm',
    tokens: noTokens,
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: noAttribution,
    ...change,
  };
}

function match(list: PriceList, change: Partial<PriceMatch> = {}): PriceMatch {
  return {
    provider: 'p',
    matchedModel: 'm-1',
    card: rateCard(list),
    origin: { layer: 'package', source: null, seen: null },
    estimated: false,
    modifiers: [],
    multipliers: {},
    ...change,
  };
}

const catalogue = (found: PriceMatch | null, version = 'v1'): PriceCatalogue => ({ version, find: () => found });
const sonnet: PriceList = { input: 3, output: 15, cacheFallback: 'claude', webSearchesPerThousand: 10 };
const million = 1_000_000;
const usd = (list: PriceList, tokens: Partial<TokenCounts>, webSearches = 0, modifiers: readonly Modifier[] = []) =>
  (costOf({ tokens: { ...noTokens, ...tokens }, webSearches, modifiers }, match(list))?.nanos ?? Number.NaN) / 1e9;

describe('how an event is priced', () => {
  const tokens = { ...noTokens, input: million };

  it('reported: a cost that the source told, whatever the price', () => {
    expect(rate(event({ reportedCostNanos: 5, tokens }), catalogue(match(sonnet)))).toEqual({
      costNanos: 5,
      pricing: 'reported',
      matchedModel: null,
      priceVersion: null,
    });
  });

  it('a reported 0 is meant by the API, and says nothing in a log', () => {
    expect(rate(event({ reportedCostNanos: 0, tokens, source: 'api' }), catalogue(match(sonnet)))).toMatchObject({
      costNanos: 0,
      pricing: 'reported',
    });
    expect(rate(event({ reportedCostNanos: 0, tokens }), catalogue(match(sonnet)))).toMatchObject({
      costNanos: 3e9,
      pricing: 'rated',
    });
  });

  it('rated: with the model and the version that it was priced by', () => {
    expect(rate(event({ tokens }), catalogue(match(sonnet)))).toEqual({
      costNanos: 3e9,
      pricing: 'rated',
      matchedModel: 'm-1',
      priceVersion: 'v1',
    });
  });

  it('estimated: by a price that stands in', () => {
    expect(rate(event({ tokens }), catalogue(match(sonnet, { estimated: true }))).pricing).toBe('estimated');
  });

  it('unpriced: not free, also without tokens', () => {
    const unpriced = { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null };
    expect(rate(event({ tokens }), catalogue(null))).toEqual(unpriced);
    expect(rate(event(), catalogue(null))).toEqual(unpriced);
  });

  it('unpriced: a cost beyond what can be counted exactly', () => {
    expect(rate(event({ tokens: { ...noTokens, output: 1e12 } }), catalogue(match(sonnet))).pricing).toBe('unpriced');
  });

  it('an earlier layer goes before a later one', () => {
    const layers = [
      catalogue(null, 'a'),
      catalogue(match(sonnet, { matchedModel: 'b' }), 'b'),
      catalogue(match(sonnet), 'c'),
    ];
    const all = layeredCatalogue(layers);
    expect(all.find('p', 'm', 0)?.matchedModel).toBe('b');
    expect(all.version).toBe('a + b + c');
    expect(layeredCatalogue([]).find('p', 'm', 0)).toBeNull();
  });
});

describe('what a call costs', () => {
  it('prices each kind of token by itself', () => {
    const list: PriceList = {
      input: 1,
      output: 2,
      cacheRead: 4,
      cacheWrite5m: 8,
      cacheWrite1h: 16,
      reasoning: 32,
      cacheFallback: 'input',
    };
    expect(usd(list, { input: million })).toBe(1);
    expect(usd(list, { output: million })).toBe(2);
    expect(usd(list, { cacheRead: million })).toBe(4);
    expect(usd(list, { cacheWrite5m: million })).toBe(8);
    expect(usd(list, { cacheWrite1h: million })).toBe(16);
    expect(usd(list, { output: 2 * million, reasoning: million })).toBe(34);
  });

  it('prices thinking as output unless it has a price', () => {
    expect(usd(sonnet, { output: million, reasoning: million / 2 })).toBe(15);
  });

  it('has cache prices of Claude where a list has none', () => {
    expect(usd(sonnet, { cacheRead: million })).toBe(0.3);
    expect(usd(sonnet, { cacheWrite5m: million })).toBe(3.75);
    expect(usd(sonnet, { cacheWrite1h: million })).toBe(6);
  });

  it('takes cache for input elsewhere', () => {
    const list: PriceList = { input: 3, output: 15, cacheFallback: 'input' };
    expect(usd(list, { cacheRead: million })).toBe(3);
    expect(usd({ ...list, cacheWrite5m: 4 }, { cacheWrite1h: million })).toBe(4);
  });

  it('charges web searches and requests by the piece', () => {
    expect(usd(sonnet, {}, 10)).toBe(0.1);
    expect(usd({ ...sonnet, requestsPerThousand: 5 }, {}, 0)).toBe(0.005);
  });

  it('moves the whole request to the tier of its whole prompt, strictly above the threshold', () => {
    const list: PriceList = {
      ...sonnet,
      longContext: [
        { aboveTokens: 200_000, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite5m: 7.5, cacheWrite1h: 12 },
        { aboveTokens: 500_000, input: 12, output: 45 },
      ],
    };
    expect(usd(list, { input: 200_000 })).toBe(0.6);
    expect(usd(list, { input: 200_001 })).toBe(1.200006);
    expect(usd(list, { input: 100, cacheRead: 199_901, output: million })).toBeCloseTo(0.0006 + 0.1199406 + 22.5, 9);
    expect(usd(list, { input: 600_000 })).toBe(7.2);
  });

  it('judges each request of a usage that rolls up several by its own prompt, at the very boundary', () => {
    const list: PriceList = {
      ...sonnet,
      requestsPerThousand: 5,
      longContext: [{ aboveTokens: 200_000, input: 6, output: 22.5, cacheRead: 0.6 }],
    };
    const cost = (...prompts: number[]) => {
      const parts = prompts.map((cacheRead) => ({ ...noTokens, cacheRead, output: 10 }));
      const tokens = {
        ...noTokens,
        cacheRead: prompts.reduce((sum, one) => sum + one, 0),
        output: 10 * prompts.length,
      };
      return costOf({ tokens, parts, webSearches: 1, modifiers: [] }, match(list))?.nanos;
    };
    const [short, long] = [60_000_000 + 150_000, 120_000_600 + 225_000];
    const fee = 5_000_000;
    expect(cost(200_000, 200_000)).toBe(2 * (short + fee) + 10_000_000);
    expect(cost(200_000, 200_001)).toBe(short + long + 2 * fee + 10_000_000);
    expect(cost(200_001, 200_001, 200_000)).toBe(short + 2 * long + 3 * fee + 10_000_000);
    // Too much for a double: the same rules in big integers.
    const huge = { ...noTokens, output: 2e9 };
    const call = { tokens: { ...noTokens, output: 4e9, cacheRead: 4e5 }, webSearches: 0, modifiers: [] };
    const parts = [1, 2].map(() => ({ ...huge, cacheRead: 2e5 }));
    expect(costOf({ ...call, parts }, match({ ...list, requestsPerThousand: 0 }))?.nanos).toBe(6e13 + 120_000_000);
  });

  it('multiplies tokens by modifiers, and not web searches', () => {
    const multipliers: PriceMatch['multipliers'] = {
      fast: { ratio: [6, 1], certain: true },
      priority: { ratio: [6, 1], certain: true },
      batch: { ratio: [1, 2], certain: true },
      'us-inference': { ratio: [11, 10], certain: true },
      flex: { ratio: [1, 2], certain: false },
    };
    const cost = (called: readonly Modifier[], inName: readonly Modifier[] = []) =>
      costOf(
        { tokens: { ...noTokens, input: million }, webSearches: 1, modifiers: called },
        match(sonnet, { multipliers, modifiers: inName }),
      );
    expect(cost([])?.nanos).toBe(3.01e9);
    expect(cost(['fast'])?.nanos).toBe(18.01e9);
    expect(cost([], ['fast'])?.nanos).toBe(18.01e9);
    expect(cost(['fast'], ['fast'])?.nanos).toBe(18.01e9);
    expect(cost(['fast', 'priority'])?.nanos).toBe(18.01e9);
    expect(cost(['us-inference'])?.nanos).toBe(3.31e9);
    expect(cost(['batch', 'us-inference'])?.nanos).toBe(1.66e9);
    expect(cost(['flex'])).toEqual({ nanos: 1.51e9, certain: false });
  });

  it('says so when a modifier has no known price', () => {
    const found = match(sonnet);
    expect(costOf({ tokens: { ...noTokens, input: million }, webSearches: 0, modifiers: ['fast'] }, found)).toEqual({
      nanos: 3e9,
      certain: false,
    });
    expect(rate(event({ modifiers: ['fast'] }), catalogue(found)).pricing).toBe('estimated');
  });

  it('says so when a web search has no known fee', () => {
    const found = match({ input: 3, output: 15, cacheFallback: 'claude' });
    const call = { tokens: { ...noTokens, input: million }, modifiers: [] };
    expect(costOf({ ...call, webSearches: 2 }, found)).toEqual({ nanos: 3e9, certain: false });
    expect(costOf({ ...call, webSearches: 0 }, found)).toEqual({ nanos: 3e9, certain: true });
  });

  it('rounds once, half up', () => {
    const list: PriceList = { input: 0.0005, output: 0.0004, cacheFallback: 'input' };
    expect(usd(list, { input: 1 })).toBe(1e-9);
    expect(usd(list, { output: 1 })).toBe(0);
    expect(usd(list, { input: 1, output: 2 })).toBe(1e-9);
    expect(usd(list, { input: 1, output: 3 })).toBe(2e-9);
  });

  it('reads a price as decimals, and drops the noise of floats', () => {
    expect(usd({ input: 0.18000000000000002, output: 0, cacheFallback: 'input' }, { input: 1e9 })).toBe(180);
    expect(rateCard({ input: 0.08333333333333334, output: 1, cacheFallback: 'input' }).decimals).toBe(18);
    expect(usd({ input: 0.08333333333333334, output: 0, cacheFallback: 'input' }, { input: 12 * million })).toBe(1);
    expect(() => rateCard({ input: -1, cacheFallback: 'input' })).toThrow(RangeError);
    expect(() => rateCard({ input: 0.0000001, output: 1e6, cacheFallback: 'input' })).toThrow(RangeError);
  });

  it('is exact for any size, as big integers prove', () => {
    const price = fc.integer({ min: 0, max: 1e9 }).map((units) => units / 1e6);
    const tokens = fc.oneof(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1e12 }));
    fc.assert(
      fc.property(
        price,
        price,
        tokens,
        tokens,
        fc.nat({ max: 1000 }),
        fc.boolean(),
        (input, output, a, b, searches, us) => {
          const call = {
            tokens: { ...noTokens, input: a, output: b },
            webSearches: searches,
            modifiers: us ? (['us-inference'] as const) : [],
          };
          const found = match(
            { input, output, webSearchesPerThousand: 10, cacheFallback: 'input' },
            { multipliers: { 'us-inference': { ratio: [11, 10], certain: true } } },
          );
          const pico = (usdPerMillion: number) => BigInt(Math.round(usdPerMillion * 1e6));
          const part = (BigInt(a) * pico(input) + BigInt(b) * pico(output)) * (us ? 11n : 10n);
          const exact = (part + BigInt(searches) * 10_000_000_000n * 10n + 5_000n) / 10_000n;
          const cost = costOf(call, found);
          expect(cost === null ? null : BigInt(cost.nanos)).toBe(
            exact > BigInt(Number.MAX_SAFE_INTEGER) ? null : exact,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
