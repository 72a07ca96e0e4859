/** Loads the built-in prices, the largest module there is, when the first event has to be rated and not before. */
import type { PriceCatalogue } from '../../domain/prices/rating';
import type { FeedPrices } from './feed/keptPrices';
import type { PriceData } from './priceData';

let loading: Promise<PriceCatalogue> | undefined;

/** With the fetched list that was taken, where there is one. */
export async function loadPrices(feed: FeedPrices | null = null): Promise<PriceCatalogue> {
  const create = async (): Promise<PriceCatalogue> => (await import('./priceData')).createPrices(feed);
  if (feed !== null) return create();
  loading ??= create();
  return loading;
}

export async function loadPriceData(): Promise<PriceData> {
  return (await import('./priceData')).priceData();
}
