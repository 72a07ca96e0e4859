/**
 * What a window can ask of the engine, whether the engine that leads is its own or another window's. Two implementations:
 * the lead itself (lead.ts) and the way to it (remote.ts); followers.ts puts the lead behind a connection.
 */
import type { CancellationToken } from 'vscode-jsonrpc';
import type { ApiResult } from '../../protocol/api/api';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { PricedModel } from '../../protocol/language';
import type { ModelPrice } from '../../protocol/prices/price';
import type { PriceUpdate, TakePrices, TakenPrices } from '../../protocol/prices/priceFeed';
import type { PriceQuestion } from '../../protocol/prices/priceQuestion';
import type { ApiCall } from '../../protocol/rpc';
import type { MeterSnapshot } from '../../protocol/snapshot';
import type { RebuildResult, RepriceResult, Work } from '../../protocol/work';
import type { WindowView } from '../support/view';

export interface EngineService {
  /** Complete snapshots as `view` sees them, from now on; the first one at once where there is one. */
  watch(view: WindowView, listener: (snapshot: MeterSnapshot) => void): { dispose: () => void };
  /** What happens to budgets between two calls, from now on. */
  onEvent(listener: (event: BudgetEvent) => void): { dispose: () => void };
  api(view: WindowView, call: ApiCall): Promise<ApiResult<unknown>>;
  refresh(view: WindowView, token?: CancellationToken): Promise<MeterSnapshot>;
  pauseImport(): Promise<null>;
  price(view: WindowView, question: PriceQuestion): Promise<ModelPrice | null>;
  models(view: WindowView): Promise<PricedModel[]>;
  /** What present prices rate differently, and with `apply`, puts it right. */
  reprice(apply: boolean, work: Work): Promise<RepriceResult>;
  /** Fetches a price list and says what it would change. */
  updatePrices(address: string, work: Work): Promise<PriceUpdate>;
  takePrices(asked: TakePrices): Promise<TakenPrices>;
  /** Reads every log again from its beginning; what is counted stays counted. */
  rebuild(work: Work): Promise<RebuildResult>;
}
