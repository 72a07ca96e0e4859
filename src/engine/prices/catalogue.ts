/**
 * The built-in price catalogue: our overrides over the price package. Owns which list is asked for which model, in what order.
 * Brings the package with it, the largest module there is: import this one lazily, when the first event has to be rated.
 * Finding is cached per provider and model; each call only picks the price that is in force at the event's instant.
 */
import * as genaiPrices from '@pydantic/genai-prices';
import { modelCandidates, saysFast } from '../../domain/modelId';
import { inferProvider, localProviders, unknownProvider } from '../../domain/provider';
import { rateCard, type RateCard } from '../../domain/rateCard';
import { layeredCatalogue, type PriceCatalogue, type PriceMatch } from '../../domain/rating';
import type { Modifier } from '../../protocol/vocabulary';
import { multipliersOf } from './multipliers';
import { defaultEstimates, localPrices, makersOnOpenRouter, mockPrices } from './overrides';
import { listModels, lookUp, type PricedModel, type PricePackage } from './packagePrices';
import { remember, type AtInstant, type Find } from './remember';
import { priceVersion } from './version';

/** Providers of our own whose lists people choose from; gateways list what these have. */
const listedProviders = [
  'anthropic',
  'openai',
  'google',
  'moonshotai',
  'x-ai',
  'mistral',
  'deepseek',
  'groq',
  'together',
  'cohere',
  'fireworks',
  'cerebras',
  'bedrock',
  'azure',
  'openrouter',
];

/** Mock and local models, then the package, then the providers' default estimates. */
export function createCatalogue(): PriceCatalogue {
  const layers = [fixedPrices(), packageLayer(genaiPrices), estimates()];
  return {
    ...layeredCatalogue(layers.map((find) => ({ version: '', find }))),
    version: priceVersion,
    models: () => listModels(genaiPrices, listedProviders),
  };
}

function fixedPrices(): Find {
  const local = rateCard(localPrices);
  const mock = rateCard(mockPrices);
  return remember((provider, model) => {
    if (localProviders.has(provider)) {
      return always(plainMatch(provider, model, local));
    }
    return always(provider === 'mock' ? plainMatch(provider, model, mock) : null);
  });
}

/** The provider's own list; the list of the model's maker, for gateways; and for makers without one, OpenRouter's. */
function packageLayer(prices: PricePackage): Find {
  const search = (list: string, model: string, estimated: boolean, prefix = '') => {
    for (const candidate of modelCandidates(model)) {
      const found = lookUp(prices, list, prefix + candidate.id);
      // A list that matches by beginnings takes `…-fast` for the plain model: a later candidate says so and carries the modifier.
      if (found !== null && !(saysFast(candidate.id) && !found.model.toLowerCase().includes('fast'))) {
        return byWindow(found, candidate.modifiers, estimated);
      }
    }
    return null;
  };
  return remember((provider, model) => {
    const maker = makerOf(model);
    const vendor = makersOnOpenRouter[provider] ?? makersOnOpenRouter[maker];
    return (
      (provider === unknownProvider ? null : search(provider, model, false)) ??
      (maker === unknownProvider || maker === provider ? null : search(maker, model, false)) ??
      (vendor === undefined ? null : search('openrouter', model, true, `${vendor}/`)) ??
      always(null)
    );
  });
}

function estimates(): Find {
  return remember((provider, model) => {
    const prices = Object.hasOwn(defaultEstimates, provider) ? defaultEstimates[provider] : undefined;
    if (prices === undefined || modelCandidates(model).length === 0) {
      return always(null);
    }
    const match = plainMatch(provider, `${provider} default (${prices.like})`, rateCard(prices));
    return always({ ...match, estimated: true });
  });
}

/** Whose model it is, whoever serves it: the provider that the barest form of the id points to. */
function makerOf(model: string): string {
  for (const { id } of modelCandidates(model).reverse()) {
    const provider = inferProvider(id);
    if (provider !== unknownProvider) {
      return provider;
    }
  }
  return unknownProvider;
}

function plainMatch(provider: string, matchedModel: string, card: RateCard): PriceMatch {
  const multipliers = multipliersOf(provider, matchedModel);
  return { provider, matchedModel, card, estimated: false, modifiers: [], multipliers };
}

const always =
  (match: PriceMatch | null): AtInstant =>
  () =>
    match;

function byWindow(found: PricedModel, modifiers: readonly Modifier[], estimated: boolean): AtInstant {
  const multipliers = multipliersOf(found.provider, found.model);
  const windows = found.windows.map(({ applies, card, fromMs }) => ({
    applies,
    match:
      card === null
        ? null
        : {
            provider: found.provider,
            matchedModel: found.model,
            card,
            estimated,
            modifiers,
            multipliers,
            ...(fromMs !== undefined && { fromMs }),
          },
  }));
  const [only] = windows;
  if (only !== undefined && windows.length === 1) {
    return always(only.match);
  }
  // As the package: the last window that applies, or else the first there is.
  return (atMs) => (windows.findLast((window) => window.applies(atMs)) ?? only)?.match ?? null;
}
