/**
 * One life of the engine, as the client sees it. Types only: the client must load before the first paint, zod,
 * vscode-jsonrpc and the worker behind `ConnectEngine` only after it.
 */
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { Ask } from '../../protocol/engineRequests';
import type { EngineSettings, LogEntry } from '../../protocol/rpc';
import type { MeterSnapshot } from '../../protocol/snapshot';
import type { EngineWorkerData } from '../../protocol/workerData';

export interface EngineLink {
  /** Rejects with `EngineGone` when the worker ends before it answers, with `NotReady` where nobody has the ledger open. */
  ask: Ask;
  /** Has a new snapshot sent. */
  look(): Promise<void>;
  updateSettings(settings: EngineSettings): Promise<void>;
  /** Lets the engine write what is open, then ends the worker, after two seconds by force. */
  shutdown(): Promise<void>;
  /** Fulfilled when the worker has ended, with the reason. */
  readonly ended: Promise<string>;
}

export interface EngineListener {
  onSnapshot(snapshot: MeterSnapshot): void;
  onLog(entry: LogEntry): void;
  onBudgetEvent(event: BudgetEvent): void;
}

/** Fulfilled when the engine has answered `hello`; rejected when it ended before, or was told to by the signal. */
export type ConnectEngine = (
  data: EngineWorkerData,
  listener: EngineListener,
  signal: AbortSignal,
) => Promise<EngineLink>;

export class EngineGone extends Error {
  readonly reason = 'engine_gone';

  constructor(why: string) {
    super(why);
    this.name = 'EngineGone';
  }
}
