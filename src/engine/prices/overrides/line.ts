/**
 * A line of our own price list: what a provider's page says of one or more models, from a day on, as data.
 * Where a page and another list disagree, the page goes before. USD per million tokens; days begin at 00:00 UTC.
 */
import type { PriceList, TokenPrices } from '../../../domain/prices/rateCard';

/** Where a fact is from, and the last day on which the source is known to have said so. */
export interface Sourced {
  /** Address of the page, the provider's own where there is one. */
  source: string;
  /** `2026-11-30` */
  seen: string;
}

/** A cache price that is left out is what `PriceList.cacheFallback` makes of it. */
export interface LinePrices {
  in: number;
  out: number;
  read?: number;
  write5m?: number;
  write1h?: number;
}

export interface Band extends LinePrices {
  /** In this band the prompt, cache included, has more tokens than this, or, `inclusive`, as many. */
  above: number;
  inclusive?: true;
}

export interface PriceLine extends LinePrices, Sourced {
  /** As the provider's list calls them, in lower case; the first is the name that is shown. */
  models: readonly string[];
  /** `2026-10-07`, or an instant: in force from that day on. Of several lines of a model the one that began last counts. */
  from?: string;
  bands?: readonly Band[];
  peaks?: Peaks;
  webSearches?: number;
}

/** At these times of day, `01:00` to `04:00` UTC, every price of tokens is this many times as high; with `weekdays`, from Monday to Friday. */
export interface Peaks {
  times: number;
  hours: readonly (readonly [from: string, to: string])[];
  weekdays?: boolean;
}

export interface ProviderLines {
  /** Our id of the provider whose list it is. */
  provider: string;
  cacheFallback: PriceList['cacheFallback'];
  lines: readonly PriceLine[];
}

export function listOf(line: PriceLine, cacheFallback: PriceList['cacheFallback'], times = 1): PriceList {
  return {
    ...tokenPrices(line, times),
    longContext: (line.bands ?? []).map(({ above, inclusive = false, ...prices }) => ({
      aboveTokens: above,
      inclusive,
      ...tokenPrices(prices, times),
    })),
    webSearchesPerThousand: line.webSearches,
    cacheFallback,
  };
}

function tokenPrices({ in: input, out, read, write5m, write1h }: LinePrices, times: number): TokenPrices {
  const scaled = (price: number | undefined) => (price === undefined ? undefined : price * times);
  return {
    input: scaled(input),
    output: scaled(out),
    cacheRead: scaled(read),
    cacheWrite5m: scaled(write5m),
    cacheWrite1h: scaled(write1h),
  };
}
