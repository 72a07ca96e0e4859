/**
 * The prices in force while a window leads: the user's own, the list that was fetched, and what follows when either changes.
 * Nothing is rated before both are known. What lacked a price gets one; what has one changes by *Reprice* alone.
 */
import type { PricedModel } from '../../protocol/language';
import type { ModelPrice } from '../../protocol/prices/price';
import type { PriceUpdate, TakePrices, TakenPrices } from '../../protocol/prices/priceFeed';
import type { PriceQuestion } from '../../protocol/prices/priceQuestion';
import type { RepriceResult, Work } from '../../protocol/work';
import type { Configurations } from '../configuration/configurations';
import { bugIn } from '../support/log';
import type { Service } from '../support/service';
import type { Caller } from '../support/view';
import { askModels, askPrice } from './ask';
import { PriceFeed, type PriceFeedOptions } from './feed/priceFeed';
import type { Rates } from './rates';

/** Of a ledger that is open. */
interface Rating {
  /** Answers whether anything got another price. */
  rerate(): Promise<boolean>;
  /** What *Reprice* would change by these prices. */
  preview(rates: Rates, work: Work): Promise<RepriceResult>;
}

interface PricingOptions extends Omit<PriceFeedOptions, 'settings'> {
  priceFeed: PriceFeedOptions['settings'];
  configurations: Configurations;
  /** `null`: the ledger is not open. */
  rating: () => Rating | null;
}

export class Pricing implements Service {
  private readonly feed: PriceFeed;
  private loading: Promise<void> | null = null;

  constructor(private readonly options: PricingOptions) {
    this.feed = new PriceFeed({
      ...options,
      settings: options.priceFeed,
      onChange: () => {
        this.rerate();
        options.onChange();
      },
    });
  }

  /** Until all prices are known. What failed is tried again by whoever asks next. */
  ready(): Promise<void> {
    const { configurations, onChange } = this.options;
    this.loading ??= Promise.all([configurations.start(), this.feed.load()]).then(
      () => {
        this.ownChanged();
        onChange();
      },
      (error: unknown) => {
        this.loading = null;
        throw error;
      },
    );
    return this.loading;
  }

  ownChanged(): void {
    if (this.options.rates.setOwn(this.options.configurations.own())) this.rerate();
  }

  /** Nobody waits for it. */
  rerate(): void {
    const { rating, log, onChange } = this.options;
    rating()
      ?.rerate()
      .then((changed) => (changed ? onChange() : undefined))
      .catch(bugIn('rating what had no price', log));
  }

  update(address: string, rating: Rating, work: Work): Promise<PriceUpdate> {
    return this.feed.update(address, (rates) => rating.preview(rates, work), work);
  }

  take(asked: TakePrices): Promise<TakenPrices> {
    return this.feed.take(asked);
  }

  async price(view: Caller, question: PriceQuestion): Promise<ModelPrice | null> {
    const { configurations, rates, now } = this.options;
    await configurations.ready(view);
    return askPrice(question, configurations.for(view).configuration, rates, now());
  }

  async models(view: Caller): Promise<PricedModel[]> {
    const { configurations, rates, now } = this.options;
    await configurations.ready(view);
    return askModels(configurations.for(view).configuration, rates, now());
  }

  tick(idle: boolean): void {
    if (idle) this.feed.tick();
  }

  stop(): Promise<void> {
    return this.feed.dispose();
  }
}
