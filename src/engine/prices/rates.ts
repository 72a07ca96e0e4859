/**
 * Rates events against the user's own prices and then the price catalogue, which is big: it is loaded when the first event
 * needs it.
 */
import { providerOf } from '../../domain/prices/provider';
import { layeredCatalogue, rate, type PriceCatalogue, type PriceMatch } from '../../domain/prices/rating';
import { tierOf } from '../../domain/prices/tier';
import type { Configuration, Tier } from '../../protocol/configuration';
import type { RatedEvent, Rating, UsageEvent } from '../../protocol/event';
import { loadPrices } from './loadPrices';
import { feedVersion, type FeedPrices } from './feed/keptPrices';
import { assignedTier, findOwn, ownVersion } from './ownPrices';
import { builtInVersion } from './version';

const unrated: Rating = { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null };

/** What the user says of models. */
export type OwnPrices = Pick<Configuration, 'prices' | 'models'>;

export class Rates {
  private own: OwnPrices = { prices: [], models: [] };
  private ownVersion = '';
  private fed: FeedPrices | null = null;
  private builtIn: PriceCatalogue | null = null;
  private catalogue: PriceCatalogue | null = null;
  /** Inferring a provider takes as long as all else: neighbouring events have the same. */
  private lastNamed = { said: null as string | null, model: '', provider: providerOf(null, '') };

  /** Of the prices now in force. Known without loading them. */
  get version(): string {
    return this.ownVersion === '' ? this.builtInVersion : `${this.builtInVersion} + own prices ${this.ownVersion}`;
  }

  /** Of the prices that are not the user's own. */
  get builtInVersion(): string {
    return builtInVersion(feedVersion(this.fed?.facts ?? null));
  }

  /** The list that was fetched and taken, where there is one. */
  get feed(): FeedPrices | null {
    return this.fed;
  }

  /** Answers whether any price may be another now. Until then the former are in force, also for whoever asks meanwhile. */
  async setFeed(feed: FeedPrices | null): Promise<boolean> {
    const before = this.builtInVersion;
    const builtIn = this.isLoaded ? await loadPrices(feed) : null;
    this.fed = feed;
    this.builtIn = builtIn;
    this.catalogue = builtIn === null ? null : this.layered(builtIn);
    return this.builtInVersion !== before;
  }

  /** The same, but for the list: to see what it would do. */
  withFeed(feed: FeedPrices): Rates {
    const rates = new Rates();
    rates.setOwn(this.own);
    rates.fed = feed;
    return rates;
  }

  /** Answers whether any price is another now. */
  setOwn(own: OwnPrices): boolean {
    const version = ownVersion(own.prices);
    this.own = own;
    if (version === this.ownVersion) return false;
    this.ownVersion = version;
    this.catalogue = this.builtIn === null ? null : this.layered(this.builtIn);
    return true;
  }

  get isLoaded(): boolean {
    return this.catalogue !== null;
  }

  async load(): Promise<void> {
    while (this.builtIn === null) {
      const feed = this.fed;
      const builtIn = await loadPrices(feed);
      if (feed === this.fed) this.builtIn ??= builtIn;
    }
    this.catalogue ??= this.layered(this.builtIn);
  }

  async rateAll(events: readonly UsageEvent[]): Promise<RatedEvent[]> {
    if (events.length > 0) await this.load();
    return events.map((event) => this.rated(event));
  }

  /** The prices must have been loaded. */
  rate(event: UsageEvent & { provider: string }): Rating {
    return rate(event, this.loaded());
  }

  /** The price of a model at an instant, with where it is from. */
  find(provider: string, model: string, atMs: number): PriceMatch | null {
    return this.loaded().find(provider, model, atMs);
  }

  /** Models of the built-in lists. */
  models(): readonly { provider: string; model: string }[] {
    return this.builtIn?.models?.() ?? [];
  }

  /** The tier that a model is assigned to, or has by its price; `null` for a model without a price of its own. */
  tierOf(provider: string, model: string, atMs: number, tiers: readonly Tier[]): string | null {
    const match = this.find(provider, model, atMs);
    const assigned = match?.tier ?? assignedTier(this.own.models, provider, model);
    const tier = tiers.find(({ id }) => id === assigned);
    if (tier !== undefined) return tier.id;
    return match === null || match.estimated ? null : tierOf(match.card, tiers);
  }

  /** Field by field: spreading an event costs more than rating it. */
  private rated(event: UsageEvent): RatedEvent {
    const provider = this.providerOf(event.provider, event.model);
    const known = {
      key: event.key,
      copy: event.copy,
      atMs: event.atMs,
      source: event.source,
      provider,
      model: event.model,
      tokens: event.tokens,
      parts: event.parts,
      webSearches: event.webSearches,
      reportedCostNanos: event.reportedCostNanos,
      modifiers: event.modifiers,
      durationMs: event.durationMs,
      status: event.status,
      attribution: event.attribution,
      rating: unrated,
    };
    known.rating = this.rate(known);
    return known;
  }

  private providerOf(said: string | null, model: string): string {
    const last = this.lastNamed;
    if (last.said === said && last.model === model) return last.provider;
    const provider = providerOf(said, model);
    this.lastNamed = { said, model, provider };
    return provider;
  }

  /** The version of what is not the user's own is the built-in one, so that own prices change nothing of its events. */
  private layered(builtIn: PriceCatalogue): PriceCatalogue {
    const own = { version: '', find: findOwn(this.own.prices) };
    return { ...layeredCatalogue([own, builtIn]), version: builtIn.version };
  }

  private loaded(): PriceCatalogue {
    if (this.catalogue === null) throw new Error('prices are used before they are loaded');
    return this.catalogue;
  }
}
