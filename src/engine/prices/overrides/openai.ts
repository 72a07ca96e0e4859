/**
 * OpenAI's prices. From GPT-5.4 on a prompt of more than 272,000 tokens costs twice as much, and its output one and a half times.
 * Cache writes have a price of their own from GPT-5.6 on; before, they cost what input costs.
 */
import type { Band, LinePrices, ProviderLines } from './line';

const source = 'https://developers.openai.com/api/docs/pricing';
/** Days on which somebody reports to have read the page. */
const november = { source, seen: '2026-11-18' };
const september = { source, seen: '2026-09-23' };
const webSearches = 10;

function long({ in: input, out, read, write5m }: LinePrices): { bands: readonly Band[] } {
  const band = {
    above: 272_000,
    in: 2 * input,
    out: 1.5 * out,
    ...(read !== undefined && { read: 2 * read }),
    ...(write5m !== undefined && { write5m: 2 * write5m }),
  };
  return { bands: [band] };
}

const withLong = (prices: LinePrices) => ({ ...prices, ...long(prices) });

const sol62 = withLong({ in: 2, out: 10, read: 0.1, write5m: 2.5 });

export const openai: ProviderLines = {
  provider: 'openai',
  cacheFallback: 'input',
  lines: [
    { models: ['gpt-6.2-astra'], ...withLong({ in: 8, out: 40, read: 0.4, write5m: 10 }), webSearches, ...november },
    { models: ['gpt-6.2-sol'], ...sol62, webSearches, ...november },
    { models: ['gpt-6.1-sol'], ...sol62, webSearches, ...november },
    { models: ['gpt-6.1-terra'], ...withLong({ in: 1, out: 5, read: 0.05, write5m: 1.25 }), webSearches, ...november },
    { models: ['gpt-6-astra'], ...withLong({ in: 10, out: 50, read: 1, write5m: 12.5 }), webSearches, ...november },
    { models: ['gpt-6-sol'], ...withLong({ in: 2, out: 10, read: 0.2, write5m: 2.5 }), webSearches, ...september },
    { models: ['gpt-6-luna'], ...withLong({ in: 0.1, out: 0.5, read: 0.01, write5m: 0.125 }), webSearches, ...november },
    { models: ['gpt-5.6-sol', 'gpt-5.6'], ...withLong({ in: 5, out: 30, read: 0.5, write5m: 6.25 }), webSearches, ...september },
    { models: ['gpt-5.6-sol', 'gpt-5.6'], from: '2026-08-21', ...withLong({ in: 4, out: 20, read: 0.4, write5m: 5 }), webSearches, ...september },
    { models: ['gpt-5.6-terra'], ...withLong({ in: 2.5, out: 15, read: 0.25, write5m: 3.125 }), webSearches, ...september },
    { models: ['gpt-5.6-terra'], from: '2026-07-30', ...withLong({ in: 2, out: 12, read: 0.2, write5m: 2.5 }), webSearches, ...september },
    { models: ['gpt-5.6-luna'], ...withLong({ in: 1, out: 6, read: 0.1, write5m: 1.25 }), webSearches, ...september },
    { models: ['gpt-5.6-luna'], from: '2026-07-30', ...withLong({ in: 0.2, out: 1.2, read: 0.02, write5m: 0.25 }), webSearches, ...september },
    { models: ['gpt-5.5'], ...withLong({ in: 5, out: 30, read: 0.5 }), webSearches, ...september },
    { models: ['gpt-5.5-pro'], ...withLong({ in: 30, out: 180 }), webSearches, ...september },
    { models: ['gpt-5.4'], ...withLong({ in: 2.5, out: 15, read: 0.25 }), webSearches, ...september },
    { models: ['gpt-5.4-pro'], ...withLong({ in: 30, out: 180 }), webSearches, ...september },
    { models: ['gpt-5.4-mini'], in: 0.75, out: 4.5, read: 0.075, webSearches, ...september },
    { models: ['gpt-5.4-nano'], in: 0.2, out: 1.25, read: 0.02, webSearches, ...september },
    { models: ['gpt-5.3-codex'], in: 1.75, out: 14, read: 0.175, webSearches, ...september },
    { models: ['gpt-5.2'], in: 1.75, out: 14, read: 0.175, webSearches, ...september },
    { models: ['gpt-5.1'], in: 1.25, out: 10, read: 0.125, webSearches, ...september },
    { models: ['gpt-5'], in: 1.25, out: 10, read: 0.125, webSearches, ...september },
    { models: ['gpt-5-mini'], in: 0.25, out: 2, read: 0.025, webSearches, ...september },
    { models: ['gpt-5-nano'], in: 0.05, out: 0.4, read: 0.005, webSearches, ...september },
  ],
}; // prettier-ignore
