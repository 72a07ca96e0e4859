/**
 * Models that a provider offers and what they can do: where a fallback goes when the user has named no model. Owns
 * which capabilities are known. Prices are not here; `grade` only says which of a provider's models can stand in for
 * which: 3 the best it has, 2 everyday work, 1 small and quick.
 */
import type { Capability, Configuration } from '../../protocol/configuration';

export interface KnownModel {
  provider: string;
  model: string;
  grade: 1 | 2 | 3;
  capabilities: readonly Capability[];
}

const all: readonly Capability[] = ['tool_calls', 'streaming', 'vision', 'json_mode'];
const blind: readonly Capability[] = ['tool_calls', 'streaming', 'json_mode'];

function models(
  provider: string,
  list: readonly (readonly [model: string, grade: 1 | 2 | 3, capabilities: readonly Capability[]])[],
): KnownModel[] {
  return list.map(([model, grade, capabilities]) => ({ provider, model, grade, capabilities }));
}

/** Each provider's in the order in which they are tried within a grade. */
export const knownModels: readonly KnownModel[] = [
  ...models('anthropic', [
    ['claude-opus-4-6', 3, all],
    ['claude-sonnet-4-5', 2, all],
    ['claude-haiku-4-5', 1, all],
  ]),
  ...models('openai', [
    ['gpt-5.2', 3, all],
    ['gpt-5-mini', 2, all],
    ['gpt-5-nano', 1, all],
  ]),
  ...models('google', [
    ['gemini-2.5-pro', 3, all],
    ['gemini-2.5-flash', 2, all],
    ['gemini-2.5-flash-lite', 1, all],
  ]),
  ...models('moonshotai', [['kimi-k2-0905-preview', 2, blind]]),
  ...models('mistral', [
    ['mistral-large-latest', 3, blind],
    ['mistral-medium-latest', 2, all],
    ['mistral-small-latest', 1, all],
  ]),
  ...models('groq', [
    ['llama-3.3-70b-versatile', 2, blind],
    ['llama-3.1-8b-instant', 1, blind],
  ]),
  ...models('together', [['meta-llama/Llama-3.3-70B-Instruct-Turbo', 2, blind]]),
  ...models('cohere', [
    ['command-a-03-2025', 3, blind],
    ['command-r7b-12-2024', 1, blind],
  ]),
  ...models('deepseek', [
    ['deepseek-reasoner', 3, ['streaming', 'json_mode']],
    ['deepseek-chat', 2, blind],
  ]),
  ...models('ollama', [['qwen3-coder', 2, blind]]),
  ...models('lmstudio', [['qwen3-coder', 2, blind]]),
  ...models('llamacpp', [['qwen3-coder', 2, ['streaming', 'json_mode']]]),
  ...models('mock', [['mock-1', 2, all]]),
];

const small = /(?:haiku|mini|nano|lite|small|tiny|instant|flash|\b[1-9]b\b)/;
const best = /(?:opus|pro\b|large|ultra|^gpt-5(?:\.\d+)?$|^o\d|reasoner)/;

/** By what we know of it, or what its name says. */
export function gradeOf(provider: string, model: string): 1 | 2 | 3 {
  const known = knownModels.find((one) => one.provider === provider && one.model === model);
  if (known !== undefined) return known.grade;
  const id = model.toLowerCase();
  if (small.test(id)) return 1;
  return best.test(id) ? 3 : 2;
}

/** `null`: nobody has told us. A model that we do not know is taken to do what all of its provider's known ones do. */
export function capabilitiesOf(provider: string, model: string): readonly Capability[] | null {
  const ofProvider = knownModels.filter((one) => one.provider === provider);
  const known = ofProvider.find((one) => one.model === model);
  if (known !== undefined) return known.capabilities;
  if (ofProvider.length === 0) return null;
  return all.filter((capability) => ofProvider.every(({ capabilities }) => capabilities.includes(capability)));
}

/** The user's word on a model or its provider; `null`: as our data says. */
export function configuredCapabilities(
  { models, providers }: Pick<Configuration, 'models' | 'providers'>,
  provider: string,
  model: string,
): readonly Capability[] | null {
  const id = model.toLowerCase();
  const facts = models.find(
    (one) => one.capabilities !== null && (one.provider ?? provider) === provider && one.model.toLowerCase() === id,
  );
  if (facts !== undefined) return facts.capabilities;
  const ofProvider = Object.hasOwn(providers, provider) ? (providers[provider]?.capabilities ?? null) : null;
  // A provider's list says what it offers at all: what our data denies a model stays denied.
  const known = capabilitiesOf(provider, model);
  return ofProvider === null || known === null
    ? ofProvider
    : ofProvider.filter((capability) => known.includes(capability));
}
