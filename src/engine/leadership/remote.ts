/** A follower's way to the lead: the same service over a socket, and the pulse that tells when the lead is gone. */
import type { Socket } from 'node:net';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { ApiResult } from '../../protocol/api/api';
import { budgetEventSchema, type BudgetEvent } from '../../protocol/api/budgetApi';
import type { PricedModel } from '../../protocol/language';
import type { ModelPrice } from '../../protocol/prices/price';
import type { PriceQuestion } from '../../protocol/prices/priceQuestion';
import {
  updatePricesRequest,
  type PriceUpdate,
  type TakePrices,
  type TakenPrices,
} from '../../protocol/prices/priceFeed';
import { modelsRequest, priceRequest, takePricesRequest } from '../../protocol/prices/priceRequests';
import {
  apiRequest,
  budgetEventNotification,
  pauseImportRequest,
  refreshRequest,
  snapshotNotification,
} from '../../protocol/requests';
import type { ApiCall } from '../../protocol/rpc';
import { meterSnapshotSchema, type MeterSnapshot } from '../../protocol/snapshot';
import {
  askForWork,
  rebuildRequest,
  repriceRequest,
  type RebuildResult,
  type RepriceResult,
  type Work,
} from '../../protocol/work';
import type { Claim } from './claims';
import { Emitter } from '../support/emitter';
import { joinAnswerSchema, joinRequest, pingRequest, viewNotification } from './followers';
import { isNewer, type RunningVersion } from './runningVersion';
import type { EngineService } from './service';
import { LeadGone } from '../support/leadGone';
import type { WindowView } from '../support/view';

const joinAnswerMs = 1_200;
/** A lead that has just claimed opens the ledger, which takes a while where the machine is busy. */
const newLeadAnswerMs = 5_000;
/** Together with claiming and opening the ledger, a lead that hangs is replaced within two seconds. */
const pingEveryMs = 250;
const pingAnswerMs = 900;
/** A timer that is so late says that this thread stood still, and nothing about the lead. */
const ownStallMs = 250;
/** Where our own timers are late, the machine is busy, and the lead's answers are late too. */
const patiencePerLateness = 4;

/** How a window comes to a lead. */
export interface Joining {
  view: WindowView;
  version: RunningVersion;
  /** The claim was made a moment ago. */
  isNew: boolean;
  /** An older lead is not followed: this window takes its place. */
  mayLead: boolean;
  /** What is shown where the lead's snapshots can't be read. */
  unreadable: (theirs: RunningVersion | null) => MeterSnapshot;
}

export class RemoteLead implements EngineService {
  private readonly gone = new Emitter<undefined>();
  private readonly snapshots = new Emitter<MeterSnapshot>();
  private readonly happened = new Emitter<BudgetEvent>();
  private latest: MeterSnapshot | null = null;
  private pinging: NodeJS.Timeout | null = null;
  private isGone = false;
  /** `null`: it says none; `undefined`: its answer to the join is still to come. */
  private version: RunningVersion | null | undefined;
  private isUnreadable = false;
  /** Whether the lead still held the connection and said nothing: asking it again would cost the time of a takeover. */
  wentSilent = false;

  /** Fires once: the lead's window closed, was killed, or does not answer. */
  readonly onDidGo = this.gone.event;

  private constructor(
    private readonly socket: Socket,
    private readonly connection: MessageConnection,
    private readonly unreadable: Joining['unreadable'],
  ) {
    connection.onNotification(snapshotNotification, (value) => {
      const snapshot = meterSnapshotSchema.safeParse(value);
      // Said once: it is as unreadable the next time.
      if (!snapshot.success && this.isUnreadable) return;
      this.isUnreadable = !snapshot.success;
      if (snapshot.success) this.show(snapshot.data);
      else this.sayWhyUnreadable();
    });
    connection.onNotification(budgetEventNotification, (value) => {
      const event = budgetEventSchema.safeParse(value);
      if (event.success) this.happened.fire(event.data);
    });
    connection.onClose(() => this.leave());
    connection.onError(() => this.leave());
    connection.listen();
  }

  /** `socket`: connected to the claim's address. `null`: it is not answered, or by an older version than this. */
  static async join(socket: Socket, claim: Claim, joining: Joining): Promise<RemoteLead | null> {
    const { view, version, isNew, mayLead, unreadable } = joining;
    const remote = new RemoteLead(
      socket,
      createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket)),
      unreadable,
    );
    const answerMs = isNew ? newLeadAnswerMs : joinAnswerMs;
    const join = remote.connection.sendRequest(joinRequest, { token: claim.token, view, version });
    const answer = joinAnswerSchema.safeParse(await within(answerMs, join)).data;
    // It finds within half a second that its claim is not the highest any more.
    const isOlder = answer !== undefined && (answer.version === null || isNewer(version, answer.version));
    if (answer?.epoch !== claim.epoch || (isOlder && mayLead)) {
      remote.leave();
      return null;
    }
    remote.version = answer.version;
    if (remote.isUnreadable) remote.sayWhyUnreadable();
    remote.keepPinging();
    return remote;
  }

  watch(view: WindowView, listener: (snapshot: MeterSnapshot) => void): { dispose: () => void } {
    if (!this.isGone) this.connection.sendNotification(viewNotification, view).catch(() => undefined);
    if (this.latest !== null) listener(this.latest);
    return this.snapshots.event(listener);
  }

  onEvent(listener: (event: BudgetEvent) => void): { dispose: () => void } {
    return this.happened.event(listener);
  }

  api(_view: WindowView, call: ApiCall): Promise<ApiResult<unknown>> {
    return this.ask(() => this.connection.sendRequest(apiRequest, call));
  }

  price(_view: WindowView, question: PriceQuestion): Promise<ModelPrice | null> {
    return this.ask(() => this.connection.sendRequest(priceRequest, question));
  }

  models(): Promise<PricedModel[]> {
    return this.ask(() => this.connection.sendRequest(modelsRequest));
  }

  refresh(_view: WindowView, token?: CancellationToken): Promise<MeterSnapshot> {
    return this.ask(() => this.connection.sendRequest(refreshRequest, token));
  }

  pauseImport(): Promise<null> {
    return this.ask(() => this.connection.sendRequest(pauseImportRequest));
  }

  reprice(apply: boolean, work: Work): Promise<RepriceResult> {
    return this.ask(() => askForWork(this.connection, repriceRequest, { apply }, work));
  }

  rebuild(work: Work): Promise<RebuildResult> {
    return this.ask(() => askForWork(this.connection, rebuildRequest, {}, work));
  }

  updatePrices(address: string, work: Work): Promise<PriceUpdate> {
    return this.ask(() => askForWork(this.connection, updatePricesRequest, { address }, work));
  }

  takePrices(asked: TakePrices): Promise<TakenPrices> {
    return this.ask(() => this.connection.sendRequest(takePricesRequest, asked));
  }

  leave(): void {
    if (this.isGone) return;
    this.isGone = true;
    if (this.pinging !== null) clearInterval(this.pinging);
    this.connection.dispose();
    this.socket.destroy();
    this.gone.fire(undefined);
  }

  private show(snapshot: MeterSnapshot): void {
    this.latest = snapshot;
    this.snapshots.fire(snapshot);
  }

  /** A first snapshot may come before the lead has said which version it is. */
  private sayWhyUnreadable(): void {
    if (this.version !== undefined) this.show(this.unreadable(this.version));
  }

  /** Rejects with `LeadGone` when the lead vanishes before it answers: the call may have had its effect or not. */
  private ask<T>(send: () => Promise<T>): Promise<T> {
    if (this.isGone) return Promise.reject(new LeadGone());
    return new Promise<T>((resolve, reject) => {
      const going = this.onDidGo(() => reject(new LeadGone()));
      send()
        .then(resolve, (error: unknown) => reject(this.isGone ? new LeadGone() : asError(error)))
        .finally(() => going.dispose());
    });
  }

  /** A window may hang with its socket open: silence is as good as gone. */
  private keepPinging(): void {
    let waiting = false;
    let lateMs = 0;
    let lastMs = performance.now();
    this.pinging = setInterval(() => {
      const askedMs = performance.now();
      lateMs = Math.max(lateMs * 0.9, askedMs - lastMs - pingEveryMs);
      lastMs = askedMs;
      if (waiting) return;
      waiting = true;
      const usualMs = this.latest === null ? newLeadAnswerMs : pingAnswerMs;
      const patienceMs = Math.min(usualMs + patiencePerLateness * lateMs, newLeadAnswerMs);
      void within(patienceMs, this.connection.sendRequest(pingRequest)).then((answer) => {
        waiting = false;
        if (answer !== undefined || performance.now() - askedMs > patienceMs + ownStallMs || this.isGone) return;
        this.wentSilent = true;
        this.leave();
      });
    }, pingEveryMs);
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
