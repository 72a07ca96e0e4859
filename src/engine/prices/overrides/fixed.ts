/**
 * Prices that belong to no list, as data: of mock and local models, and what stands in for a price that nobody knows. USD per
 * million tokens. Change anything here and raise `overridesVersion`: events remember it.
 */
import type { PriceList } from '../../../domain/prices/rateCard';

/** For the tests of agent authors: any model `mock` or `mock-…` of provider `mock` costs this, always. */
export const mockPrices: PriceList = {
  input: 1,
  output: 2,
  cacheRead: 0.1,
  cacheWrite5m: 1.25,
  cacheWrite1h: 2,
  webSearchesPerThousand: 10,
  cacheFallback: 'input',
};

/** What runs on one's own machine: hardware and power are costs, tokens are not (requirement A5). */
export const localPrices: PriceList = { input: 0, output: 0, cacheFallback: 'input' };

/**
 * Per provider, what a model costs of which no list knows the price: the price of `like`, an everyday model of the provider.
 * Such an event is `estimated`. A test compares each with the package's price of `like` at `asOf`.
 */
export interface DefaultEstimate extends PriceList {
  like: string;
}

export const defaultEstimatesAsOf = '2026-11-01T00:00:00Z';

export const defaultEstimates: Readonly<Record<string, DefaultEstimate>> = {
  anthropic: { like: 'claude-sonnet-4-6', input: 3, output: 15, webSearchesPerThousand: 10, cacheFallback: 'claude' },
  openai: { like: 'gpt-5.3-codex', input: 1.75, output: 14, cacheRead: 0.175, cacheFallback: 'input' },
  google: { like: 'gemini-3.5-flash', input: 1.5, output: 9, cacheRead: 0.15, cacheFallback: 'input' },
  groq: { like: 'llama-3.3-70b-versatile', input: 0.59, output: 0.79, cacheFallback: 'input' },
  together: { like: 'meta-llama/Llama-3.3-70B-Instruct-Turbo', input: 0.88, output: 0.88, cacheFallback: 'input' },
  cohere: { like: 'command-a', input: 2.5, output: 10, cacheFallback: 'input' },
  mistral: { like: 'mistral-medium-3-5', input: 1.5, output: 7.5, cacheRead: 0.15, cacheFallback: 'input' },
};

/**
 * Makers without a list of their own in the package. OpenRouter passes such a maker's price through, but a model with open
 * weights may be cheaper there than at its maker: the event is `estimated`.
 */
export const makersOnOpenRouter: Readonly<Record<string, string>> = {
  alibaba: 'qwen',
};
