/**
 * What *Show Price of Model* tells: a price as people read it, and where it is from. USD per million tokens, the doubles nearest
 * to the exact prices of the rate card.
 */
import type { RateCard, TokenRates } from '../../domain/prices/rateCard';
import type { PriceMatch } from '../../domain/prices/rating';
import { blendedPrice } from '../../domain/prices/tier';
import type { ModelPrice, TokenPriceLines } from '../../protocol/prices/price';

export interface Explained {
  provider: string;
  model: string;
  match: PriceMatch;
  /** Of the built-in prices; an own price has one itself. */
  version: string;
  tier: string | null;
}

export function explainPrice({ provider, model, match, version, tier }: Explained): ModelPrice {
  const { card, matchedModel, estimated, origin } = match;
  return {
    provider,
    model,
    layer: origin.layer,
    source: origin.source,
    seen: origin.seen,
    matchedProvider: match.provider,
    matchedModel,
    version: match.version ?? version,
    fromMs: match.fromMs ?? null,
    estimated,
    prices: pricesOf(card.base, card),
    longContext: card.longContext.map(({ aboveTokens, inclusive, rates }) => ({
      aboveTokens,
      inclusive,
      prices: pricesOf(rates, card),
    })),
    webSearchesPerThousand: usd(card.perWebSearch, card) * 1_000,
    requestsPerThousand: usd(card.perRequest, card) * 1_000,
    multipliers: Object.fromEntries(
      Object.entries(match.multipliers).map(([modifier, { ratio, certain }]) => [
        modifier,
        { factor: ratio[0] / ratio[1], certain },
      ]),
    ),
    blended: blendedPrice(card),
    tier,
    tierAssigned: match.tier !== undefined && match.tier === tier,
  };
}

function pricesOf(rates: TokenRates, { decimals }: RateCard): TokenPriceLines {
  const perMillion = (rate: number): number => rate / 10 ** (decimals - 6);
  return {
    input: perMillion(rates.input),
    output: perMillion(rates.output),
    cacheRead: perMillion(rates.cacheRead),
    cacheWrite5m: perMillion(rates.cacheWrite5m),
    cacheWrite1h: perMillion(rates.cacheWrite1h),
    reasoning: perMillion(rates.reasoning),
  };
}

function usd(price: number, { decimals }: RateCard): number {
  return price / 10 ** decimals;
}
