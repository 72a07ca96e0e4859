/**
 * The built-in price catalogue. Owns which list is asked for which model, in what order: of one provider our own lines go before
 * the package's; the provider's lists go before those of the model's maker; and all of them before an estimate.
 * Brings the package with it, the largest module there is: import this one lazily, when the first event has to be rated.
 * Finding is cached per provider and model; each call only picks the price that is in force at the event's instant.
 */
import * as genaiPrices from '@pydantic/genai-prices';
import { kinOf, saysSize } from '../../domain/prices/modelFamily';
import { modelCandidates, saysFast } from '../../domain/prices/modelId';
import { inferProvider, localProviders, unknownProvider } from '../../domain/prices/provider';
import { rateCard, type RateCard } from '../../domain/prices/rateCard';
import { layeredCatalogue, type PriceCatalogue, type PriceMatch } from '../../domain/prices/rating';
import type { PriceOrigin } from '../../protocol/prices/price';
import type { Modifier } from '../../protocol/vocabulary';
import type { PricedModel, PriceLists } from './lists';
import { multipliersOf } from './multipliers';
import { defaultEstimates, defaultEstimatesAsOf, localPrices, makersOnOpenRouter, mockPrices } from './overrides/fixed';
import { ownLists } from './overrides/ownLists';
import { packageLists } from './packagePrices';
import { remember, type AtInstant, type Find } from './remember';
import { priceVersion } from './version';

/** Providers of our own whose lists people choose from; gateways list what these have. */
const listedProviders = [
  'anthropic',
  'openai',
  'google',
  'moonshotai',
  'x-ai',
  'zai',
  'alibaba',
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

/** `lists`: of each provider the first that has the model counts. */
export function createCatalogue(
  lists: readonly PriceLists[] = [ownLists(), packageLists(genaiPrices)],
  version = priceVersion,
): PriceCatalogue {
  const layers = [fixedPrices(), listedPrices(lists), estimates()];
  return {
    ...layeredCatalogue(layers.map((find) => ({ version: '', find }))),
    version,
    models: () =>
      listedProviders.flatMap((provider) => modelsOf(lists, provider).map((model) => ({ provider, model }))),
  };
}

/** A model that several lists have counts once, as the first of them writes it. */
function modelsOf(lists: readonly PriceLists[], provider: string): string[] {
  const models = new Map<string, string>();
  for (const model of lists.flatMap((list) => list.models(provider))) {
    const id = model.toLowerCase();
    if (!models.has(id)) models.set(id, model);
  }
  return [...models.values()];
}

/** Mock and local models. */
function fixedPrices(): Find {
  const local = rateCard(localPrices);
  const mock = rateCard(mockPrices);
  return remember((provider, model) => {
    if (localProviders.has(provider)) {
      return always(plainMatch(provider, model, local, { layer: 'local', source: null, seen: null }));
    }
    if (provider !== 'mock') return always(null);
    return always(plainMatch(provider, model, mock, { layer: 'built_in', source: null, seen: null }));
  });
}

/**
 * The provider's own lists; those of the model's maker, for gateways; and for makers without one, OpenRouter's. When none has
 * the model: the nearest of its family, in the same order.
 */
function listedPrices(lists: readonly PriceLists[]): Find {
  const search = (provider: string, model: string, estimated: boolean, prefix = '') => {
    for (const list of lists) {
      for (const candidate of modelCandidates(model)) {
        const found = list.lookUp(provider, prefix + candidate.id);
        // A list that matches by beginnings takes `…-fast` for the plain model: a later candidate says so and carries the modifier.
        if (found !== null && !(saysFast(candidate.id) && !found.model.toLowerCase().includes('fast'))) {
          return byWindow(found, candidate.modifiers, estimated);
        }
      }
    }
    return null;
  };
  const searchKin = (provider: string, model: string, prefix = '') => {
    for (const { id, candidate } of kinOf(prefix + model, modelsOf(lists, provider))) {
      const found = lists.map((list) => list.lookUp(provider, id)).find((each) => each !== null);
      if (found?.windows.some(({ card }) => card !== null) === true) return byWindow(found, candidate.modifiers, true);
    }
    return null;
  };
  return remember((provider, model) => {
    const own = provider === unknownProvider ? null : provider;
    const known = makerOf(model);
    const maker = known === unknownProvider || known === provider ? null : known;
    const vendor = makersOnOpenRouter[provider] ?? makersOnOpenRouter[known];
    return (
      (own === null ? null : search(own, model, false)) ??
      (maker === null ? null : search(maker, model, false)) ??
      (vendor === undefined ? null : search('openrouter', model, true, `${vendor}/`)) ??
      (own === null ? null : searchKin(own, model)) ??
      (maker === null ? null : searchKin(maker, model)) ??
      (vendor === undefined ? null : searchKin('openrouter', model, `${vendor}/`)) ??
      always(null)
    );
  });
}

/** A model of no known family costs what an everyday model of its provider does, unless its name says that it is of another size. */
function estimates(): Find {
  const seen = defaultEstimatesAsOf.slice(0, 10);
  return remember((provider, model) => {
    const prices = Object.hasOwn(defaultEstimates, provider) ? defaultEstimates[provider] : undefined;
    if (prices === undefined || modelCandidates(model).length === 0 || saysSize(model)) {
      return always(null);
    }
    const name = `${provider} default (${prices.like})`;
    const match = plainMatch(provider, name, rateCard(prices), { layer: 'estimate', source: null, seen });
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

function plainMatch(provider: string, matchedModel: string, card: RateCard, origin: PriceOrigin): PriceMatch {
  const multipliers = multipliersOf(provider, matchedModel);
  return { provider, matchedModel, card, origin, estimated: false, modifiers: [], multipliers };
}

const always =
  (match: PriceMatch | null): AtInstant =>
  () =>
    match;

function byWindow(found: PricedModel, modifiers: readonly Modifier[], estimated: boolean): AtInstant {
  const multipliers = multipliersOf(found.provider, found.model);
  const windows = found.windows.map(({ applies, card, fromMs, origin }) => ({
    applies,
    match:
      card === null
        ? null
        : {
            provider: found.provider,
            matchedModel: found.model,
            card,
            origin: origin ?? found.origin,
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
