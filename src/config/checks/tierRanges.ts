/** Tiers: ranges that hold nothing or cross each other, and what a new one needs. Prices in USD per million tokens. */
import type { Tier } from '../../protocol/configuration';
import type { Finding } from '../issue';
import { builtIn, joinTiers } from '../normalise/tiers';
import { finding, type CheckedFile } from './check';

export function tierRanges({ entries, filePath }: CheckedFile): Finding[] {
  const { tiers: written = [] } = entries;
  const tiers = joinTiers(written);
  return written.flatMap((entry, index): Finding[] => {
    const path = (...keys: string[]) => filePath(['tiers', index, ...keys]);
    if (entry.remove === true) {
      if (builtIn(entry.id) !== undefined) return [];
      const message = `${entry.id} is no built-in tier, so there is nothing to remove`;
      return [finding('warning', 'out_of_place', message, path('id'))];
    }
    const { price_range_min: min, price_range_max: max } = entry;
    if (min === undefined && max === undefined) return [];
    const tier = tiers.find(({ id }) => id === entry.id);
    if (tier === undefined) return [];
    const key = max === undefined || max === null ? 'price_range_min' : 'price_range_max';
    if (tier.price_range_max !== null && tier.price_range_max <= tier.price_range_min) {
      const message = `no price is from ${tier.price_range_min} up to less than ${tier.price_range_max}`;
      return [finding('error', 'empty_range', message, path(key))];
    }
    // Of two written ones the later is shown, of a written and a built-in one the written.
    const other = tiers.find((one) => {
      const place = written.findIndex(({ id }) => id === one.id);
      return one.id !== tier.id && place < index && overlap(one, tier);
    });
    if (other === undefined) return [];
    const message = `overlaps the tier ${other.id} (${rangeText(other)})`;
    return [finding('warning', 'overlapping_tiers', message, path(key))];
  });
}

function overlap(a: Tier, b: Tier): boolean {
  const end = (tier: Tier) => tier.price_range_max ?? Infinity;
  return a.price_range_min < end(b) && b.price_range_min < end(a) && end(a) > a.price_range_min;
}

function rangeText({ price_range_min: min, price_range_max: max }: Tier): string {
  return max === null ? `${min} and more` : `${min} to ${max}`;
}
