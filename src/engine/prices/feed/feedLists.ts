/**
 * The lists of prices with a fetched one in force. Our own lines correct errors of that very list, so they go before it, unless the
 * list dates a price after the day on which we read the provider's page, or the user took its price against ours.
 */
import type { calcPrice, ModelInfo } from '@pydantic/genai-prices';
import type { RateCard } from '../../../domain/prices/rateCard';
import type { PriceOrigin } from '../../../protocol/prices/price';
import type { PricedModel, PriceLists, PriceWindow } from '../lists';
import { ownLists } from '../overrides/ownLists';
import { listIdOf, packageLists, type PricePackage } from '../packagePrices';
import type { FeedPrices } from './keptPrices';
import type { ListedProvider, PriceLines } from './listSchema';
import { idOf, mergeLists } from './merge';

export function listsWith({ facts, lines }: FeedPrices, bundled: PriceLines, calc: typeof calcPrice): PriceLists[] {
  const { providers, isFetched } = mergeLists(bundled, lines);
  const lists = packageLists(packageOf(providers, calc));
  const origin: PriceOrigin = { layer: 'feed', source: facts.address, seen: dayOf(facts.fetchedMs) };
  const fallbacks = new Map(providers.map((one) => [one.id, one.fallback_model_providers ?? []]));
  const fetched: PriceLists = {
    ...lists,
    lookUp(provider, id) {
      const found = lists.lookUp(provider, id);
      if (found === null) return null;
      const listId = listIdOf(provider);
      const isNew = [listId, ...(fallbacks.get(listId) ?? [])].some((one) => isFetched(one, found.model));
      return isNew ? { ...found, origin } : found;
    },
  };
  return [yielding(ownLists(), fetched, new Set(lines.first)), fetched];
}

/** What our own list has against a fetched price of today, in words; `null`: nothing. */
export function againstOurs(
  calc: typeof calcPrice,
  nowMs: number,
): (provider: string, model: ModelInfo) => string | null {
  const own = ownLists();
  return (provider, model) => {
    const ours = own.lookUp(provider, model.id);
    if (ours === null) return null;
    const alone = { id: provider, name: provider, models: [{ ...model, match: { equals: model.id } }] };
    const theirs = packageLists(packageOf([alone], calc)).lookUp(provider, model.id);
    const [our, their] = [inForce(ours, nowMs), theirs === null ? undefined : inForce(theirs, nowMs)];
    if (our === undefined || their === undefined || isSame(our.card, their.card)) return null;
    if (isLater(their, ours)) return null;
    const { source, seen } = our.origin ?? ours.origin;
    return [source, seen].filter((part) => part !== null).join(', ');
  };
}

function yielding(own: PriceLists, fetched: PriceLists, first: ReadonlySet<string>): PriceLists {
  return {
    ...own,
    lookUp(provider, id) {
      const ours = own.lookUp(provider, id);
      const theirs = ours === null ? null : fetched.lookUp(provider, id);
      if (ours === null || theirs?.origin.layer !== 'feed') return ours;
      if (first.has(idOf(listIdOf(provider), theirs.model))) return theirs;
      const later = theirs.windows.filter((window) => isLater(window, ours));
      if (later.length === 0) return ours;
      return { ...ours, windows: [...ours.windows, ...later.map((window) => ({ ...window, origin: theirs.origin }))] };
    },
  };
}

/** The package's way to find a model, in other lists. */
export function packageOf(providers: PriceLines, calc: typeof calcPrice): PricePackage {
  const byId = new Map(providers.map((one) => [one.id, provider(one)]));
  return {
    findProvider: ({ providerId = '' }) => byId.get(providerId),
    calcPrice(usage, id, { providerId = '' } = {}) {
      const own = byId.get(providerId);
      const others = providers.find((one) => one.id === providerId)?.fallback_model_providers ?? [];
      for (const list of [own, ...others.map((one) => byId.get(one))]) {
        const found = list === undefined ? null : calc(usage, id, { provider: list });
        if (found !== null) return found;
      }
      return null;
    },
  };
}

/** Without fallbacks: the package would look for those in its own list. */
function provider(listed: ListedProvider) {
  return { api_pattern: '', ...listed, fallback_model_providers: [] };
}

function inForce({ windows }: PricedModel, nowMs: number): PriceWindow | undefined {
  return windows.findLast(({ applies }) => applies(nowMs)) ?? windows[0];
}

/** Whether a window begins after we have read our page. */
function isLater({ fromMs }: PriceWindow, ours: PricedModel): boolean {
  const days = [ours.origin.seen, ...ours.windows.map(({ origin }) => origin?.seen ?? null)];
  const seenMs = Math.max(...days.map((seen) => (seen === null ? Number.NEGATIVE_INFINITY : Date.parse(seen))));
  return fromMs !== undefined && fromMs > seenMs;
}

function isSame(ours: RateCard | null, theirs: RateCard | null): boolean {
  const tokens = (card: RateCard | null) => JSON.stringify([card?.decimals, card?.base, card?.longContext]);
  return tokens(ours) === tokens(theirs);
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
