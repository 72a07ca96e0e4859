/**
 * Cost tiers: named ranges of what a model's tokens cost. Owns the built-in ones and which tier a rate card falls in.
 * The price compared is USD per million tokens, three parts input to one part output, before any long-context or modifier price.
 * A range takes its lower bound in and leaves its upper bound out.
 */
import type { Tier } from '../../protocol/configuration';
import type { RateCard } from './rateCard';

export const defaultTiers: readonly Tier[] = [
  {
    id: 'low',
    display_name: 'Low',
    description: 'Cheap and quick: under $1 a million tokens',
    price_range_min: 0,
    price_range_max: 1,
    color: 'charts.green',
    icon: 'arrow-small-down',
  },
  {
    id: 'medium',
    display_name: 'Medium',
    description: 'Everyday work: $1 to $5 a million tokens',
    price_range_min: 1,
    price_range_max: 5,
    color: 'charts.blue',
    icon: 'dash',
  },
  {
    id: 'high',
    display_name: 'High',
    description: 'Demanding work: $5 to $15 a million tokens',
    price_range_min: 5,
    price_range_max: 15,
    color: 'charts.orange',
    icon: 'arrow-small-up',
  },
  {
    id: 'premium',
    display_name: 'Premium',
    description: 'The most expensive models: $15 a million tokens and more',
    price_range_min: 15,
    price_range_max: null,
    color: 'charts.red',
    icon: 'flame',
  },
];

/** USD per million tokens, three parts input to one part output; the double nearest to the exact price. */
export function blendedPrice(card: RateCard): number {
  return (3 * card.base.input + card.base.output) / (4 * 10 ** (card.decimals - 6));
}

/** The first tier whose range holds the card's price; `null` when none does. */
export function tierOf(card: RateCard, tiers: readonly Tier[] = defaultTiers): string | null {
  const price = blendedPrice(card);
  const tier = tiers.find(
    ({ price_range_min, price_range_max }) =>
      price >= price_range_min && (price_range_max === null || price < price_range_max),
  );
  return tier?.id ?? null;
}
