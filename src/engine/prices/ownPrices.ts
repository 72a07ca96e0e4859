/**
 * The user's own prices, which go before all others. A price of a provider goes before one of any provider, a model's own
 * name before its family's, and of several dated ones the latest that has begun; before the first of them, what comes next
 * in this order counts. Each price has a version of its own, so that changing one touches no event of another.
 */
import { createHash } from 'node:crypto';
import { modelCandidates, type ModelCandidate } from '../../domain/prices/modelId';
import { localProviders } from '../../domain/prices/provider';
import { rateCard, type RateCard } from '../../domain/prices/rateCard';
import type { Multiplier, PriceMatch, Ratio } from '../../domain/prices/rating';
import type { ConfiguredPrice, ModelFacts } from '../../protocol/configuration';
import { multipliersOf } from './multipliers';
import { remember, type AtInstant, type Find } from './remember';

interface OwnPrice {
  price: ConfiguredPrice;
  card: RateCard;
  version: string;
}

/** Of all of them together; empty: there are none. */
export function ownVersion(prices: readonly ConfiguredPrice[]): string {
  return prices.length === 0 ? '' : hashOf(prices.map(versionOf).toSorted());
}

export function findOwn(prices: readonly ConfiguredPrice[]): Find {
  const own = prices.map((price): OwnPrice => ({
    price,
    card: cardOf(price),
    version: `own price ${versionOf(price)}`,
  }));
  if (own.length === 0) return () => null;
  return remember((provider, model) => {
    const groups = [
      ...matching(own, provider, model),
      // What runs on one's own machine costs nothing unless its provider is named.
      ...(localProviders.has(provider) ? [] : matching(own, null, model)),
    ];
    const inOrder = groups.map((group) => byDate(group, provider));
    return (atMs) => {
      for (const group of inOrder) {
        const match = group(atMs);
        if (match !== null) return match;
      }
      return null;
    };
  });
}

/** The tier that the user put a model into, where nothing is said of its price; `null`: none. */
export function assignedTier(models: readonly ModelFacts[], provider: string, model: string): string | null {
  const assigned = models.filter(({ tier }) => tier !== null).map((facts) => ({ price: facts }));
  if (assigned.length === 0) return null;
  const [group] = [...matching(assigned, provider, model), ...matching(assigned, null, model)];
  return group?.prices[0]?.price.tier ?? null;
}

interface Named {
  price: Pick<ConfiguredPrice, 'provider' | 'model'>;
}

interface Group<T> {
  prices: T[];
  candidate: ModelCandidate;
}

/** What is said of a model by its name, then by its family. */
function matching<T extends Named>(own: readonly T[], provider: string | null, model: string): Group<T>[] {
  const ofProvider = own.filter(({ price }) => price.provider === provider);
  if (ofProvider.length === 0) return [];
  const groups: Group<T>[] = [];
  const add = (candidate: ModelCandidate, fits: (name: string) => boolean): void => {
    const prices = ofProvider.filter(({ price }) => fits(price.model.trim().toLowerCase()));
    if (prices.length > 0) groups.push({ prices, candidate });
  };
  const candidates = modelCandidates(model);
  for (const candidate of candidates) add(candidate, (name) => name === candidate.id);
  // Of `…-fast` the plain model, with the fast lane said beside it.
  const family = candidates.find(({ modifiers }) => modifiers.length > 0) ?? candidates[0];
  if (family !== undefined) {
    const words = new Set(family.id.split(/[^a-z0-9]+/));
    add(family, (name) => isFamily(name) && words.has(name));
  }
  return groups;
}

/** A name of letters alone, as `opus`: every version of it. */
export function isFamily(name: string): boolean {
  return /^[a-z]+$/.test(name);
}

function byDate({ prices, candidate }: Group<OwnPrice>, provider: string): AtInstant {
  const windows = prices
    .toSorted((a, b) => (a.price.fromMs ?? Number.NEGATIVE_INFINITY) - (b.price.fromMs ?? Number.NEGATIVE_INFINITY))
    .map((own) => ({ fromMs: own.price.fromMs, match: matchOf(own, candidate, provider) }));
  return (atMs) => windows.findLast(({ fromMs }) => fromMs === null || fromMs <= atMs)?.match ?? null;
}

function matchOf({ price, card, version }: OwnPrice, candidate: ModelCandidate, provider: string): PriceMatch {
  const own = Object.entries(price.multipliers ?? {}).map(([modifier, factor]): [string, Multiplier] => [
    modifier,
    { ratio: ratioOf(factor), certain: true },
  ]);
  return {
    provider,
    matchedModel: price.model,
    card,
    origin: { layer: 'user', source: null, seen: null },
    estimated: false,
    modifiers: candidate.modifiers,
    multipliers: { ...multipliersOf(provider, candidate.id), ...Object.fromEntries(own) },
    version,
    ...(price.fromMs !== null && { fromMs: price.fromMs }),
    ...(price.tier !== undefined && { tier: price.tier }),
  };
}

const ratioScale = 1_000_000;

/** Of a factor with up to six decimals. */
function ratioOf(factor: number): Ratio {
  const numerator = Math.round(factor * ratioScale);
  const common = greatestDivisor(numerator, ratioScale);
  return [numerator / common, ratioScale / common];
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function cardOf(price: ConfiguredPrice): RateCard {
  const claude = price.provider === 'anthropic' || /claude|opus|sonnet|haiku/i.test(price.model);
  return rateCard({ ...price, cacheFallback: claude ? 'claude' : 'input' });
}

/** Where it stands in the file is no part of a price. */
function versionOf(price: ConfiguredPrice): string {
  const said = Object.entries(price).filter(([key]) => key !== 'origin');
  return hashOf(said.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
