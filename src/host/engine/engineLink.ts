/**
 * One life of the engine, as the client sees it. Types only: the client must load before the first paint, zod,
 * vscode-jsonrpc and the worker behind `ConnectEngine` only after it.
 */
import type { CancellationToken } from 'vscode';
import type { ApiResult } from '../../protocol/api/api';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { ApiCall, EngineSettings, LogEntry } from '../../protocol/rpc';
import type { PricedModel } from '../../protocol/language';
import type { ModelPrice } from '../../protocol/prices/price';
import type { PriceUpdate, TakePrices, TakenPrices } from '../../protocol/prices/priceFeed';
import type { PriceQuestion } from '../../protocol/prices/priceQuestion';
import type { MeterSnapshot } from '../../protocol/snapshot';
import type { RebuildResult, RepriceResult, Work } from '../../protocol/work';
import type { EngineWorkerData } from '../../protocol/workerData';

export interface EngineLink {
  /** Reject with `EngineGone` when the worker ends before it answers. */
  call(call: ApiCall): Promise<ApiResult<unknown>>;
  refresh(token?: CancellationToken): Promise<MeterSnapshot>;
  /** Has a new snapshot sent. */
  look(): Promise<void>;
  pauseImport(): Promise<void>;
  reprice(apply: boolean, work: Work): Promise<RepriceResult>;
  rebuild(work: Work): Promise<RebuildResult>;
  price(question: PriceQuestion): Promise<ModelPrice | null>;
  models(): Promise<PricedModel[]>;
  updatePrices(address: string, work: Work): Promise<PriceUpdate>;
  takePrices(asked: TakePrices): Promise<TakenPrices>;
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
