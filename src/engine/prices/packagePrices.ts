/**
 * The price package, read as rate cards. Owns what its data means to us: dates, times of day, long-context tiers, and which of
 * its entries are no price of tokens at all. Its matching of ids is its own. Instants are UTC: a start date begins at 00:00 UTC.
 */
import type { calcPrice, ConditionalPrice, findProvider, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import {
  rateCard,
  type PriceList,
  type RateCard,
  type Threshold,
  type TokenPrices,
} from '../../domain/prices/rateCard';
import { isAtTime, type PriceLists, type PriceWindow } from './lists';
import { packageDay } from './version';

const packageAddress = 'https://github.com/pydantic/genai-prices';

export interface PricePackage {
  calcPrice: typeof calcPrice;
  findProvider: typeof findProvider;
}

/** Provider ids of ours that the package calls something else. */
const packageProviderIds: Readonly<Record<string, string>> = {
  bedrock: 'aws',
  vertex: 'google',
};

/** The package's id of a provider of ours. */
export const listIdOf = (provider: string): string => packageProviderIds[provider] ?? provider;

/** The package as lists of prices. */
export function packageLists(prices: PricePackage): PriceLists {
  const listOf = (provider: string) => {
    const listId = listIdOf(provider);
    // The package takes `my-openai-proxy` for OpenAI; we only ask for a list by its own name.
    const list = prices.findProvider({ providerId: listId });
    return list?.id === listId ? list : null;
  };
  return {
    lookUp(provider, id) {
      const list = listOf(provider);
      // A model's own id goes before the patterns by which the package finds ids: some entries are not found under theirs.
      const model =
        list?.models.find((each) => each.id === id) ??
        (list === null ? undefined : prices.calcPrice({}, id, { providerId: list.id })?.model);
      if (list === null || model === undefined) return null;
      const conditional: ConditionalPrice[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
      return {
        provider,
        model: model.id,
        origin: { layer: 'package', source: list.pricing_urls?.[0] ?? packageAddress, seen: packageDay },
        windows: conditional.map((entry) => window(entry, list.id, model)),
      };
    },
    models: (provider) => listOf(provider)?.models.map(({ id }) => id) ?? [],
  };
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
  const { start_time: from, end_time: until } = constraint;
  return { applies: (atMs) => isAtTime(atMs, from, until), card };
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

/**
 * The package charges a prompt of more than `start` tokens. It writes 199999 where a maker begins with 200,000 tokens, and 271999
 * at OpenAI's models, whose maker begins above 272,000 (https://developers.openai.com/api/docs/pricing).
 */
function thresholdAt(start: number): Threshold {
  if (start === 271_999) return { aboveTokens: 272_000 };
  return start % 1_000 === 999 ? { aboveTokens: start + 1, inclusive: true } : { aboveTokens: start };
}

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
    longContext: [...thresholds].map((start) => ({
      ...thresholdAt(start),
      ...tokenPrices(prices, (price) => above(price, start)),
    })),
    webSearchesPerThousand: base(prices['web_searches_kcount']),
    requestsPerThousand: base(prices['requests_kcount']),
    cacheFallback: /claude/i.test(model) ? 'claude' : 'input',
  };
  return rateCard(list);
}
