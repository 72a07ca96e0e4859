/** Rates events against the price catalogue, which is big: it is loaded when the first event needs it. */
import { providerOf } from '../domain/provider';
import { rate, type PriceCatalogue } from '../domain/rating';
import { tierOf } from '../domain/tier';
import type { RatedEvent, Rating, UsageEvent } from '../protocol/event';
import { loadPrices } from './prices/loadPrices';
import { priceVersion } from './prices/version';

export class Rates {
  /** Of the prices now in force. Known without loading them. */
  readonly version = priceVersion;
  private catalogue: PriceCatalogue | null = null;

  async load(): Promise<void> {
    this.catalogue ??= await loadPrices();
  }

  async rateAll(events: readonly UsageEvent[]): Promise<RatedEvent[]> {
    if (events.length > 0) await this.load();
    return events.map((event) => {
      const known = { ...event, provider: providerOf(event.provider, event.model) };
      return { ...known, rating: this.rate(known) };
    });
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

  private loaded(): PriceCatalogue {
    if (this.catalogue === null) throw new Error('prices are used before they are loaded');
    return this.catalogue;
  }
}
