/**
 * This window's part in the ledger: it leads, or it follows whoever does, and changes from one to the other without its
 * callers noticing. A call that was under way when the lead vanished is asked again; reports carry idempotency keys.
 */
import { randomUUID } from 'node:crypto';
import type { CancellationToken } from 'vscode-jsonrpc';
import type { ApiResult } from '../../protocol/api/api';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { ApiCall } from '../../protocol/rpc';
import type { PricedModel } from '../../protocol/language';
import type { ModelPrice } from '../../protocol/prices/price';
import type { PriceUpdate, TakePrices, TakenPrices } from '../../protocol/prices/priceFeed';
import type { PriceQuestion } from '../../protocol/prices/priceQuestion';
import type { MeterSnapshot, Problem } from '../../protocol/snapshot';
import type { RebuildResult, RepriceResult, Work } from '../../protocol/work';
import { loadSqlJs } from '../../ledger/tables/database';
import { markOf } from '../../ledger/checkpoint/newerLedger';
import { connect } from './address';
import { Claims, type Claim } from './claims';
import { Emitter } from '../support/emitter';
import { holdsNothing } from '../../ledger/isNewLedger';
import { Lead } from '../lead';
import type { LeadOptions } from '../leadOptions';
import { checkClaimMs, Leading, type LeadingOptions } from './leading';
import { bugIn, messageOf, type Log } from '../support/log';
import type { Role } from './role';
import { whyUnreadable, type RunningVersion } from './runningVersion';
import type { EngineService } from './service';
import { LeadGone } from '../support/leadGone';
import type { WindowView } from '../support/view';
import { pictureWithout } from '../figures/snapshot';

const retryMs = 2_000;
const patienceMs = 10_000;

export interface MemberOptions extends Omit<
  LeadOptions,
  'epoch' | 'stillLeads' | 'onSuperseded' | 'onNewerLedger' | 'zone'
> {
  view: WindowView;
  version: RunningVersion;
  log: Log;
}

export class Member {
  private readonly claims: Claims;
  private readonly snapshots = new Emitter<MeterSnapshot>((error) => this.bug(error));
  private readonly happened = new Emitter<BudgetEvent>((error) => this.bug(error));
  private readonly roleChanged = new Emitter<undefined>((error) => this.bug(error));
  private role: Role | null = null;
  private view: WindowView;
  private watching: { dispose: () => void } | null = null;
  private listening: { dispose: () => void } | null = null;
  private disposed = false;
  /** Why nobody can lead in this folder, in words for the user. */
  private failure: string | null = null;
  private lead: Lead | null = null;
  /** The epoch whose lead we left because it said nothing any more. */
  private silentEpoch = 0;
  /** A ledger that this version can't read, as `markOf` knows it: others may lead. */
  private newer: { mark: string; message: string } | null = null;
  private sources: LeadOptions['sources'];
  private configFile: string;
  private configFileChosen: boolean;
  private readonly running: Promise<void>;

  readonly onDidTakeSnapshot = this.snapshots.event;
  readonly onDidHappen = this.happened.event;

  constructor(private readonly options: MemberOptions) {
    this.claims = new Claims(options.dataDirectory);
    this.view = options.view;
    this.sources = options.sources;
    this.configFile = options.configFile;
    this.configFileChosen = options.configFileChosen;
    // Starts while the lead is being looked for; whoever opens the ledger finds it ready, or its error. A ledger that begins
    // needs it later.
    if (!holdsNothing(options.dataDirectory)) loadSqlJs(options.wasmPath).catch(() => undefined);
    this.running = this.run();
  }

  private bug(error: unknown): void {
    bugIn('a window’s news', this.options.log)(error);
  }

  look(view: WindowView): void {
    this.view = view;
    this.watch();
  }

  setSources(sources: LeadOptions['sources']): void {
    this.sources = sources;
    this.lead?.setSources(sources);
  }

  setConfigFile(path: string, chosen: boolean): void {
    this.configFile = path;
    this.configFileChosen = chosen;
    this.lead?.setConfigFile(path, chosen);
  }

  async api(call: ApiCall): Promise<ApiResult<unknown>> {
    // The next lead must know a call again that this one may have granted.
    const known = { id: randomUUID(), ...call };
    const answered = await this.ask((service) => service.api(this.view, known));
    if (answered !== null) return answered;
    return this.failure === null
      ? { ok: false, error: { code: 'not_ready', message: 'the ledger is not ready; ask again' } }
      : { ok: false, error: { code: 'storage_unavailable', message: this.failure } };
  }

  async refresh(token?: CancellationToken): Promise<MeterSnapshot | null> {
    return this.ask((service) => service.refresh(this.view, token));
  }

  /** `null`: nobody knows, or there is no ledger to ask. */
  async price(question: PriceQuestion): Promise<ModelPrice | null> {
    return this.ask((service) => service.price(this.view, question));
  }

  async models(): Promise<PricedModel[]> {
    return (await this.ask((service) => service.models(this.view))) ?? [];
  }

  async pauseImport(): Promise<void> {
    await this.ask((service) => service.pauseImport());
  }

  async reprice(apply: boolean, work: Work): Promise<RepriceResult | null> {
    return this.ask((service) => service.reprice(apply, work));
  }

  async updatePrices(address: string, work: Work): Promise<PriceUpdate | null> {
    return this.ask((service) => service.updatePrices(address, work));
  }

  async takePrices(asked: TakePrices): Promise<TakenPrices | null> {
    return this.ask((service) => service.takePrices(asked));
  }

  async rebuild(work: Work): Promise<RebuildResult | null> {
    return this.ask((service) => service.rebuild(work));
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.watching?.dispose();
    this.listening?.dispose();
    this.options.readers.dismiss();
    await this.role?.leave();
    this.roleChanged.fire(undefined);
    await this.running;
  }

  /** `null` when no lead could be found in time. */
  private async ask<T>(question: (service: EngineService) => Promise<T>): Promise<T | null> {
    for (;;) {
      const role = await this.currentRole(patienceMs);
      if (role === null) return null;
      try {
        return await question(role.service);
      } catch (error) {
        if (!LeadGone.is(error)) throw error;
        // The same call again, at whoever leads next.
        await role.ended;
      }
    }
  }

  private currentRole(ms: number): Promise<Role | null> {
    if (this.disposed) return Promise.resolve(null);
    if (this.role !== null || this.failure !== null) return Promise.resolve(this.role);
    return new Promise((resolve) => {
      const timer = setTimeout(() => give(), ms);
      const changing = this.roleChanged.event(() => {
        if (this.role !== null || this.failure !== null || this.disposed) give();
      });
      const give = (): void => {
        clearTimeout(timer);
        changing.dispose();
        resolve(this.disposed ? null : this.role);
      };
    });
  }

  private async run(): Promise<void> {
    while (!this.disposed) {
      try {
        const observed = await this.observe();
        const role = (await this.follow(observed)) ?? (await this.leadUnlessNewer(observed?.epoch ?? 0));
        if (role === null) continue;
        if (this.hasLeft()) {
          await role.leave();
          return;
        }
        this.role = role;
        this.failure = null;
        this.watch();
        this.roleChanged.fire(undefined);
        await role.ended;
        this.role = null;
      } catch (error) {
        this.unavailable(`The ledger's folder ${this.options.dataDirectory} can't be used: ${messageOf(error)}`);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  private hasLeft(): boolean {
    return this.disposed;
  }

  private async observe(): Promise<Claim | null> {
    await this.claims.prepare();
    return this.claims.highest();
  }

  private async follow(claim: Claim | null): Promise<Role | null> {
    if (claim === null || claim.epoch === this.silentEpoch || claim.address === '') return null;
    const socket = await connect(claim.address);
    if (socket === null) return null;
    const isNew = await this.claims.isNew(claim.epoch, this.options.now());
    const { joinLead } = await import('./otherWindows');
    const remote = await joinLead(socket, claim, {
      view: this.view,
      version: this.options.version,
      isNew,
      mayLead: !(await this.isTooOld()),
      unreadable: (theirs) => {
        const message = whyUnreadable(theirs, this.options.version);
        this.options.log('warn', message);
        return this.pictureWithout({ id: 'version', message });
      },
    });
    if (remote === null) return null;
    this.options.log('info', `following the lead of epoch ${claim.epoch}`);
    this.options.readers.dismiss();
    return {
      service: remote,
      ended: new Promise((resolve) =>
        remote.onDidGo(() => {
          if (remote.wentSilent) this.silentEpoch = claim.epoch;
          resolve();
        }),
      ),
      leave: () => {
        remote.leave();
        return Promise.resolve();
      },
    };
  }

  /** Leaves the lead to others for as long as the ledger is one that this version can't read. */
  private async leadUnlessNewer(observed: number): Promise<Role | null> {
    if (this.newer === null || !(await this.isTooOld())) return this.tryToLead(observed);
    this.unavailable(this.newer.message);
    await new Promise((resolve) => setTimeout(resolve, checkClaimMs));
    return null;
  }

  /** Whether the ledger is still one that this version can't read. */
  private async isTooOld(): Promise<boolean> {
    return this.newer !== null && this.newer.mark === (await markOf(this.options.dataDirectory));
  }

  private async tryToLead(observed: number): Promise<Role | null> {
    const { claims, options } = this;
    const makeLead: LeadingOptions['makeLead'] = (epoch, leave) =>
      (this.lead = new Lead({
        ...options,
        sources: this.sources,
        configFile: this.configFile,
        configFileChosen: this.configFileChosen,
        epoch,
        zone: () => this.view.timezone,
        stillLeads: () => claims.holds(epoch),
        onSuperseded: () => void leave('abandon'),
        onNewerLedger: (message) => void this.standAside(message, () => leave('close')),
      }));
    const onLeaving = (): void => void (this.lead = null);
    const { log, version } = options;
    return Leading.claim({ claims, makeLead, onLeaving, log, version }, observed);
  }

  private watch(): void {
    this.watching?.dispose();
    this.watching = this.role?.service.watch(this.view, (snapshot) => this.snapshots.fire(snapshot)) ?? null;
    this.listening?.dispose();
    this.listening = this.role?.service.onEvent((event) => this.happened.fire(event)) ?? null;
  }

  /** This version can't read the ledger. */
  private async standAside(message: string, leave: () => Promise<void>): Promise<void> {
    this.newer = { mark: await markOf(this.options.dataDirectory).catch(() => ''), message };
    this.unavailable(message);
    await leave();
  }

  /** Nobody can lead here, or nobody of this version: windows are told, and it is tried again. */
  private unavailable(message: string): void {
    const { log } = this.options;
    if (this.failure === message) return;
    log('error', message);
    this.failure = message;
    this.roleChanged.fire(undefined);
    this.snapshots.fire(this.pictureWithout({ id: 'ledger', message }));
  }

  private pictureWithout(problem: Pick<Problem, 'id' | 'message'>): MeterSnapshot {
    const { dataDirectory, now } = this.options;
    return pictureWithout(problem, dataDirectory, this.view, now());
  }
}
