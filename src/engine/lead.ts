/**
 * The engine that leads: the only writer of the ledger. It opens the ledger, lets the log reader run, rates what comes in, and
 * tells every window that watches. It never stops because the ledger can't be written: it says so, answers
 * `storage_unavailable`, and tries again. Here is what it is made of, and who is asked for what.
 */
import { stillNewer } from '../ledger/checkpoint/newerLedger';
import type { EventOutcome } from '../ledger/ledger';
import type { Answer, Question } from '../protocol/engineRequests';
import type { EngineSettings } from '../protocol/rpc';
import type { MeterSnapshot } from '../protocol/snapshot';
import type { SourceId } from '../protocol/vocabulary';
import { Superseded } from './budgets/reservationFile';
import { Configurations } from './configuration/configurations';
import { parseAhead, resolveLayers } from './configuration/resolveLayers';
import { CostControls } from './costControls';
import { Problems } from './figures/problems';
import { Windows } from './figures/windows';
import { Ingest } from './ingest/ingest';
import type { ReaderThreads } from './ingest/readerThreads';
import type { Asked, Claimed, LeadingEngine } from './leadership/role';
import { OpenLedger } from './openLedger';
import { Pricing } from './prices/pricing';
import type { Rates } from './prices/rates';
import { Beat } from './support/beat';
import { LeadGone } from './support/leadGone';
import { bugIn, type Log } from './support/log';
import { stopAll, tickAll, type LeavingHow, type Service } from './support/service';
import type { Caller } from './support/view';
import { LedgerHealth } from './upkeep/ledgerHealth';

const retryOpenMs = 5_000;
const tickMs = 1_000;

/** What a process gives a lead that it makes, beside what its claim brings. */
export interface LeadOptions extends Claimed {
  dataDirectory: string;
  wasmPath: string;
  readers: ReaderThreads;
  /** Of the process: the next lead need not load its prices again. */
  rates: Rates;
  now: () => number;
  log: Log;
  /** As they are now; `settingsChanged` tells of others. */
  settings: () => EngineSettings;
  /** In which days and months begin, where the configuration names no zone. */
  zone: () => string;
}

export class Lead implements LeadingEngine {
  private readonly problems: Problems;
  private readonly trouble: LedgerHealth;
  private readonly ingest: Ingest;
  private readonly configurations: Configurations;
  private readonly budgets: CostControls;
  private readonly pricing: Pricing;
  private readonly windows: Windows;
  readonly onEvent: LeadingEngine['onEvent'];
  /** What lives as long as this lead, whether its ledger is open or not; the others are in openLedger.ts. */
  private readonly services: readonly Service[];
  private readonly ticking: NodeJS.Timeout;
  private readonly beat: Beat;
  private opened: OpenLedger | null = null;
  private opening: Promise<void>;
  private disposed = false;

  constructor(private readonly options: LeadOptions) {
    const { log, settings } = options;
    this.beat = new Beat(options.now);
    const onChange = (): void => {
      this.beat.stir();
      this.windows.show();
    };
    this.problems = new Problems(log);
    this.trouble = new LedgerHealth(this.problems, {
      ...options,
      onNewerLedger: (message) => options.onNewerLedger(message, stillNewer(options.dataDirectory)),
    });
    this.ingest = new Ingest({
      ...options,
      problems: this.problems,
      trouble: this.trouble,
      configured: () => this.pricing.ready(),
      ledger: () => this.current().ledger,
      switches: () => settings().sources,
      onFailure: (error) => this.writingFailed(error),
      onChange: (awaited) => {
        this.beat.stir();
        this.windows.show(awaited);
      },
    });
    const { configFile: file, configFileChosen: chosen = false } = settings();
    const configurations = new Configurations({ ...options, file, chosen, resolve: resolveLayers, parse: parseAhead });
    this.configurations = configurations;
    const reading = {
      sources: () => this.ingest.progress.sources,
      isRereading: () => this.ingest.rebuilding.isRunning,
    };
    this.budgets = new CostControls({ ...options, configurations, reading, onChange });
    this.onEvent = this.budgets.onDidHappen;
    this.pricing = new Pricing({
      ...options,
      configurations,
      problems: this.problems,
      priceFeed: () => settings().prices,
      rating: () => this.opened?.maintenance ?? null,
      onChange,
    });
    this.windows = new Windows({
      ...options,
      configurations,
      budgets: this.budgets,
      isImporting: () => this.ingest.progress.isImporting,
      state: () => ({
        ledger: this.opened?.ledger ?? null,
        quotas: this.opened?.quotas ?? null,
        sources: this.ingest.progress.sources,
        problems: this.problems.all,
        skippedLines: this.ingest.skipped.bySource,
        ledgerDirectory: options.dataDirectory,
      }),
    });
    this.services = [this.windows, configurations, this.pricing];
    this.problems.onDidChange(onChange);
    // One that fails keeps none of the others from its own.
    configurations.onDidChange(() => this.pricing.ownChanged());
    configurations.onDidChange(() => this.budgets.configurationChanged());
    configurations.onDidChange(onChange);
    // Its failure is told by `open`, which waits for it.
    this.pricing.ready().catch(() => undefined);
    this.opening = this.open();
    this.ticking = setInterval(() => {
      if (this.beat.isDue()) void this.look(true);
    }, tickMs);
  }

  watch(caller: Caller, listener: (snapshot: MeterSnapshot) => void): { dispose: () => void } {
    const watching = this.windows.watch(caller, listener);
    // Whoever comes may have led before, and have answered what is only in its journal.
    void this.look();
    return watching;
  }

  async api(call: Question<'api'>, { caller }: Asked): Promise<Answer<'api'>> {
    this.beat.stir();
    await this.opening;
    const [{ answer }] = await Promise.all([import('./api/answer'), this.configurations.ready(caller)]);
    const answered = answer(call, {
      ...this.options,
      ...this.configurations.for(caller),
      nowMs: this.options.now(),
      quotas: () => this.current().quotas,
      ledger: () => this.current().ledger,
      budgets: () => this.current().budgets,
      onChange: () => this.windows.show(),
      append: (events) => this.ingest.append({ events, cursors: [] }),
    });
    const result = await this.budgets.unlessSuperseded(answered);
    // It failed because this lead ends; the next one answers it.
    if (this.disposed && !result.ok) throw new LeadGone();
    return result;
  }

  async refresh(_: object, { caller, token }: Asked): Promise<MeterSnapshot> {
    const cancelling = token?.onCancellationRequested(() => void this.pauseImport());
    try {
      await this.answered(async () => {
        await this.opened?.ledger.absorb();
        await this.opened?.reading.readAll();
      });
    } finally {
      cancelling?.dispose();
    }
    return this.windows.snapshot(caller);
  }

  pauseImport(): Promise<null> {
    this.opened?.reading.pause();
    return Promise.resolve(null);
  }

  /** What a source sends; answers what became of each event. */
  receive(source: SourceId, body: unknown): Promise<EventOutcome[]> {
    return this.answered(() => this.ingest.receive(source, body));
  }

  price(question: Question<'price'>, { caller }: Asked): Promise<Answer<'price'>> {
    return this.pricing.price(caller, question);
  }

  models(_: object, { caller }: Asked): Promise<Answer<'models'>> {
    return this.pricing.models(caller);
  }

  async reprice({ apply }: Question<'reprice'>, asked: Asked): Promise<Answer<'reprice'>> {
    const result = await this.answered(() => this.current().maintenance.reprice(apply, asked));
    if (apply) this.windows.show();
    return result;
  }

  rebuild(_: object, asked: Asked): Promise<Answer<'rebuild'>> {
    return this.answered(() => this.current().reading.rebuild(this.current().ledger, asked));
  }

  updatePrices({ address }: Question<'updatePrices'>, asked: Asked): Promise<Answer<'updatePrices'>> {
    return this.answered(() => this.pricing.update(address, this.current().maintenance, asked));
  }

  takePrices(asked: Question<'takePrices'>): Promise<Answer<'takePrices'>> {
    return this.answered(() => this.pricing.take(asked));
  }

  settingsChanged(): void {
    if (this.disposed) return;
    const { sources, configFile, configFileChosen = false } = this.options.settings();
    this.opened?.reading.turn(sources);
    this.windows.show();
    const changing = this.configurations.setFile(configFile, configFileChosen);
    changing.catch(bugIn('another configuration file', this.options.log));
  }

  async dispose(how: LeavingHow = 'close'): Promise<void> {
    this.disposed = true;
    this.budgets.ending();
    clearInterval(this.ticking);
    this.windows.stop();
    await this.opening.catch(() => undefined);
    const { opened } = this;
    this.opened = null;
    try {
      await stopAll(this.services, how);
    } finally {
      await opened?.close(how);
    }
  }

  private async open(): Promise<void> {
    const startedMs = performance.now();
    try {
      this.opened = await OpenLedger.open({
        ...this.options,
        ingest: this.ingest,
        budgets: this.budgets,
        priced: () => this.pricing.ready(),
        zone: () => this.budgets.zone(),
        retention: () => this.configurations.own().retention,
        idle: () => this.idle(),
        onFailure: (error) => this.writingFailed(error),
        onSuccess: () => this.trouble.written(),
        onChange: () => this.windows.show(),
      });
    } catch (error) {
      await this.openingFailed(error);
      return;
    }
    this.trouble.opened(this.opened.ledger, performance.now() - startedMs);
    this.windows.show();
    this.pricing.rerate();
  }

  /** A change of lead is no trouble of the ledger's: callers are answered by the next lead. */
  private async openingFailed(error: unknown): Promise<void> {
    if (this.disposed) return;
    if (Superseded.is(error) || !(await this.options.stillLeads().catch(() => true))) this.options.onSuperseded();
    else if (this.trouble.openingFailed(error) === 'again') this.openLater();
  }

  private openLater(): void {
    if (this.disposed) return;
    setTimeout(() => {
      if (!this.disposed && this.opened === null) this.opening = this.open();
    }, retryOpenMs).unref();
  }

  private writingFailed(error: unknown): void {
    if (!this.disposed) this.trouble.writingFailed(error);
  }

  private current(): OpenLedger {
    if (this.opened !== null) return this.opened;
    throw this.trouble.whyNotOpen();
  }

  /** What ends because this lead ends is asked for again at the next one. */
  private async answered<T>(work: () => Promise<T>): Promise<T> {
    await this.opening;
    try {
      return await work();
    } finally {
      if (this.disposed) throw new LeadGone();
    }
  }

  private idle(): boolean {
    return !this.disposed && this.ingest.quietMs > tickMs;
  }

  /** What other leads wrote since, and what was found damaged; with `quietly`, also what waits until nobody writes. */
  private async look(quietly = false): Promise<void> {
    const { opened } = this;
    if (opened === null) return;
    try {
      const grown = (await opened.ledger.absorb()) > 0;
      // Who closes writes nothing any more that nobody waits for.
      if (this.disposed) return;
      if (grown) this.windows.show();
      this.trouble.met(opened.ledger.notices, () => opened.reading.rebuildAgain(opened.ledger));
      if (!quietly) return;
      const idle = (): boolean => this.idle();
      await tickAll(this.services, idle);
      await opened.tick(idle);
    } catch (error) {
      this.writingFailed(error);
    }
  }
}
