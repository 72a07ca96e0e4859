/**
 * Rating: what one usage event costs. Owns the order of pricing kinds and the arithmetic.
 * Exact integers up to a single rounding, half up, to nano-dollars, at the end. The price is the one in force at the event's instant.
 * A cost that is not a safe count of nano-dollars (over nine million dollars for one call) is refused: the event is unpriced.
 * Token counts are non-negative safe integers; who reads them in checks that.
 */
import type { Rating, TokenCounts, UsageEvent } from '../../protocol/event';
import type { PriceOrigin } from '../../protocol/prices/price';
import type { Modifier } from '../../protocol/vocabulary';
import { maxNanos, type Nanos } from '../money';
import type { RateCard } from './rateCard';

/** An exact multiplier: [11, 10] is 1.1. */
export type Ratio = readonly [numerator: number, denominator: number];

export interface Multiplier {
  ratio: Ratio;
  /** False where those who know it do not agree. */
  certain: boolean;
}

/** A price for a model at an instant. */
export interface PriceMatch {
  /** Whose list the price is from. */
  provider: string;
  /** The id it stands under there: `gpt-5.6` is priced as `gpt-5.6-sol`. */
  matchedModel: string;
  card: RateCard;
  /** Where the price is from, and how old it is. */
  origin: PriceOrigin;
  /** Stands in for a price of this model that nobody has told us. */
  estimated: boolean;
  /** Modifiers that the model's name carries, as `-fast`. */
  modifiers: readonly Modifier[];
  /** Assigned, whatever the price says. */
  tier?: string;
  /** Of this very price, where it is not the catalogue's. */
  version?: string;
  /** Since when it is in force, where its list says so. */
  fromMs?: number;
  /** What a modifier multiplies the token part by. One that is not here has no known price. */
  multipliers: Readonly<Partial<Record<Modifier, Multiplier>>>;
}

export interface PriceCatalogue {
  /** Changes whenever a price may have changed; kept with every event that is rated from it. */
  readonly version: string;
  readonly find: (provider: string, model: string, atMs: number) => PriceMatch | null;
  /** Those that it has a price of, as far as it can list them. */
  readonly models?: () => readonly { provider: string; model: string }[];
}

/** Asks each catalogue in turn: the user's own prices go before ours, ours before the package's. */
export function layeredCatalogue(layers: readonly PriceCatalogue[]): PriceCatalogue {
  return {
    version: layers.map((layer) => layer.version).join(' + '),
    find(provider, model, atMs) {
      for (const layer of layers) {
        const match = layer.find(provider, model, atMs);
        if (match !== null) {
          return match;
        }
      }
      return null;
    },
  };
}

export interface Cost {
  nanos: Nanos;
  /** False when a modifier of the call has no agreed price; without any, the standard price is taken. */
  certain: boolean;
}

export type Metered = Pick<UsageEvent, 'tokens' | 'webSearches' | 'modifiers'> & Partial<Pick<UsageEvent, 'parts'>>;

const unpriced: Rating = { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null };

/**
 * A reported cost wins; of a log a 0 says nothing (subscriptions log it), of the command API it is meant. Then a price of the
 * model, then the provider's default estimate, and otherwise the event is unpriced, which is not the same as free.
 */
export function rate(event: UsageEvent & { provider: string }, catalogue: PriceCatalogue): Rating {
  const reported = event.reportedCostNanos;
  if (reported !== null && (reported > 0 || event.source === 'api')) {
    return { costNanos: reported, pricing: 'reported', matchedModel: null, priceVersion: null };
  }
  const match = catalogue.find(event.provider, event.model, event.atMs);
  const cost = match === null ? null : costOf(event, match);
  if (match === null || cost === null) {
    return unpriced;
  }
  return {
    costNanos: cost.nanos,
    pricing: match.estimated || !cost.certain ? 'estimated' : 'rated',
    matchedModel: match.matchedModel,
    priceVersion: match.version ?? catalogue.version,
  };
}

/** `null`: more than `maxNanos`. Modifiers multiply the tokens' part, not web searches and per-request fees. */
export function costOf(call: Metered, match: PriceMatch): Cost | null {
  const { card } = match;
  const { numerator, denominator, certain: modified } = multiplier(call.modifiers, match);
  // A search whose fee no list tells is in the cost at nothing: that is no exact price.
  const certain = modified && (call.webSearches === 0 || card.perWebSearch > 0);
  const divisor = denominator * 10 ** (card.decimals - 9);

  const tokenPart =
    call.parts?.reduce((sum, tokens) => sum + requestPart(tokens, card), 0) ?? requestPart(call.tokens, card);
  const requests = call.parts?.length ?? 1;
  const flatPart = call.webSearches * card.perWebSearch + requests * card.perRequest;
  const total = tokenPart * numerator + flatPart * denominator;
  // All terms are non-negative, so a safe total proves that each step was exact.
  if (total <= Number.MAX_SAFE_INTEGER) {
    // Of safe integers, the floor of the rounded quotient is the exact one; `%` would be ten times slower.
    const whole = Math.floor(total / divisor);
    return { nanos: (total - whole * divisor) * 2 >= divisor ? whole + 1 : whole, certain };
  }

  const bigTokenPart = (call.parts ?? [call.tokens]).reduce((sum, tokens) => sum + bigRequestPart(tokens, card), 0n);
  const bigFlatPart = product(call.webSearches, card.perWebSearch) + product(requests, card.perRequest);
  const bigTotal = bigTokenPart * BigInt(numerator) + bigFlatPart * BigInt(denominator);
  const bigDivisor = BigInt(divisor);
  const nanos = (2n * bigTotal + bigDivisor) / (2n * bigDivisor);
  return nanos > BigInt(maxNanos) ? null : { nanos: Number(nanos), certain };
}

/** What the tokens of one request cost, which is exact as far as it is a safe integer. */
function requestPart(tokens: TokenCounts, card: RateCard): number {
  const rates = ratesFor(tokens, card);
  const reasoning = Math.min(tokens.reasoning, tokens.output);
  return (
    tokens.input * rates.input +
    tokens.cacheRead * rates.cacheRead +
    tokens.cacheWrite5m * rates.cacheWrite5m +
    tokens.cacheWrite1h * rates.cacheWrite1h +
    (tokens.output - reasoning) * rates.output +
    reasoning * rates.reasoning
  );
}

function bigRequestPart(tokens: TokenCounts, card: RateCard): bigint {
  const rates = ratesFor(tokens, card);
  const reasoning = Math.min(tokens.reasoning, tokens.output);
  return (
    product(tokens.input, rates.input) +
    product(tokens.cacheRead, rates.cacheRead) +
    product(tokens.cacheWrite5m, rates.cacheWrite5m) +
    product(tokens.cacheWrite1h, rates.cacheWrite1h) +
    product(tokens.output - reasoning, rates.output) +
    product(reasoning, rates.reasoning)
  );
}

function product(count: number, price: number): bigint {
  return BigInt(count) * BigInt(price);
}

/** The whole request is at the tier of its whole prompt, cache included. */
function ratesFor(tokens: TokenCounts, card: RateCard) {
  if (card.longContext.length > 0) {
    const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
    for (const tier of card.longContext) {
      if (prompt > tier.aboveTokens || (tier.inclusive && prompt === tier.aboveTokens)) {
        return tier.rates;
      }
    }
  }
  return card.base;
}

function multiplier(called: readonly Modifier[], match: PriceMatch) {
  const product = { numerator: 1, denominator: 1, certain: true };
  if (called.length === 0 && match.modifiers.length === 0) {
    return product;
  }
  const modifiers = new Set([...called, ...match.modifiers]);
  if (modifiers.has('fast')) {
    modifiers.delete('priority'); // two names of one lane: paid once
  }
  for (const modifier of modifiers) {
    const multiplier = match.multipliers[modifier];
    product.certain &&= multiplier?.certain ?? false;
    product.numerator *= multiplier?.ratio[0] ?? 1;
    product.denominator *= multiplier?.ratio[1] ?? 1;
  }
  return product;
}
