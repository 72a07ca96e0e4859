/** This process as one that follows: its way to the lead, and the pulse that tells when the lead is gone. */
import type { Socket } from 'node:net';
import type { MessageConnection } from 'vscode-jsonrpc';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { budgetEventSchema, type BudgetEvent } from '../../protocol/api/budgetApi';
import { budgetEventNotification, snapshotNotification } from '../../protocol/engineMessages';
import type { Ask } from '../../protocol/engineRequests';
import { proxy } from '../../protocol/proxy';
import { meterSnapshotSchema } from '../../protocol/snapshot';
import { Emitter } from '../support/emitter';
import { LeadGone } from '../support/leadGone';
import type { Caller } from '../support/view';
import type { Claim } from './claims';
import { joinAnswerSchema, joinRequest, pingRequest, viewNotification } from './handshake';
import type { Role, Shown } from './role';
import { isNewer, type RunningVersion } from './runningVersion';

const joinAnswerMs = 1_200;
/** A lead that has just claimed opens the ledger, which takes a while where the machine is busy. */
const newLeadAnswerMs = 5_000;
/** Together with claiming and opening the ledger, a lead that hangs is replaced within two seconds. Each ping wakes two processes. */
const pingEveryMs = 800;
const pingAnswerMs = 800;
/** Who asks something of a lead that has not answered for so long finds out at once whether it still does. */
const unheardMs = 250;
/** A timer that is so late says that this thread stood still, and nothing about the lead. */
const ownStallMs = 250;
/** Where our own timers are late, the machine is busy, and the lead's answers are late too. */
const patiencePerLateness = 4;

/** How a process comes to a lead. */
export interface Joining {
  caller: Caller;
  version: RunningVersion;
  /** The claim was made a moment ago. */
  isNew: boolean;
  /** An older lead is not followed: this process takes its place. */
  mayLead: boolean;
  /** Why the lead's snapshots can't be read, in words for the user. `theirs`: `null`, it did not say its version. */
  whyUnreadable: (theirs: RunningVersion | null) => string;
  /** The lead still held the connection and said nothing: asking it again would cost the time of a takeover. */
  onSilent: () => void;
}

export class Following implements Role {
  readonly ended: Promise<void>;
  private readonly send: Ask;
  private readonly gone = new Emitter<undefined>();
  private readonly shown = new Emitter<Shown>();
  private readonly happened = new Emitter<BudgetEvent>();
  private latest: Shown | null = null;
  private pinging: NodeJS.Timeout | null = null;
  private isPinged = false;
  private heardAtMs = 0;
  /** By how much our own timers were late of late. */
  private lateMs = 0;
  private isGone = false;
  /** `null`: it says none; `undefined`: its answer to the join is still to come. */
  private version: RunningVersion | null | undefined;
  private isUnreadable = false;

  private constructor(
    private readonly socket: Socket,
    private readonly connection: MessageConnection,
    private readonly joining: Joining,
  ) {
    this.ended = new Promise((resolve) => this.gone.event(() => resolve()));
    this.send = proxy(connection);
    connection.onNotification(snapshotNotification, (value) => {
      const snapshot = meterSnapshotSchema.safeParse(value);
      // Said once: it is as unreadable the next time.
      if (!snapshot.success && this.isUnreadable) return;
      this.isUnreadable = !snapshot.success;
      if (snapshot.success) this.show({ snapshot: snapshot.data });
      else this.sayWhyUnreadable();
    });
    connection.onNotification(budgetEventNotification, (value) => {
      const event = budgetEventSchema.safeParse(value);
      if (event.success) this.happened.fire(event.data);
    });
    connection.onClose(() => this.leaveNow());
    connection.onError(() => this.leaveNow());
    connection.listen();
  }

  /** `socket`: connected to the claim's address. `null`: it is not answered, or by an older version than this. */
  static async join(socket: Socket, claim: Claim, joining: Joining): Promise<Following | null> {
    const { caller, version, isNew, mayLead } = joining;
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    const following = new Following(socket, connection, joining);
    const answerMs = isNew ? newLeadAnswerMs : joinAnswerMs;
    const join = connection.sendRequest(joinRequest, { token: claim.token, view: caller, version });
    const answer = joinAnswerSchema.safeParse(await within(answerMs, join)).data;
    // It finds soon that its claim is not the highest any more.
    const isOlder = answer !== undefined && (answer.version === null || isNewer(version, answer.version));
    if (answer?.epoch !== claim.epoch || (isOlder && mayLead)) {
      following.leaveNow();
      return null;
    }
    following.version = answer.version;
    if (following.isUnreadable) following.sayWhyUnreadable();
    following.keepPinging();
    return following;
  }

  watch(caller: Caller, listener: (shown: Shown) => void): { dispose: () => void } {
    if (!this.isGone) this.connection.sendNotification(viewNotification, caller).catch(() => undefined);
    if (this.latest !== null) listener(this.latest);
    return this.shown.event(listener);
  }

  onEvent(listener: (event: BudgetEvent) => void): { dispose: () => void } {
    return this.happened.event(listener);
  }

  /** Rejects with `LeadGone` when the lead vanishes before it answers: the call may have had its effect or not. */
  readonly ask: Ask = (name, question, options) => {
    if (this.isGone) return Promise.reject(new LeadGone());
    return new Promise((resolve, reject) => {
      const going = this.gone.event(() => reject(new LeadGone()));
      if (this.pinging !== null && performance.now() - this.heardAtMs > unheardMs) this.ping();
      this.send(name, question, options)
        .then(resolve, (error: unknown) => reject(this.isGone ? new LeadGone() : asError(error)))
        .finally(() => going.dispose());
    });
  };

  leave(): Promise<void> {
    this.leaveNow();
    return this.ended;
  }

  private leaveNow(): void {
    if (this.isGone) return;
    this.isGone = true;
    if (this.pinging !== null) clearInterval(this.pinging);
    this.connection.dispose();
    this.socket.destroy();
    this.gone.fire(undefined);
  }

  private show(shown: Shown): void {
    this.latest = shown;
    this.shown.fire(shown);
  }

  /** A first snapshot may come before the lead has said which version it is. */
  private sayWhyUnreadable(): void {
    if (this.version === undefined) return;
    this.show({ problem: { id: 'version', message: this.joining.whyUnreadable(this.version) } });
  }

  /** A window may hang with its socket open: silence is as good as gone. */
  private keepPinging(): void {
    let lastMs = performance.now();
    this.heardAtMs = lastMs;
    this.pinging = setInterval(() => {
      const nowMs = performance.now();
      this.lateMs = Math.max(this.lateMs * 0.7, nowMs - lastMs - pingEveryMs);
      lastMs = nowMs;
      this.ping();
    }, pingEveryMs);
  }

  private ping(): void {
    if (this.isPinged) return;
    this.isPinged = true;
    const askedMs = performance.now();
    const usualMs = this.latest === null ? newLeadAnswerMs : pingAnswerMs;
    const patienceMs = Math.min(usualMs + patiencePerLateness * this.lateMs, newLeadAnswerMs);
    void within(patienceMs, this.connection.sendRequest(pingRequest)).then((answer) => {
      const nowMs = performance.now();
      this.isPinged = false;
      if (answer !== undefined) this.heardAtMs = nowMs;
      if (answer !== undefined || nowMs - askedMs > patienceMs + ownStallMs || this.isGone) return;
      this.joining.onSilent();
      this.leaveNow();
    });
  }
}

/** The answer, or `undefined` when it fails or does not come in time. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([answer.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
