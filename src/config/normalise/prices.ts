/** `pricing.models` and `providers.*.models` → dated prices, and what is said of a model whatever it costs. USD per million tokens. */
import { canonicalProvider } from '../../domain/prices/provider';
import { dayOfDate } from '../../domain/time/zone';
import { dayMs } from '../../shared/time';
import type { ConfiguredPrice, LongContextPrice, ModelFacts, Origin } from '../../protocol/configuration';
import type { Path } from '../issue';
import { omit } from './settings';
import type { FileEntries } from '../schema/file';
import type { PriceEntry } from '../schema/prices';

type OriginOf = (path: Path) => Origin;

/** One entry of a price, dated or not, and where it stands. */
export interface PlacedPrice {
  provider: string | null;
  model: string;
  entry: PriceEntry;
  path: Path;
}

export function placedPrices(entries: FileEntries): PlacedPrice[] {
  const places: [provider: string | null, models: NonNullable<FileEntries['pricing']>['models'], path: Path][] = [
    [null, entries.pricing?.models, ['pricing', 'models']],
    ...Object.entries(entries.providers ?? {}).map(([name, { models }]): [string, typeof models, Path] => [
      canonicalProvider(name),
      models,
      ['providers', name, 'models'],
    ]),
  ];
  return places.flatMap(([provider, models, path]) =>
    Object.entries(models ?? {}).flatMap(([model, forms]) => {
      const at = [...path, model];
      return Array.isArray(forms)
        ? forms.map((entry, index) => ({ provider, model, entry, path: [...at, index] }))
        : [{ provider, model, entry: forms, path: at }];
    }),
  );
}

/** Whether anything in the entry is a price. */
export function hasPrice(entry: PriceEntry): boolean {
  return Object.keys(omit(entry, 'tier', 'capabilities', 'from')).length > 0;
}

export function pricesOfFile(entries: FileEntries, origin: OriginOf): ConfiguredPrice[] {
  return placedPrices(entries).flatMap(({ provider, model, entry, path }) => {
    const fromDay = entry.from === undefined ? null : dayOfDate(entry.from);
    if (!hasPrice(entry) || (entry.from !== undefined && fromDay === null)) return [];
    return [
      {
        provider,
        model,
        fromMs: fromDay === null ? null : fromDay * dayMs,
        ...pricesOf(entry),
        origin: origin(path),
      },
    ];
  });
}

export type BarePrice = Omit<ConfiguredPrice, 'provider' | 'model' | 'fromMs' | 'origin'>;

export function pricesOf(entry: PriceEntry): BarePrice {
  return {
    ...given({
      cacheRead: entry.cache_read_per_million,
      cacheWrite5m: entry.cache_write_per_million,
      cacheWrite1h: entry.cache_write_1h_per_million,
      reasoning: entry.reasoning_per_million,
      longContext: entry.long_context?.map(longContextOf),
      webSearchesPerThousand: entry.web_searches_per_thousand,
      requestsPerThousand: entry.per_request === undefined ? undefined : timesThousand(entry.per_request),
      multipliers: entry.multipliers,
      tier: entry.tier,
    }),
    input: entry.input_per_million ?? 0,
    output: entry.output_per_million ?? 0,
  };
}

function longContextOf(entry: NonNullable<PriceEntry['long_context']>[number]): LongContextPrice {
  return {
    aboveTokens: entry.above_tokens,
    ...given({
      input: entry.input_per_million,
      output: entry.output_per_million,
      cacheRead: entry.cache_read_per_million,
      cacheWrite5m: entry.cache_write_per_million,
      cacheWrite1h: entry.cache_write_1h_per_million,
    }),
  };
}

/** Moves the decimal point of the shortest text, so that 0.0123 becomes 12.3 and not 12.299999999999999. */
function timesThousand(price: number): number {
  const [digits = '0', exponent = '0'] = String(price).split('e');
  return Number(`${digits}e${Number(exponent) + 3}`);
}

export function modelsOfFile(entries: FileEntries, origin: OriginOf): ModelFacts[] {
  const models = new Map<string, ModelFacts>();
  for (const { provider, model, entry, path } of placedPrices(entries)) {
    const tier = hasPrice(entry) ? null : (entry.tier ?? null);
    const capabilities = entry.capabilities ?? null;
    if (tier === null && capabilities === null) continue;
    // Of dated entries the last one says what is so now.
    const key = JSON.stringify([provider, model]);
    const before = models.get(key);
    models.set(key, {
      provider,
      model,
      tier: tier ?? before?.tier ?? null,
      capabilities: capabilities ?? before?.capabilities ?? null,
      origin: origin(path),
    });
  }
  return [...models.values()];
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends object>(values: T): Given<T> {
  return omit(values) as Given<T>;
}
