/**
 * Budgets and alerts as the lead sees them, from the moment its ledger is open: which windows are there, what time brings, and
 * the events that every window is told.
 */
import type { RunningSums } from '../domain/usage/runningSums';
import type { Ledger } from '../ledger/ledger';
import type { BudgetEvent } from '../protocol/api/budgetApi';
import type { Configuration } from '../protocol/configuration';
import type { Reading } from './alerts/knownPast';
import type { QuotaStates } from './budgets/budgetStates';
import { Superseded } from './budgets/reservationFile';
import { toOverrides } from './budgets/toApi';
import type { Configurations } from './configuration/configurations';
import type { BudgetPicture } from './figures/pictures';
import { OpenControls } from './openControls';
import type { Rates } from './prices/rates';
import type { Quotas } from './quotas/quotas';
import { Emitter } from './support/emitter';
import { LeadGone } from './support/leadGone';
import { bugIn, messageOf, type Log } from './support/log';
import type { Service } from './support/service';
import type { Caller } from './support/view';

export interface CostControlsOptions {
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

export class CostControls implements Service {
  private readonly happened: Emitter<BudgetEvent>;
  private readonly present = new Set<Caller>();
  private opened: OpenControls | null = null;

  readonly onDidHappen: Emitter<BudgetEvent>['event'];

  /** Fulfilled when this lead ends. */
  private end: () => void = () => undefined;
  private readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  constructor(private readonly options: CostControlsOptions) {
    this.happened = new Emitter(bugIn('an event of a budget', options.log));
    this.onDidHappen = this.happened.event;
  }

  /** In which everything about budgets begins and ends. */
  zone(): string {
    return this.own().timezone ?? this.options.zone();
  }

  open(ledger: Ledger, sums: RunningSums, counted: Quotas): OpenControls {
    const { options } = this;
    const [own, zone] = [(): Configuration => this.own(), (): string => this.zone()];
    const tierOf = (provider: string, model: string, atMs: number): string | null =>
      options.rates.isLoaded ? options.rates.tierOf(provider, model, atMs, own().tiers) : null;
    const rate = options.rates.rate.bind(options.rates);
    const find = options.rates.find.bind(options.rates);
    const quotas: QuotaStates = (configuration, nowMs) => counted.states(configuration, zone(), nowMs);
    const usage = counted.usage.bind(counted);
    const reading = {
      ...options.reading,
      counted: () => ledger.sources(),
      lastEventMs: ledger.lastEventMs.bind(ledger),
    };
    const rates = { rate, find, tierOf };
    const opened = new OpenControls({ ...options, reading, own, zone, ledger, sums, quotas, usage, rates });
    this.opened = opened;
    opened.onDidHappen((event) => this.happened.fire(event));
    this.seeAll();
    opened.alerts.review();
    this.tiersNeedPrices();
    return opened;
  }

  /** What is still to be durable is worth waiting for. */
  async stop(): Promise<void> {
    try {
      await this.opened?.flushed();
    } finally {
      this.opened?.dispose();
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
    this.opened?.states.see(view, this.options.configurations.for(view).configuration);
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
    this.whileLeading(() => this.opened?.configure());
    this.tiersNeedPrices();
  }

  /** Once a second. */
  tick(): void {
    this.whileLeading(() => this.opened?.tick(new Set([...this.present].map(({ window }) => window))));
  }

  /** What a window shows of them. */
  picture(view: Caller): BudgetPicture {
    if (this.opened === null) return { budgets: [], alerts: [], overrides: [], notice: null };
    const { states, gate, alerts, overrides } = this.opened;
    return {
      budgets: states.statuses(view),
      alerts: alerts.active(),
      overrides: toOverrides(overrides.inForce(), states.policyOf(view).configuration.budgets),
      notice: gate.notice(view),
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
    for (const view of this.present) this.opened?.states.see(view, configurations.for(view).configuration);
  }

  /** Prices are loaded when first needed; a budget of a tier needs them to know what it counts. */
  private tiersNeedPrices(): void {
    const { rates, onChange, log } = this.options;
    if (rates.isLoaded || !this.own().budgets.some(({ scope }) => scope === 'tier')) return;
    rates
      .load()
      .then(() => {
        this.whileLeading(() => this.opened?.configure());
        onChange();
      })
      .catch((error: unknown) => log('error', `prices could not be loaded: ${messageOf(error)}`));
  }
}
