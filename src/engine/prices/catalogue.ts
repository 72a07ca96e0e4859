/**
 * The built-in price catalogue: our overrides over the price package. Owns which list is asked for which model, in what order.
 * Brings the package with it, the largest module there is: import this one lazily, when the first event has to be rated.
 * Finding is cached per provider and model; each call only picks the price that is in force at the event's instant.
 */
import * as genaiPrices from '@pydantic/genai-prices';
import { modelCandidates, saysFast } from '../../domain/modelId';
import { inferProvider, localProviders, unknownProvider } from '../../domain/provider';
import { rateCard, type RateCard } from '../../domain/rateCard';
import { layeredCatalogue, type Multiplier, type PriceCatalogue, type PriceMatch } from '../../domain/rating';
import { modifiers as allModifiers, type Modifier } from '../../protocol/vocabulary';
import { defaultEstimates, localPrices, makersOnOpenRouter, mockPrices, modifierRules } from './overrides';
import { lookUp, type PricedModel, type PricePackage } from './packagePrices';
import { priceVersion } from './version';

/** The most (provider, model) pairs remembered: names come from outside. */
const cacheLimit = 10_000;

type Find = PriceCatalogue['find'];

/** Mock and local models, then the package, then the providers' default estimates. */
export function createCatalogue(): PriceCatalogue {
  const layers = [fixedPrices(), packageLayer(genaiPrices), estimates()];
  return { ...layeredCatalogue(layers.map((find) => ({ version: '', find }))), version: priceVersion };
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

type AtInstant = (atMs: number) => PriceMatch | null;

const always =
  (match: PriceMatch | null): AtInstant =>
  () =>
    match;

function byWindow(found: PricedModel, modifiers: readonly Modifier[], estimated: boolean): AtInstant {
  const multipliers = multipliersOf(found.provider, found.model);
  const windows = found.windows.map(({ applies, card }) => ({
    applies,
    match:
      card === null
        ? null
        : { provider: found.provider, matchedModel: found.model, card, estimated, modifiers, multipliers },
  }));
  const [only] = windows;
  if (only !== undefined && windows.length === 1) {
    return always(only.match);
  }
  // As the package: the last window that applies, or else the first there is.
  return (atMs) => (windows.findLast((window) => window.applies(atMs)) ?? only)?.match ?? null;
}

const none: Multiplier = { ratio: [1, 1], certain: true };

function multipliersOf(provider: string, model: string): PriceMatch['multipliers'] {
  // Lists spell one model `anthropic/claude-opus-4.8`, `regional.anthropic.claude-opus-4-8-v1:0`, `claude-opus-4-8`.
  const spellings = modelCandidates(model.replace(/^regional\./, '')).map(({ id }) => id);
  const multipliers: Partial<Record<Modifier, Multiplier>> = {};
  if (localProviders.has(provider)) {
    return Object.fromEntries(allModifiers.map((modifier) => [modifier, none]));
  }
  if (saysFast(model)) {
    multipliers.fast = none; // an entry of its own: what it costs is there
  }
  for (const rule of modifierRules) {
    if (rule.providers !== undefined && !rule.providers.includes(provider)) {
      continue;
    }
    if (spellings.some((id) => rule.models.test(id))) {
      for (const modifier of rule.modifiers) {
        multipliers[modifier] ??= { ratio: rule.ratio, certain: rule.contested !== true };
      }
    }
  }
  return multipliers;
}

function remember(resolve: (provider: string, model: string) => AtInstant): Find {
  const byProvider = new Map<string, Map<string, AtInstant>>();
  let remembered = 0;
  return (provider, model, atMs) => {
    let models = byProvider.get(provider);
    if (models === undefined) {
      models = new Map();
      byProvider.set(provider, models);
    }
    let price = models.get(model);
    if (price === undefined) {
      if (remembered >= cacheLimit) {
        byProvider.clear();
        models = new Map();
        byProvider.set(provider, models);
        remembered = 0;
      }
      price = resolve(provider, model);
      models.set(model, price);
      remembered += 1;
    }
    return price(atMs);
  };
}
