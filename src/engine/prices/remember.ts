/** Finding a price takes a while, and the same few models are asked for again and again: what was found is remembered. */
import type { PriceCatalogue, PriceMatch } from '../../domain/prices/rating';

export type Find = PriceCatalogue['find'];
/** A model's price depends on nothing but the instant. */
export type AtInstant = (atMs: number) => PriceMatch | null;

/** The most (provider, model) pairs remembered: names come from outside. */
const cacheLimit = 10_000;

export function remember(resolve: (provider: string, model: string) => AtInstant): Find {
  const byProvider = new Map<string, Map<string, AtInstant>>();
  let remembered = 0;
  return (provider, model, atMs) => {
    let models = byProvider.get(provider);
    if (models === undefined) {
      models = new Map();
      byProvider.set(provider, models);
    }
    let price = models.get(model);
    if (price === undefined) {
      if (remembered >= cacheLimit) {
        byProvider.clear();
        models = new Map();
        byProvider.set(provider, models);
        remembered = 0;
      }
      price = resolve(provider, model);
      models.set(model, price);
      remembered += 1;
    }
    return price(atMs);
  };
}
