/**
 * The built-in tiers with what files change, add and take away. Added ones come first, since the first range that holds a
 * price counts: who adds a tier means it. Prices in USD per million tokens.
 */
import { defaultTiers } from '../../domain/prices/tier';
import type { Tier } from '../../protocol/configuration';
import { omit } from './settings';
import type { TierEntry } from '../schema/tiers';

export function joinTiers(entries: readonly TierEntry[]): Tier[] {
  const tiers = new Map(defaultTiers.map((tier) => [tier.id, tier]));
  const added = new Map<string, Tier>();
  for (const entry of entries) {
    const place = defaultTiers.some(({ id }) => id === entry.id) ? tiers : added;
    if (entry.remove === true) {
      place.delete(entry.id);
      continue;
    }
    const base = place.get(entry.id) ?? builtIn(entry.id) ?? emptyTier(entry.id);
    place.set(entry.id, changed(base, entry));
  }
  return [...added.values(), ...tiers.values()];
}

export function builtIn(id: string): Tier | undefined {
  return defaultTiers.find((tier) => tier.id === id);
}

/** A range that holds no price. */
function emptyTier(id: string): Tier {
  return {
    id,
    display_name: id.charAt(0).toUpperCase() + id.slice(1),
    description: '',
    price_range_min: 0,
    price_range_max: 0,
    color: 'charts.foreground',
    icon: 'tag',
  };
}

function changed(base: Tier, entry: TierEntry): Tier {
  const { price_range_min: min, price_range_max: max } = entry;
  const looks = omit(entry, 'id', 'remove', 'price_range_min', 'price_range_max') as Partial<Tier>;
  // A new tier with a lower bound alone has no upper one.
  const isNew = builtIn(base.id) === undefined && base.price_range_max === 0;
  const usualMax = isNew && min !== undefined ? null : base.price_range_max;
  return {
    ...base,
    ...looks,
    price_range_min: min ?? base.price_range_min,
    price_range_max: max === undefined ? usualMax : max,
  };
}
