/**
 * The price package, read as rate cards. Owns what its data means to us: dates, times of day, long-context tiers, and which of
 * its entries are no price of tokens at all. Its matching of ids is its own. Instants are UTC: a start date begins at 00:00 UTC.
 */
import type { calcPrice, ConditionalPrice, findProvider, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { rateCard, type PriceList, type RateCard, type TokenPrices } from '../../domain/rateCard';
import { packageProviderIds } from './overrides';

export interface PricePackage {
  calcPrice: typeof calcPrice;
  findProvider: typeof findProvider;
}

export interface PricedModel {
  /** Our id of the provider whose list it is. */
  provider: string;
  model: string;
  /** The last one that applies counts. */
  windows: readonly PriceWindow[];
}

export interface PriceWindow {
  /** Since when, where the list says so. */
  fromMs?: number;
  applies: (atMs: number) => boolean;
  /** `null`: in this window the list has no price of tokens. */
  card: RateCard | null;
}

const dayMs = 86_400_000;

/** What a list of the package has under an id, tried as it is; `null` when it has nothing. */
export function lookUp(prices: PricePackage, provider: string, id: string): PricedModel | null {
  const listId = packageProviderIds[provider] ?? provider;
  // The package takes `my-openai-proxy` for OpenAI; we only ask for a list by its own name.
  if (prices.findProvider({ providerId: listId })?.id !== listId) {
    return null;
  }
  const found = prices.calcPrice({}, id, { providerId: listId });
  if (found === null) {
    return null;
  }
  const model = found.model;
  const conditional: ConditionalPrice[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  return { provider, model: model.id, windows: conditional.map((entry) => window(entry, listId, model)) };
}

/** The models on the providers' lists, in the package's order. */
export function listModels(prices: PricePackage, providers: readonly string[]): { provider: string; model: string }[] {
  return providers.flatMap((provider) => {
    const listId = packageProviderIds[provider] ?? provider;
    const list = prices.findProvider({ providerId: listId });
    return list?.id === listId ? list.models.map(({ id }) => ({ provider, model: id })) : [];
  });
}

function window(entry: ConditionalPrice, listId: string, model: ModelInfo): PriceWindow {
  const card = cardOf(entry.prices, listId, model.id);
  const { constraint } = entry;
  if (constraint === undefined) {
    return { applies: () => true, card };
  }
  if (constraint.type === 'start_date') {
    const startMs = Date.parse(constraint.start_date);
    return { fromMs: startMs, applies: (atMs) => atMs >= startMs, card };
  }
  const startMs = timeOfDay(constraint.start_time);
  const endMs = timeOfDay(constraint.end_time);
  return {
    applies: (atMs) => {
      const time = ((atMs % dayMs) + dayMs) % dayMs;
      return endMs < startMs ? time >= startMs || time < endMs : time >= startMs && time < endMs;
    },
    card,
  };
}

/** `00:30:00Z`, as milliseconds after midnight UTC. */
function timeOfDay(time: string): number {
  const ms = Date.parse(`1970-01-01T${time}`);
  return ((ms % dayMs) + dayMs) % dayMs;
}

type Price = ModelPrice[string];

const base = (price: Price) => (typeof price === 'object' ? price.base : price);

/** The price at a prompt just above `tokens`. */
const above = (price: Price, tokens: number) =>
  typeof price === 'object'
    ? price.tiers.reduce((so, tier) => (tier.start <= tokens && tier.start >= so.start ? tier : so), {
        start: -1,
        price: price.base,
      }).price
    : price;

const tokenPrices = (prices: ModelPrice, read: (price: Price) => number | undefined): TokenPrices => ({
  input: read(prices['input_mtok']),
  output: read(prices['output_mtok']),
  cacheRead: read(prices['cache_read_mtok']),
  cacheWrite5m: read(prices['cache_write_mtok']),
  cacheWrite1h: read(prices['cache_write_1h_mtok']),
  reasoning: read(prices['output_reasoning_mtok']),
});

/** Models whose empty price list means that they are included, not that nobody knows. */
const isFree = (listId: string, model: string) => model.endsWith(':free') || listId === 'github-copilot';

function cardOf(prices: ModelPrice, listId: string, model: string): RateCard | null {
  const pricesTokens = prices['input_mtok'] !== undefined || prices['output_mtok'] !== undefined;
  if (!pricesTokens && !(Object.keys(prices).length === 0 && isFree(listId, model))) {
    return null;
  }
  const thresholds = new Set(
    Object.values(prices).flatMap((price) => (typeof price === 'object' ? price.tiers.map((tier) => tier.start) : [])),
  );
  const list: PriceList = {
    ...tokenPrices(prices, base),
    longContext: [...thresholds].map((aboveTokens) => ({
      aboveTokens,
      ...tokenPrices(prices, (price) => above(price, aboveTokens)),
    })),
    webSearchesPerThousand: base(prices['web_searches_kcount']),
    requestsPerThousand: base(prices['requests_kcount']),
    cacheFallback: /claude/i.test(model) ? 'claude' : 'input',
  };
  return rateCard(list);
}
