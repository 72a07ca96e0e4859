/** Rates events against the price catalogue, which is big: it is loaded when the first event needs it. */
import { providerOf } from '../domain/provider';
import { rate, type PriceCatalogue } from '../domain/rating';
import { tierOf } from '../domain/tier';
import type { RatedEvent, Rating, UsageEvent } from '../protocol/event';
import { loadPrices } from './prices/loadPrices';
import { priceVersion } from './prices/version';

const unrated: Rating = { costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null };

export class Rates {
  /** Of the prices now in force. Known without loading them. */
  readonly version = priceVersion;
  private catalogue: PriceCatalogue | null = null;

  async load(): Promise<void> {
    this.catalogue ??= await loadPrices();
  }

  async rateAll(events: readonly UsageEvent[]): Promise<RatedEvent[]> {
    if (events.length > 0) await this.load();
    return events.map((event) => this.rated(event));
  }

  /** The prices must have been loaded. */
  rate(event: UsageEvent & { provider: string }): Rating {
    return rate(event, this.loaded());
  }

  /** The tier of a model by its price at an instant; `null` for a model without a price of its own. */
  tierOf(provider: string, model: string, atMs: number): string | null {
    const match = this.loaded().find(provider, model, atMs);
    return match === null || match.estimated ? null : tierOf(match.card);
  }

  /** Field by field: spreading an event costs more than rating it. */
  private rated(event: UsageEvent): RatedEvent {
    const provider = providerOf(event.provider, event.model);
    const known = {
      key: event.key,
      copy: event.copy,
      atMs: event.atMs,
      source: event.source,
      provider,
      model: event.model,
      tokens: event.tokens,
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

  private loaded(): PriceCatalogue {
    if (this.catalogue === null) throw new Error('prices are used before they are loaded');
    return this.catalogue;
  }
}
