/** All that brings the price package with it, the largest module there is: import this one lazily (loadPrices.ts). */
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import type { PriceCatalogue } from '../../domain/prices/rating';
import { createCatalogue } from './catalogue';
import { againstOurs, listsWith } from './feed/feedLists';
import { feedVersion, type FeedPrices } from './feed/keptPrices';
import type { PriceLines } from './feed/listSchema';
import { builtInVersion } from './version';

/** What a fetched list is compared with, and checked by. */
export interface PriceData {
  bundled: PriceLines;
  calcPrice: typeof calcPrice;
  /** What our own list has against a fetched price. */
  against: (nowMs: number) => ReturnType<typeof againstOurs>;
}

/** With the fetched list that was taken, where there is one. */
export async function createPrices(feed: FeedPrices | null): Promise<PriceCatalogue> {
  if (feed === null) return createCatalogue();
  const { bundled } = await priceData();
  return createCatalogue(listsWith(feed, bundled, calcPrice), builtInVersion(feedVersion(feed.facts)));
}

export async function priceData(): Promise<PriceData> {
  // Nobody updates the package behind our back: these are the lists that it came with.
  const bundled = (await waitForUpdate()) ?? [];
  return { bundled, calcPrice, against: (nowMs) => againstOurs(calcPrice, nowMs) };
}
