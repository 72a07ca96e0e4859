/**
 * This process's part in the ledger: it leads, or it follows whoever does, and changes from one to the other without its
 * callers noticing. A call that was under way when the lead vanished is asked again; reports carry idempotency keys.
 */
import { randomUUID } from 'node:crypto';
import type { ApiResult } from '../../protocol/api/api';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { Ask } from '../../protocol/engineRequests';
import { NotReady } from '../../protocol/notReady';
import type { ApiCall } from '../../protocol/rpc';
import { Emitter } from '../support/emitter';
import { LeadGone } from '../support/leadGone';
import { bugIn, messageOf, type Log } from '../support/log';
import type { Caller } from '../support/view';
import { connect } from './address';
import { Claims, type Claim } from './claims';
import { checkClaimMs, Leading, type LeadingOptions } from './leading';
import type { Role, Shown } from './role';
import { whyUnreadable, type RunningVersion } from './runningVersion';

const retryMs = 2_000;
const longestWaitMs = 10_000;

export interface MemberOptions {
  dataDirectory: string;
  caller: Caller;
  version: RunningVersion;
  /** `null`: this process never leads. */
  makeLead: LeadingOptions['makeLead'] | null;
  /** Another process leads from now on. */
  onDidFollow?: () => void;
  /** How long a question waits for somebody who leads. */
  patienceMs?: number;
  now: () => number;
  log: Log;
}

export class Member {
  private readonly claims: Claims;
  private readonly shown = new Emitter<Shown>((error) => this.bug(error));
  private readonly happened = new Emitter<BudgetEvent>((error) => this.bug(error));
  private readonly roleChanged = new Emitter<undefined>((error) => this.bug(error));
  private role: Role | null = null;
  private caller: Caller;
  private watching: { dispose: () => void } | null = null;
  private listening: { dispose: () => void } | null = null;
  private disposed = false;
  /** Why nobody can lead in this folder, in words for the user. */
  private failure: string | null = null;
  /** The epoch whose lead we left because it said nothing any more. */
  private silentEpoch = 0;
  /** Why this version can't read the ledger, in words for the user: others may lead. */
  private newer: { message: string; isStill: () => Promise<boolean> } | null = null;
  private readonly running: Promise<void>;

  /** Of a window alone. */
  readonly onDidShow = this.shown.event;
  readonly onDidHappen = this.happened.event;

  constructor(private readonly options: MemberOptions) {
    this.claims = new Claims(options.dataDirectory);
    this.caller = options.caller;
    this.running = this.run();
  }

  private bug(error: unknown): void {
    bugIn('a window’s news', this.options.log)(error);
  }

  look(caller: Caller): void {
    this.caller = caller;
    this.watch();
  }

  /** Rejects with `NotReady` when nobody could be found in time who leads. */
  readonly ask: Ask = async (name, question, options) => {
    for (;;) {
      const role = await this.currentRole(this.options.patienceMs ?? longestWaitMs);
      if (role === null) throw new NotReady();
      try {
        return await role.ask(name, question, options);
      } catch (error) {
        if (!LeadGone.is(error)) throw error;
        // The same call again, at whoever leads next.
        await role.ended;
      }
    }
  };

  /** A command of the API, which is always answered. */
  async api(call: ApiCall): Promise<ApiResult<unknown>> {
    try {
      // The next lead must know a call again that this one may have granted.
      return await this.ask('api', { id: randomUUID(), ...call });
    } catch (error) {
      if (!NotReady.is(error)) throw error;
      return this.failure === null
        ? { ok: false, error: { code: 'not_ready', message: 'the ledger is not ready; ask again' } }
        : { ok: false, error: { code: 'storage_unavailable', message: this.failure } };
    }
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.watching?.dispose();
    this.listening?.dispose();
    await this.role?.leave();
    this.roleChanged.fire(undefined);
    await this.running;
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
    const { joinLead } = await import('./otherProcesses');
    const following = await joinLead(socket, claim, {
      caller: this.caller,
      version: this.options.version,
      isNew,
      mayLead: this.options.makeLead !== null && !(await this.isTooOld()),
      whyUnreadable: (theirs) => {
        const message = whyUnreadable(theirs, this.options.version);
        this.options.log('warn', message);
        return message;
      },
      onSilent: () => (this.silentEpoch = claim.epoch),
    });
    if (following === null) return null;
    this.options.log('info', `following the lead of epoch ${claim.epoch}`);
    this.options.onDidFollow?.();
    return following;
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
    return (await this.newer?.isStill()) === true;
  }

  private async tryToLead(observed: number): Promise<Role | null> {
    const { claims } = this;
    const { log, version, makeLead } = this.options;
    if (makeLead === null) {
      await new Promise((resolve) => setTimeout(resolve, checkClaimMs));
      return null;
    }
    const onNewerLedger: LeadingOptions['onNewerLedger'] = (message, isStill) => {
      this.newer = { message, isStill };
      this.unavailable(message);
    };
    return Leading.claim({ claims, makeLead, caller: () => this.caller, onNewerLedger, log, version }, observed);
  }

  private watch(): void {
    this.watching?.dispose();
    this.listening?.dispose();
    const { role, caller } = this;
    if (role === null) return;
    this.watching = role.watch(caller, (shown) => this.shown.fire(shown));
    this.listening = role.onEvent((event) => this.happened.fire(event));
  }

  /** Nobody can lead here, or nobody of this version: windows are told, and it is tried again. */
  private unavailable(message: string): void {
    const { log } = this.options;
    if (this.failure === message) return;
    log('error', message);
    this.failure = message;
    this.roleChanged.fire(undefined);
    this.shown.fire({ problem: { id: 'ledger', message } });
  }
}
