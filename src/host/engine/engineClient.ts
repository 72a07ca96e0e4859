/**
 * Keeps one engine alive for this window: starts it, starts it again with a growing pause when it crashes, and repeats
 * the API calls that were under way (they are idempotent). Calls before it is ready wait. Owns no figures.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, l10n, type CancellationToken, type Disposable } from 'vscode';
import type { ApiErrorCode, ApiResult } from '../../protocol/api/api';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { Answer, EngineRequest, Question } from '../../protocol/engineRequests';
import { NotReady } from '../../protocol/notReady';
import type { EngineCommand, EngineSettings, LogEntry } from '../../protocol/rpc';
import type { MeterSnapshot } from '../../protocol/snapshot';
import type { AskOptions } from '../../protocol/work';
import type { EngineWorkerData } from '../../protocol/workerData';
import { EngineGone, type ConnectEngine, type EngineLink, type EngineListener } from './engineLink';
import type { EngineState } from '../meter/meterView';

export type EngineStart = { ok: true; data: EngineWorkerData } | { ok: false; reason: string };

export interface EngineClientOptions {
  /** Asked at each start, so that it follows the settings. */
  prepare: () => Promise<EngineStart>;
  /** Loads what a worker needs; asked at each start. */
  connect: () => Promise<ConnectEngine>;
  /** Pause before the first restart; doubles up to `longestPauseMs`. */
  firstPauseMs?: number;
  longestPauseMs?: number;
  /** How long a call waits for the engine. */
  patienceMs?: number;
}

/** A call that has killed the engine this often is not tried again. */
const mostAttempts = 3;
/** An engine that lived this long was well: the pauses begin anew. */
const wellMs = 60_000;
/** An engine that has not ended by then is left behind; it has two seconds to write what is open. */
const longestStopMs = 4_000;

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refuse(code: ApiErrorCode, message: string): ApiResult<never> {
  return { ok: false, error: { code, message } };
}

export class EngineClient implements Disposable {
  readonly #options: Required<EngineClientOptions>;
  readonly #stateChanged = new EventEmitter<EngineState>();
  readonly #snapshotArrived = new EventEmitter<MeterSnapshot>();
  readonly #logged = new EventEmitter<LogEntry>();
  readonly onDidChangeState = this.#stateChanged.event;
  readonly onDidReceiveSnapshot = this.#snapshotArrived.event;
  readonly onDidLog = this.#logged.event;
  readonly #budgetEvent = new EventEmitter<BudgetEvent>();
  readonly onDidHappen = this.#budgetEvent.event;

  #state: EngineState = { kind: 'starting' };
  #link: EngineLink | null = null;
  /** The start under way: there is never more than one, for two engines must not open one ledger. */
  #starting: Promise<void> | null = null;
  #abort = new AbortController();
  /** Settings that changed while no engine was there to be told. */
  #untoldSettings: EngineSettings | null = null;
  #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: EngineClientOptions) {
    this.#options = { firstPauseMs: 500, longestPauseMs: 30_000, patienceMs: 10_000, ...options };
    this.#pauseMs = this.#options.firstPauseMs;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Starts the engine; a running one is left alone, a waiting one starts at once. */
  start(): Promise<void> {
    if (this.#link !== null || this.#disposed) return Promise.resolve();
    clearTimeout(this.#timer);
    if (this.#starting !== null) return this.#starting;
    const starting = this.#startOnce(this.#abort.signal).finally(() => {
      if (this.#starting === starting) this.#starting = null;
    });
    this.#starting = starting;
    return starting;
  }

  /** For settings that an engine can't change while it runs. */
  async restart(): Promise<void> {
    await this.#stop();
    this.#setState({ kind: 'starting' });
    await this.start();
  }

  async call(command: EngineCommand, argument: unknown): Promise<ApiResult<unknown>> {
    const id = randomUUID();
    for (let attempt = 1; ; attempt++) {
      const link = await this.#ready();
      if (link === null) return this.#notReady();
      try {
        return await link.ask('api', { command, argument, id });
      } catch (error) {
        if (!(error instanceof EngineGone)) return refuse('internal', describe(error));
        await link.ended;
        if (attempt === mostAttempts) return refuse('internal', l10n.t('The engine stopped: {0}', error.message));
      }
    }
  }

  /** What the table of engine requests has. `null`, too: there is nobody to ask. */
  async ask<N extends EngineRequest>(name: N, question: Question<N>, options?: AskOptions): Promise<Answer<N> | null> {
    const link = await this.#ready();
    try {
      return link === null ? null : await link.ask(name, question, options);
    } catch (error) {
      if (NotReady.is(error)) return null;
      throw error;
    }
  }

  /** Looks at every log at once. `null`: there is nobody to ask. */
  async refresh(token?: CancellationToken): Promise<MeterSnapshot | null> {
    if (this.#link === null) await this.start();
    const snapshot = await this.ask('refresh', {}, { token });
    if (snapshot !== null) this.#snapshotArrived.fire(snapshot);
    return snapshot;
  }

  /** A new snapshot of what is in the ledger, without reading any log. */
  async look(): Promise<void> {
    await this.#link?.look();
  }

  async updateSettings(settings: EngineSettings): Promise<void> {
    if (this.#link === null) this.#untoldSettings = settings;
    else await this.#link.updateSettings(settings);
  }

  /** Fulfilled when the engine has written what was open, after four seconds at the latest. */
  async shutdown(): Promise<void> {
    this.#disposed = true;
    await this.#stop();
    this.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const emitter of [this.#stateChanged, this.#snapshotArrived, this.#logged, this.#budgetEvent])
      emitter.dispose();
  }

  async #startOnce(signal: AbortSignal): Promise<void> {
    const overtaken = (): boolean => signal.aborted;
    try {
      this.#untoldSettings = null;
      const start = await this.#options.prepare();
      if (overtaken()) return;
      if (!start.ok) {
        this.#setState({ kind: 'failed', reason: start.reason });
        return;
      }
      if (this.#state.kind === 'failed') this.#setState({ kind: 'starting' });
      const connect = await this.#options.connect();
      const listener: EngineListener = {
        onSnapshot: (snapshot) => {
          if (!overtaken()) this.#snapshotArrived.fire(snapshot);
        },
        onLog: (entry) => this.#logged.fire(entry),
        onBudgetEvent: (event) => {
          if (!overtaken()) this.#budgetEvent.fire(event);
        },
      };
      const link = await connect(start.data, listener, signal);
      if (overtaken()) await link.shutdown();
      else await this.#adopt(link, signal);
    } catch (error) {
      if (!overtaken()) this.#startLater(describe(error));
    }
  }

  async #adopt(link: EngineLink, signal: AbortSignal): Promise<void> {
    this.#link = link;
    const since = performance.now();
    void link.ended.then((why) => {
      if (signal.aborted) return;
      this.#link = null;
      if (performance.now() - since > wellMs) this.#pauseMs = this.#options.firstPauseMs;
      this.#startLater(why);
    });
    this.#setState({ kind: 'ready' });
    if (this.#untoldSettings !== null) await link.updateSettings(this.#untoldSettings);
  }

  #startLater(reason: string): void {
    this.#logged.fire({ level: 'error', message: `The engine stopped: ${reason}` });
    this.#setState({ kind: 'restarting', reason });
    this.#timer = setTimeout(() => void this.start(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#options.longestPauseMs);
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#abort = new AbortController();
    const link = this.#link;
    this.#link = null;
    const stopping = Promise.all([link?.shutdown(), this.#starting]);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, longestStopMs)));
    // A thread that waits for a dead disk can't even be ended by force. The next engine makes it one that only sleeps.
    await Promise.race([stopping, patience]).finally(() => clearTimeout(timer));
    this.#starting = null;
  }

  /** The engine when it is ready, `null` when it can't be or isn't in time. */
  #ready(): Promise<EngineLink | null> {
    if (this.#link !== null || this.#disposed || this.#state.kind === 'failed') return Promise.resolve(this.#link);
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        listener.dispose();
        resolve(this.#link);
      };
      const timer = setTimeout(settle, this.#options.patienceMs);
      const listener = this.onDidChangeState(({ kind }) => {
        if (kind === 'ready' || kind === 'failed') settle();
      });
    });
  }

  #notReady(): ApiResult<never> {
    if (this.#state.kind === 'failed') return refuse('storage_unavailable', this.#state.reason);
    return refuse('not_ready', l10n.t('The engine is not ready; try again in a moment.'));
  }

  #setState(state: EngineState): void {
    this.#state = state;
    if (!this.#disposed) this.#stateChanged.fire(state);
  }
}
