/**
 * The lead's budgets, from the moment its ledger is open: which windows are there, what time brings, and the events that
 * every window is told.
 */
import type { Ledger } from '../../ledger/ledger';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { AlertStatus, BudgetStatus } from '../../protocol/api/budgetAnswers';
import type { Configuration } from '../../protocol/configuration';
import type { OverrideState } from '../../protocol/snapshot';
import type { Configurations } from '../configuration/configurations';
import { Emitter } from '../support/emitter';
import { bugIn, messageOf, type Log } from '../support/log';
import type { Rates } from '../prices/rates';
import type { Quotas } from '../quotas/quotas';
import { LeadGone } from '../support/leadGone';
import type { Service } from '../support/service';
import type { Caller } from '../support/view';
import { Enforcement } from './enforcement';
import { Grants } from './grants';
import type { Reading } from '../alerts/knownPast';
import { Superseded } from './standingFile';
import type { QuotaStates } from './standings';
import { toOverrides } from './words';

export interface BudgetsOptions {
  dataDirectory: string;
  epoch: number;
  rates: Rates;
  now: () => number;
  log: Log;
  /** Where the log readers are. */
  reading: Pick<Reading, 'sources' | 'isRereading'>;
  configurations: Configurations;
  /** Of this machine or its setting, where the configuration names none. */
  zone: () => string;
  /** Something is to be shown anew. */
  onChange: () => void;
  /** Another window leads by now: this lead has to go. */
  onSuperseded: () => void;
}

export interface OpenBudgets {
  enforcement: Enforcement;
  grants: Grants;
}

/** What a window shows of them. */
export interface BudgetPicture {
  budgets: BudgetStatus[];
  alerts: AlertStatus[];
  overrides: OverrideState[];
  notice: string | null;
}

export class Budgets implements Service {
  private readonly happened: Emitter<BudgetEvent>;
  private readonly present = new Set<Caller>();
  private opened: OpenBudgets | null = null;

  readonly onDidHappen: Emitter<BudgetEvent>['event'];

  /** Fulfilled when this lead ends. */
  private end: () => void = () => undefined;
  private readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  constructor(private readonly options: BudgetsOptions) {
    this.happened = new Emitter(bugIn('an event of a budget', options.log));
    this.onDidHappen = this.happened.event;
  }

  /** In which everything about budgets begins and ends. */
  zone(): string {
    return this.own().timezone ?? this.options.zone();
  }

  open(ledger: Ledger, counted: Quotas): OpenBudgets {
    const { options } = this;
    const [own, zone] = [(): Configuration => this.own(), (): string => this.zone()];
    const tierOf = (provider: string, model: string, atMs: number): string | null =>
      options.rates.isLoaded ? options.rates.tierOf(provider, model, atMs, own().tiers) : null;
    const rate = options.rates.rate.bind(options.rates);
    const find = options.rates.find.bind(options.rates);
    const quotas: QuotaStates = (configuration, nowMs) => counted.states(configuration, zone(), nowMs);
    const reading = {
      ...options.reading,
      counted: () => ledger.sources(),
      lastEventMs: ledger.lastEventMs.bind(ledger),
    };
    const enforcement = new Enforcement({
      ...options,
      reading,
      own,
      zone,
      ledger,
      quotas,
      rates: { rate, find, tierOf },
    });
    const opened = { enforcement, grants: new Grants(enforcement) };
    this.opened = opened;
    enforcement.onDidHappen((event) => this.happened.fire(event));
    this.seeAll();
    enforcement.alerting.review();
    this.tiersNeedPrices();
    return opened;
  }

  /** `null`: the ledger is not open. */
  get current(): OpenBudgets | null {
    return this.opened;
  }

  /** What they have just remembered is worth waiting for. */
  async stop(): Promise<void> {
    try {
      await this.opened?.enforcement.flushed();
    } finally {
      this.opened?.enforcement.dispose();
      this.opened = null;
    }
  }

  /** What another lead is to answer is asked again when this one has ended: only then callers find the next. */
  async unlessSuperseded<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!Superseded.is(error)) throw error;
      this.options.onSuperseded();
      await this.ended;
      throw new LeadGone();
    }
  }

  /** This lead will answer nobody any more. */
  ending(): void {
    this.end();
  }

  /** A window is there until what is returned is disposed, and `watching` with it. */
  whileSeen(view: Caller, watching: { dispose: () => void }): { dispose: () => void } {
    this.present.add(view);
    this.opened?.enforcement.see(view, this.options.configurations.for(view).configuration);
    return {
      dispose: () => {
        this.present.delete(view);
        watching.dispose();
      },
    };
  }

  configurationChanged(): void {
    if (this.opened === null) return;
    this.seeAll();
    this.whileLeading(() => this.opened?.enforcement.configure());
    this.tiersNeedPrices();
  }

  /** Once a second. */
  tick(): void {
    this.whileLeading(() => this.opened?.enforcement.tick(new Set([...this.present].map(({ window }) => window))));
  }

  /** What a window shows of them. */
  picture(view: Caller): BudgetPicture {
    if (this.opened === null) return { budgets: [], alerts: [], overrides: [], notice: null };
    const { enforcement } = this.opened;
    return {
      budgets: enforcement.statuses(view),
      alerts: enforcement.alerting.active(),
      overrides: toOverrides(enforcement.overriding.inForce(), enforcement.policyOf(view).configuration.budgets),
      notice: enforcement.notice(view),
    };
  }

  /** For work that nobody waits for. */
  private whileLeading(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!Superseded.is(error)) throw error;
      this.options.onSuperseded();
    }
  }

  private own(): Configuration {
    return this.options.configurations.own();
  }

  private seeAll(): void {
    const { configurations } = this.options;
    for (const view of this.present) this.opened?.enforcement.see(view, configurations.for(view).configuration);
  }

  /** Prices are loaded when first needed; a budget of a tier needs them to know what it counts. */
  private tiersNeedPrices(): void {
    const { rates, onChange, log } = this.options;
    if (rates.isLoaded || !this.own().budgets.some(({ scope }) => scope === 'tier')) return;
    rates
      .load()
      .then(() => {
        this.whileLeading(() => this.opened?.enforcement.configure());
        onChange();
      })
      .catch((error: unknown) => log('error', `prices could not be loaded: ${messageOf(error)}`));
  }
}
