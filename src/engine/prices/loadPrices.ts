/** Loads the built-in prices, the largest module there is, when the first event has to be rated and not before. */
import type { PriceCatalogue } from '../../domain/rating';

let loading: Promise<PriceCatalogue> | undefined;

export function loadPrices(): Promise<PriceCatalogue> {
  loading ??= import('./catalogue').then(({ createCatalogue }) => createCatalogue());
  return loading;
}
