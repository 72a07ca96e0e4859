/**
 * The engine of the window that leads: the only writer of the ledger. It opens the ledger, lets the log reader run, rates
 * what comes in, and tells every window that watches. It never stops because the ledger can't be written: it says so,
 * answers `storage_unavailable`, and tries again.
 */
import type { CancellationToken } from 'vscode-jsonrpc';
import type { ApiResult } from '../protocol/api/api';
import type { ApiCall } from '../protocol/rpc';
import type { PricedModel } from '../protocol/language';
import type { ModelPrice } from '../protocol/prices/price';
import type { PriceUpdate, TakePrices, TakenPrices } from '../protocol/prices/priceFeed';
import type { PriceQuestion } from '../protocol/prices/priceQuestion';
import type { MeterSnapshot } from '../protocol/snapshot';
import type { SourceSwitches } from '../protocol/vocabulary';
import type { RebuildResult, RepriceResult, Work } from '../protocol/work';
import { Budgets } from './budgets/budgets';
import { Superseded } from './budgets/standingFile';
import { Configurations } from './configuration/configurations';
import { Emitter } from './support/emitter';
import { Intake } from './ingest/ingest';
import { openLedger, type LeadOptions, type Opened } from './leadOptions';
import { LedgerTrouble } from './upkeep/ledgerHealth';
import { bugIn, messageOf } from './support/log';
import { holdsNothing } from '../ledger/isNewLedger';
import { Maintenance } from './upkeep/maintenance';
import { Pictures } from './figures/pictures';
import { Quotas } from './quotas/quotas';
import { Pricing } from './prices/pricing';
import { Problems } from './figures/problems';
import { rebuildStepsOf, type RebuildSteps } from './upkeep/rebuild';
import type { EngineService } from './leadership/service';
import { LeadGone } from './support/leadGone';
import type { WindowView } from './support/view';
import { Throttle } from './support/throttle';
import { whenReady } from './support/whenReady';

const pushEveryMs = 50;
/** While logs are imported nobody reads figures that change ten times a second, and each picture costs queries. */
const pushEveryMsImporting = 400;
const retryOpenMs = 5_000;
const tickMs = 1_000;

export class Lead implements EngineService {
  private readonly problems: Problems;
  private readonly trouble: LedgerTrouble;
  private readonly intake: Intake;
  private readonly configurations: Configurations;
  private readonly pictures: Pictures;
  private readonly budgets: Budgets;
  private readonly pricing: Pricing;
  readonly onEvent: EngineService['onEvent'];
  private readonly changed = new Emitter<undefined>((error) => bugIn('a window’s picture', this.options.log)(error));
  private readonly push = new Throttle(
    () => this.changed.fire(undefined),
    () => (this.intake.progress.isImporting ? pushEveryMsImporting : pushEveryMs),
    (error) => this.options.log('error', `no snapshot could be taken: ${messageOf(error)}`),
  );
  private readonly timers: NodeJS.Timeout[] = [];
  private opened: Opened | null = null;
  private opening: Promise<void>;
  private sources: SourceSwitches;
  private disposed = false;

  constructor(private readonly options: LeadOptions) {
    this.sources = options.sources;
    this.problems = new Problems(options.log);
    this.trouble = new LedgerTrouble(this.problems, options);
    this.intake = new Intake({
      ...options,
      problems: this.problems,
      trouble: this.trouble,
      configured: () => this.pricing.ready(),
      ledger: () => this.current().ledger,
      switches: () => this.sources,
      onFailure: (error) => this.writingFailed(error),
      onChange: (awaited) => (awaited ? this.push.now() : this.push.request()),
    });
    this.problems.onDidChange(() => this.push.request());
    this.configurations = new Configurations({
      ...options,
      file: options.configFile,
      chosen: options.configFileChosen,
    });
    this.pictures = new Pictures(this.configurations);
    const { configurations } = this;
    this.budgets = new Budgets({
      ...options,
      configurations,
      reading: {
        sources: () => this.intake.progress.sources,
        isRereading: () => this.intake.rebuilding.isRunning,
      },
      onChange: () => this.push.request(),
    });
    this.onEvent = this.budgets.onDidHappen;
    // One that fails keeps none of the others from its own.
    this.configurations.onDidChange(() => this.pricing.ownChanged());
    this.configurations.onDidChange(() => this.budgets.configurationChanged());
    this.configurations.onDidChange(() => this.push.request());
    this.pricing = new Pricing({
      ...options,
      configurations,
      problems: this.problems,
      rating: () => this.opened?.maintenance ?? null,
      onChange: () => this.push.request(),
    });
    // Its failure is told by `open`, which waits for it.
    this.pricing.ready().catch(() => undefined);
    this.opening = this.open();
    this.timers.push(setInterval(() => void this.look(true), tickMs));
  }

  watch(view: WindowView, listener: (snapshot: MeterSnapshot) => void): { dispose: () => void } {
    const ready = this.configurations.ready(view);
    return whenReady(ready, () => this.watchNow(view, listener), bugIn('a window’s configuration', this.options.log));
  }

  private watchNow(view: WindowView, listener: (snapshot: MeterSnapshot) => void): { dispose: () => void } {
    const tell = (): void => {
      if (this.opened !== null || this.problems.all.length > 0) listener(this.snapshot(view));
    };
    tell();
    // Whoever comes may have led before, and have answered what is only in its journal.
    void this.look();
    return this.budgets.whileSeen(view, this.changed.event(tell));
  }

  async api(view: WindowView, call: ApiCall): Promise<ApiResult<unknown>> {
    await this.opening;
    const [{ answer }] = await Promise.all([import('./api/answer'), this.configurations.ready(view)]);
    const answered = answer(call, {
      ...this.options,
      ...this.configurations.for(view),
      nowMs: this.options.now(),
      quotas: () => this.current().quotas,
      ledger: () => this.current().ledger,
      budgets: () => this.current().budgets,
      onChange: () => this.push.request(),
      append: (events) => this.intake.append({ events, cursors: [] }),
    });
    const result = await this.budgets.unlessSuperseded(answered);
    // It failed because this lead ends; the next one answers it.
    if (this.disposed && !result.ok) throw new LeadGone();
    return result;
  }

  async refresh(view: WindowView, token?: CancellationToken): Promise<MeterSnapshot> {
    await this.opening;
    const cancelling = token?.onCancellationRequested(() => void this.pauseImport());
    try {
      await this.unlessGone(this.readAll());
    } finally {
      cancelling?.dispose();
    }
    return this.snapshot(view);
  }

  async reprice(apply: boolean, work: Work): Promise<RepriceResult> {
    await this.opening;
    const result = await this.unlessGone(this.current().maintenance.reprice(apply, work));
    if (apply) this.push.request();
    return result;
  }

  async updatePrices(address: string, work: Work): Promise<PriceUpdate> {
    await this.opening;
    return this.unlessGone(this.pricing.update(address, this.current().maintenance, work));
  }

  async takePrices(asked: TakePrices): Promise<TakenPrices> {
    await this.opening;
    return this.unlessGone(this.pricing.take(asked));
  }

  async rebuild(work: Work): Promise<RebuildResult> {
    await this.opening;
    return this.unlessGone(this.intake.rebuilding.run(this.rebuildSteps(this.current()), work));
  }

  price(view: WindowView, question: PriceQuestion): Promise<ModelPrice | null> {
    return this.pricing.price(view, question);
  }

  models(view: WindowView): Promise<PricedModel[]> {
    return this.pricing.models(view);
  }

  pauseImport(): Promise<null> {
    this.opened?.reader.pause();
    return Promise.resolve(null);
  }

  setSources(sources: SourceSwitches): void {
    this.sources = sources;
    this.opened?.reader.turn(sources);
  }

  setConfigFile(path: string, chosen: boolean): void {
    this.configurations.setFile(path, chosen).catch(bugIn('another configuration file', this.options.log));
  }

  /** `abandon`: another window leads by now; what is acknowledged is in our journal, and the rest is theirs. */
  async dispose(how: 'close' | 'abandon' = 'close'): Promise<void> {
    this.disposed = true;
    this.budgets.ending();
    for (const timer of this.timers) clearInterval(timer);
    this.push.dispose();
    await this.opening.catch(() => undefined);
    await this.configurations.dispose();
    await this.pricing.dispose();
    const { opened } = this;
    this.opened = null;
    if (opened === null) return;
    await opened.reader.dispose();
    // What budgets have just remembered is worth waiting for.
    await opened.budgets.enforcement.flushed();
    if (how === 'close') await opened.maintenance.beforeClosing();
    opened.quotas.dispose();
    this.budgets.dispose();
    await opened.ledger.close(how);
  }

  private async open(): Promise<void> {
    const { dataDirectory, readers } = this.options;
    const startedMs = performance.now();
    readers.prepare();
    let reader: Opened['reader'] | null = null;
    let ledger: Opened['ledger'] | null = null;
    try {
      const opening = openLedger(this.options);
      // With nothing read before, reading need not wait for the database.
      if (holdsNothing(dataDirectory)) reader = this.intake.startReader([], opening);
      ledger = await opening;
      await this.pricing.ready();
      const cursors = ledger.cursors();
      reader ??= this.intake.startReader(cursors, opening);
      this.intake.skipped.reset(cursors);
      const maintenance = new Maintenance({
        ...this.options,
        ledger,
        zone: () => this.budgets.zone(),
        retention: () => this.configurations.own().retention,
        idle: () => this.idle(),
        onFailure: (error) => this.writingFailed(error),
        onSuccess: () => this.trouble.written(),
      });
      const quotas = new Quotas(ledger, () => this.push.request());
      this.opened = { ledger, maintenance, reader, quotas, budgets: this.budgets.open(ledger, quotas) };
      this.trouble.opened(ledger, performance.now() - startedMs);
      this.push.request();
      this.pricing.rerate();
    } catch (error) {
      if (this.opened !== null) return;
      await reader?.dispose();
      readers.dismiss();
      await ledger?.close('abandon').catch(() => undefined);
      await this.openingFailed(error);
    }
  }

  /** A change of lead is no trouble of the ledger's: callers are answered by the next lead. */
  private async openingFailed(error: unknown): Promise<void> {
    if (this.disposed) return;
    if (Superseded.is(error) || !(await this.options.stillLeads().catch(() => true))) this.options.onSuperseded();
    else if (this.trouble.openingFailed(error) === 'again') this.openLater();
  }

  private rebuildSteps(opened: Opened): RebuildSteps {
    return rebuildStepsOf(opened, () => {
      if (this.disposed) throw new LeadGone();
      opened.reader = this.intake.startReader(opened.ledger.cursors(), Promise.resolve());
      this.intake.skipped.reset(opened.ledger.cursors());
    });
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

  private current(): Opened {
    if (this.opened !== null) return this.opened;
    throw this.trouble.whyNotOpen();
  }

  private async readAll(): Promise<void> {
    await this.opened?.ledger.absorb();
    this.opened?.reader.resume();
    await this.opened?.reader.refresh();
  }

  /** Work that ends because this lead ends is asked for again at the next one. */
  private async unlessGone<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      if (this.disposed) throw new LeadGone();
    }
  }

  private snapshot(view: WindowView): MeterSnapshot {
    const { opened } = this;
    const rest = {
      ledger: opened?.ledger ?? null,
      sources: this.intake.progress.sources,
      problems: this.problems.all,
      skippedLines: this.intake.skipped.bySource,
      ledgerDirectory: this.options.dataDirectory,
    };
    const budgets = this.budgets.picture(view);
    return this.pictures.take(view, opened?.quotas ?? null, budgets, rest, this.options.now());
  }

  private idle(): boolean {
    return !this.disposed && this.intake.quietMs > tickMs;
  }

  /** What other leads wrote since, and what was found damaged; with `quietly`, also what waits until nobody writes. */
  private async look(quietly = false): Promise<void> {
    const { opened } = this;
    if (opened === null) return;
    try {
      const grown = (await opened.ledger.absorb()) > 0;
      // Who closes writes nothing any more that nobody waits for.
      if (this.disposed) return;
      if (this.pictures.areOld(this.options.now()) || grown) this.push.request();
      this.trouble.met(opened.ledger.notices, () => this.intake.rebuilding.again(this.rebuildSteps(opened)));
      if (quietly) this.budgets.tick();
      if (quietly && this.idle()) this.pricing.tick();
      if (quietly && this.idle()) await opened.maintenance.whenIdle();
    } catch (error) {
      this.writingFailed(error);
    }
  }
}
