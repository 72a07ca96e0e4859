/**
 * A rate card: what one token, one web search and one request of a model cost, as integers.
 * Owns the conversion from dollars per million tokens, and what stands in for a price that a list does not give.
 * A price has at most twelve decimals of a dollar per million tokens; what a list writes beyond is float noise and is rounded off.
 * The card counts in 10^-`decimals` dollars: pico-dollars (12) unless one of its prices needs atto-dollars (18).
 */
import { scaleDecimal } from '../../shared/decimal';

/** USD per million tokens. */
export interface TokenPrices {
  input?: number | undefined;
  output?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite5m?: number | undefined;
  cacheWrite1h?: number | undefined;
  /** Only where thinking costs something else than output. */
  reasoning?: number | undefined;
}

export interface Threshold {
  aboveTokens: number;
  /** A prompt of exactly `aboveTokens` tokens is a long one too. */
  inclusive?: boolean | undefined;
}

export interface PriceList extends TokenPrices {
  /** Prices of the whole request when its prompt, cache included, has more than `aboveTokens` tokens, or, `inclusive`, as many. */
  longContext?: readonly (TokenPrices & Threshold)[];
  webSearchesPerThousand?: number | undefined;
  requestsPerThousand?: number | undefined;
  /**
   * What a missing cache price is. `claude`: a multiple of input, 0.1 for a read, 1.25 for a five-minute and 2 for a
   * one-hour write. `input`: as uncached input, and a one-hour write as a five-minute one.
   */
  cacheFallback: 'claude' | 'input';
}

/** Per token, in 10^-`decimals` USD. */
export interface TokenRates {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
}

export interface RateCard {
  decimals: 12 | 18;
  base: TokenRates;
  /** Highest threshold first. */
  longContext: readonly { aboveTokens: number; inclusive: boolean; rates: TokenRates }[];
  perWebSearch: number;
  perRequest: number;
}

type Exact<T> = Record<keyof T, bigint>;

const picoInAtto = 1_000_000n;

/** Atto-dollars for one of `per` units that together cost `price`. */
function atto(price: number, per: 1_000 | 1_000_000): bigint {
  return per === 1_000 ? scaleDecimal(price, 15).integer : scaleDecimal(price, 12).integer;
}

function exactRates(prices: TokenPrices, fallback: PriceList['cacheFallback']): Exact<TokenRates> {
  const known = (price: number | undefined) => (price === undefined ? undefined : atto(price, 1_000_000));
  const claude = fallback === 'claude';
  const input = known(prices.input) ?? 0n;
  const output = known(prices.output) ?? 0n;
  const cacheWrite5m = known(prices.cacheWrite5m) ?? (claude ? (input * 5n) / 4n : input);
  return {
    input,
    output,
    cacheRead: known(prices.cacheRead) ?? (claude ? input / 10n : input),
    cacheWrite5m,
    cacheWrite1h: known(prices.cacheWrite1h) ?? (claude ? input * 2n : cacheWrite5m),
    reasoning: known(prices.reasoning) ?? output,
  };
}

/** Throws a `RangeError` for a price that is negative, not finite, or too great to be counted exactly (9 000 USD a million). */
export function rateCard(list: PriceList): RateCard {
  const base = exactRates(list, list.cacheFallback);
  const longContext = (list.longContext ?? [])
    .map(({ aboveTokens, inclusive = false, ...prices }) => ({
      aboveTokens,
      inclusive,
      rates: exactRates({ ...list, ...prices }, list.cacheFallback),
    }))
    .sort((a, b) => b.aboveTokens - a.aboveTokens);
  const perWebSearch = atto(list.webSearchesPerThousand ?? 0, 1_000);
  const perRequest = atto(list.requestsPerThousand ?? 0, 1_000);

  const all = [base, ...longContext.map((tier) => tier.rates)].flatMap((rates) => Object.values(rates));
  const inPico = [...all, perWebSearch, perRequest].every((price) => price % picoInAtto === 0n);
  const integer = (price: bigint) => {
    const value = Number(inPico ? price / picoInAtto : price);
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(`price out of range: ${price} atto-dollars`);
    }
    return value;
  };
  const rates = (exact: Exact<TokenRates>): TokenRates => ({
    input: integer(exact.input),
    output: integer(exact.output),
    cacheRead: integer(exact.cacheRead),
    cacheWrite5m: integer(exact.cacheWrite5m),
    cacheWrite1h: integer(exact.cacheWrite1h),
    reasoning: integer(exact.reasoning),
  });
  return {
    decimals: inPico ? 12 : 18,
    base: rates(base),
    longContext: longContext.map((tier) => ({ ...tier, rates: rates(tier.rates) })),
    perWebSearch: integer(perWebSearch),
    perRequest: integer(perRequest),
  };
}
