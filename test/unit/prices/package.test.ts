/** Differential: our integers against the package's own arithmetic, over every model of its main lists. */
import * as genaiPrices from '@pydantic/genai-prices';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { costOf, type PriceMatch } from '../../../src/domain/prices/rating';
import { createCatalogue } from '../../../src/engine/prices/catalogue';
import { packageLists } from '../../../src/engine/prices/packagePrices';
import type { TokenCounts } from '../../../src/protocol/event';

const prices = createCatalogue([packageLists(genaiPrices)]);
const lists: readonly (readonly [ours: string, theirs: string])[] = [
  ['anthropic', 'anthropic'],
  ['openai', 'openai'],
  ['google', 'google'],
  ['groq', 'groq'],
  ['together', 'together'],
  ['cohere', 'cohere'],
  ['mistral', 'mistral'],
  ['moonshotai', 'moonshotai'],
  ['deepseek', 'deepseek'],
  ['x-ai', 'x-ai'],
  ['zhipuai', 'zhipuai'],
  ['bedrock', 'aws'],
  ['openrouter', 'openrouter'],
];

interface Known {
  ours: string;
  theirs: string;
  id: string;
}

/** Ids that the package finds under themselves, on lists that we ask. */
const known: Known[] = lists.flatMap(([ours, theirs]) =>
  (findProvider({ providerId: theirs })?.models ?? [])
    .filter(({ id }) => calcPrice({}, id, { providerId: theirs })?.model.id === id)
    .filter(({ id }) => prices.find(ours, id, 0)?.matchedModel === id)
    .map(({ id }) => ({ ours, theirs, id })),
);

function packageUsd({ theirs, id }: Known, tokens: TokenCounts, webSearches: number, atMs: number): number {
  const writes = tokens.cacheWrite5m + tokens.cacheWrite1h;
  const found = calcPrice(
    {
      input_tokens: tokens.input + tokens.cacheRead + writes,
      cache_read_tokens: tokens.cacheRead,
      cache_write_tokens: writes,
      cache_write_5m_tokens: tokens.cacheWrite5m,
      cache_write_1h_tokens: tokens.cacheWrite1h,
      output_tokens: tokens.output,
      output_reasoning_tokens: tokens.reasoning,
      web_searches: webSearches,
    },
    id,
    { providerId: theirs, timestamp: new Date(atMs) },
  );
  return found?.total_price ?? Number.NaN;
}

/** Where we differ on purpose: Claude's cache has a price also where a list does not give it. */
function withoutOwnFallbacks(model: Known, tokens: TokenCounts, atMs: number): TokenCounts {
  const listed = calcPrice({}, model.id, { providerId: model.theirs, timestamp: new Date(atMs) })?.model_price ?? {};
  if (!/claude/i.test(model.id)) return tokens;
  return {
    ...tokens,
    cacheRead: 'cache_read_mtok' in listed ? tokens.cacheRead : 0,
    cacheWrite5m: 'cache_write_mtok' in listed ? tokens.cacheWrite5m : 0,
    cacheWrite1h: 'cache_write_1h_mtok' in listed ? tokens.cacheWrite1h : 0,
  };
}

function nanos(match: PriceMatch | null, tokens: TokenCounts, webSearches: number): number {
  const cost = match === null ? null : costOf({ tokens, webSearches, modifiers: [] }, match);
  return cost?.nanos ?? Number.NaN;
}

const count = fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 10_000 }), fc.nat({ max: 400_000 }));
const usage = fc
  .record({
    input: count,
    output: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    thinking: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ thinking, ...tokens }): TokenCounts => ({ ...tokens, reasoning: Math.floor(tokens.output * thinking) }));
const instant = fc.integer({ min: Date.parse('2025-01-01T00:00:00Z'), max: Date.parse('2027-06-01T00:00:00Z') });

describe('against the package', () => {
  it('knows most of its models', () => {
    expect(known.length).toBeGreaterThan(800);
    expect(known.filter(({ ours }) => ours === 'anthropic').length).toBeGreaterThan(20);
  });

  it('costs the same, to the nano-dollar', () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), usage, fc.nat({ max: 20 }), instant, (model, raw, webSearches, atMs) => {
        const tokens = withoutOwnFallbacks(model, raw, atMs);
        const ours = nanos(prices.find(model.ours, model.id, atMs), tokens, webSearches);
        const theirs = packageUsd(model, tokens, webSearches, atMs) * 1e9;
        // Their sum is of doubles, ours of integers: half a nano for our rounding, the rest for theirs.
        expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(0.5 + theirs * 1e-11);
      }),
      { numRuns: 10_000 },
    );
  });

  it('prices every Claude cache write of an hour, also where a list has none', () => {
    const call: TokenCounts = {
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 1_000_000,
      reasoning: 0,
    };
    const atMs = Date.parse('2026-11-21T00:00:00Z');
    expect(nanos(prices.find('bedrock', 'us.anthropic.claude-opus-4-8-v1:0', atMs), call, 0)).toBe(11e9);
  });
});
