/**
 * The prices that we keep ourselves, as data: what the price package lacks or does not cover. USD per million tokens.
 * Each entry says where it is from. Change anything here and raise `overridesVersion`: events remember it.
 */
import type { Ratio } from '../../domain/rating';
import type { PriceList } from '../../domain/rateCard';
import type { Modifier } from '../../protocol/vocabulary';

export const overridesVersion = '1';

/** Of the package that is bundled; a test compares it with the installed one. */
export const packageVersion = '0.1.8';

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

/** Provider ids of ours that the package calls something else. */
export const packageProviderIds: Readonly<Record<string, string>> = {
  bedrock: 'aws',
  vertex: 'google',
};

export interface ModifierRule {
  modifiers: readonly Modifier[];
  /** Of the list that the price is from; none: any. */
  providers?: readonly string[];
  /** Of the matched id, in the plain spelling of the maker (`claude-opus-4-8`, `gpt-5.5`). */
  models: RegExp;
  ratio: Ratio;
  /** Sources differ: what it is applied to becomes `estimated`. */
  contested?: true;
}

/**
 * The first rule that fits counts. A modifier that no rule fits has no known price: the event gets the standard price and is
 * `estimated`. Sources: agent-reported multipliers of fast lanes, where the package has a `-fast` twin on OpenRouter or Copilot
 * checked against it (a test does so again); the providers' published halves for batch and flex.
 */
export const modifierRules: readonly ModifierRule[] = [
  { modifiers: ['fast'], models: /^claude-opus-4-[67]$/, ratio: [6, 1] },
  { modifiers: ['fast'], models: /^claude-opus-(?:4-8|5)$/, ratio: [2, 1] },
  { modifiers: ['fast', 'priority'], providers: ['openai'], models: /^gpt-5\.5$/, ratio: [5, 2] },
  { modifiers: ['fast', 'priority'], providers: ['openai'], models: /^gpt-5\.4$/, ratio: [2, 1] },
  {
    modifiers: ['fast', 'priority'],
    providers: ['openai'],
    models: /^gpt-5(?:\.[1-3])?(?:-codex(?:-max)?)?$/,
    ratio: [2, 1],
  },
  // Agents do not agree on these: 2 in some, 2.5 in others.
  {
    modifiers: ['fast', 'priority'],
    providers: ['openai'],
    models: /^gpt-(?:5\.6|6)(?:-\w+)?$/,
    ratio: [2, 1],
    contested: true,
  },
  {
    modifiers: ['flex'],
    providers: ['openai'],
    models: /^(?:gpt-5(?:\.\d)?(?:-mini|-nano)?|o3|o4-mini)$/,
    ratio: [1, 2],
  },
  {
    modifiers: ['batch'],
    providers: ['anthropic', 'openai', 'google', 'vertex', 'bedrock', 'azure', 'mistral', 'groq', 'together'],
    models: /./,
    ratio: [1, 2],
  },
  {
    modifiers: ['us-inference'],
    providers: ['anthropic'],
    models: /^claude-(?:opus-4-[6-9]|sonnet-4-[6-9]|haiku-4-[6-9]|(?:opus|sonnet|haiku|fable)-[5-9])/,
    ratio: [11, 10],
  },
  // Where the surcharge does not exist (older models, other platforms), naming the region costs nothing.
  { modifiers: ['us-inference'], models: /./, ratio: [1, 1] },
];
