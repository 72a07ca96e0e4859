/**
 * How two price lists differ about one model: by kind of price, long-context threshold, and day from which it holds. Compares what
 * the lists say, not what stands in where they say nothing. Pure.
 */
import type { ConditionalPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { isAtTime, timeOfDay } from '../lists';
import type { PriceDifference, PriceKind } from '../../../protocol/prices/priceFeed';

const kinds: Readonly<Record<string, PriceKind>> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite5m',
  cache_write_1h_mtok: 'cacheWrite1h',
  output_reasoning_mtok: 'reasoning',
  web_searches_kcount: 'webSearches',
  requests_kcount: 'requests',
};

type Listed = Pick<ModelInfo, 'prices'>;

interface FlatPrice {
  kind: PriceKind;
  aboveTokens: number | null;
  usd: number;
}

/** `null`: the list does not have the model. */
export function differencesOf(old: Listed | null, next: Listed | null): PriceDifference[] {
  const differences: PriceDifference[] = [];
  const said = new Map<string, string>();
  for (const { fromMs, atMs } of instantsOf([old, next])) {
    const [before, after] = [flatAt(old, atMs), flatAt(next, atMs)];
    for (const [key, { kind, aboveTokens }] of new Map([...before, ...after])) {
      const pair = { old: before.get(key)?.usd ?? null, new: after.get(key)?.usd ?? null };
      const isNews = said.get(key) !== JSON.stringify(pair);
      said.set(key, JSON.stringify(pair));
      if (isNews && pair.old !== pair.new) differences.push({ kind, aboveTokens, fromMs, ...pair });
    }
  }
  return differences;
}

/** One instant for each stretch of time in which no price changes; the first stretch has no beginning. */
function instantsOf(models: readonly (Listed | null)[]): { fromMs: number | null; atMs: number }[] {
  const constraints = models.flatMap((model) => (model === null ? [] : windowsOf(model).map((one) => one.constraint)));
  const starts = new Set<number>();
  const times = new Set([0]);
  for (const constraint of constraints) {
    if (constraint?.type === 'start_date') starts.add(Date.parse(constraint.start_date));
    if (constraint?.type === 'time_of_date') {
      times.add(timeOfDay(constraint.start_time));
      times.add(timeOfDay(constraint.end_time));
    }
  }
  const ascending = [...starts].sort((a, b) => a - b);
  const beginnings = [null, ...ascending];
  return beginnings.flatMap((fromMs) =>
    [...times].map((time) => ({ fromMs, atMs: (fromMs ?? (ascending[0] ?? 0) - dayMs) + time })),
  );
}

const dayMs = 86_400_000;

function applies(constraint: ConditionalPrice['constraint'], atMs: number): boolean {
  if (constraint === undefined) return true;
  if (constraint.type === 'start_date') return atMs >= Date.parse(constraint.start_date);
  return isAtTime(atMs, constraint.start_time, constraint.end_time);
}

export function windowsOf({ prices }: Listed): readonly ConditionalPrice[] {
  return Array.isArray(prices) ? prices : [{ prices }];
}

function flatAt(model: Listed | null, atMs: number): Map<string, FlatPrice> {
  if (model === null) return new Map();
  const windows = windowsOf(model);
  const window = windows.findLast(({ constraint }) => applies(constraint, atMs)) ?? windows[0];
  return new Map(flat(window?.prices ?? {}).map((price) => [`${price.kind} ${price.aboveTokens ?? ''}`, price]));
}

function flat(prices: ModelPrice): FlatPrice[] {
  return Object.entries(prices).flatMap(([key, price]): FlatPrice[] => {
    const kind = kinds[key];
    if (kind === undefined || price === undefined) return [];
    if (typeof price === 'number') return [{ kind, aboveTokens: null, usd: price }];
    return [
      { kind, aboveTokens: null, usd: price.base },
      ...price.tiers.map((tier) => ({ kind, aboveTokens: tier.start, usd: tier.price })),
    ];
  });
}
