/** This process as the one that leads: its claim, the socket where the others come in, and how its time ends. */
import * as fs from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import { freshAddress, listen } from './address';
import type { Claim, Claims } from './claims';
import type { Ask, EngineHandlers } from '../../protocol/engineRequests';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import { messageOf, type Log } from '../support/log';
import type { LeavingHow } from '../support/service';
import type { Caller } from '../support/view';
import type { Asked, Claimed, LeadingEngine, Role, Shown } from './role';
import type { RunningVersion } from './runningVersion';

export const checkClaimMs = 500;
/** Where the system tells of a new claim. */
const checkWatchedClaimMs = 5_000;

export interface LeadingOptions {
  claims: Claims;
  makeLead: (claimed: Claimed) => LeadingEngine;
  /** Who asks from within this process, as it is now. */
  caller: () => Caller;
  /** This version can't read the ledger. */
  onNewerLedger: Claimed['onNewerLedger'];
  log: Log;
  version: RunningVersion;
}

export class Leading implements Role {
  private readonly engine: LeadingEngine;
  private readonly handlers: EngineHandlers<Asked>;
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;
  private leaving: Promise<void> | null = null;
  private readonly followers = new Set<Socket>();
  private readonly checking: NodeJS.Timeout;
  private readonly watching: { close: () => void } | null;

  private constructor(
    private readonly options: LeadingOptions,
    private readonly claim: Claim,
    private readonly server: Server,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    const { claims, makeLead, onNewerLedger } = options;
    this.engine = makeLead({
      epoch: claim.epoch,
      stillLeads: () => claims.holds(claim.epoch),
      onSuperseded: () => void this.leave('abandon'),
      onNewerLedger: (message, isStill) => {
        onNewerLedger(message, isStill);
        void this.leave();
      },
    });
    this.handlers = this.engine;
    this.watching = claims.watch(() => this.check());
    this.checking = setInterval(() => this.check(), this.watching === null ? checkClaimMs : checkWatchedClaimMs);
    options.log('info', `leading, epoch ${claim.epoch}`);
  }

  /** `null`: another process was quicker. `observed`: the highest epoch that is claimed. */
  static async claim(options: LeadingOptions, observed: number): Promise<Leading | null> {
    const { claims } = options;
    const address = freshAddress(claims.directory);
    // Whoever comes between the claim and the lead waits: turned away, it would think the claim dead and take over.
    const early: Socket[] = [];
    let admit = (socket: Socket): void => void early.push(socket.on('error', () => undefined));
    const server = await listen(address, (socket) => admit(socket));
    const giveUp = (): void => {
      server.close();
      for (const socket of early) socket.destroy();
    };
    const claim = await claims.claim(address, observed).catch((error: unknown) => {
      giveUp();
      throw error;
    });
    if (claim === null) {
      giveUp();
      return null;
    }
    const leading = new Leading(options, claim, server);
    admit = (socket) => leading.admit(socket);
    for (const socket of early) admit(socket);
    return leading;
  }

  readonly ask: Ask = (name, question, { report = () => undefined, token } = {}) =>
    this.handlers[name](question, { caller: this.options.caller(), report, token });

  watch(caller: Caller, listener: (shown: Shown) => void): { dispose: () => void } {
    return this.engine.watch(caller, (snapshot) => listener({ snapshot }));
  }

  onEvent(listener: (event: BudgetEvent) => void): { dispose: () => void } {
    return this.engine.onEvent(listener);
  }

  /** Never rejects: whoever waits for the end of this role must not wait for ever. */
  leave(how: LeavingHow = 'close'): Promise<void> {
    this.leaving ??= this.leaveNow(how);
    return this.leaving;
  }

  private async leaveNow(how: LeavingHow): Promise<void> {
    const { log } = this.options;
    const { address, epoch } = this.claim;
    if (how === 'abandon') log('warn', `epoch ${epoch} was taken over; following from now on`);
    clearInterval(this.checking);
    this.watching?.close();
    try {
      this.server.close();
      // First of all the others are free to go on: a call that is not answered here is asked again at the next lead.
      for (const socket of this.followers) socket.destroy();
      await this.engine.dispose(how);
      if (address.endsWith('.sock')) await fs.rm(address, { force: true });
    } catch (error) {
      log('error', `the lead of epoch ${epoch} did not end in order: ${messageOf(error)}`);
    } finally {
      this.end();
    }
  }

  private admit(socket: Socket): void {
    this.followers.add(socket);
    socket.on('close', () => this.followers.delete(socket)).on('error', () => undefined);
    void this.serve(socket);
  }

  private async serve(socket: Socket): Promise<void> {
    const { engine } = this;
    const { token, epoch } = this.claim;
    try {
      const { serveProcess } = await import('./otherProcesses');
      if (!socket.destroyed) serveProcess(socket, { engine, token, epoch, version: this.options.version });
    } catch (error) {
      // Part of us is missing: this process goes on, the other says why it can not.
      this.options.log('error', `another window can't be served: ${messageOf(error)}`);
      socket.destroy();
    }
  }

  private check(): void {
    this.options.claims.holds(this.claim.epoch).then(
      (holds) => (holds ? undefined : this.leave('abandon')),
      // It can't be looked at now, and says nothing about who leads.
      () => undefined,
    );
  }
}
