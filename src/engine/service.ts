/**
 * What a window can ask of the engine, whether the engine that leads is its own or another window's. Two implementations:
 * the lead itself (lead.ts) and the way to it (remote.ts); followers.ts puts the lead behind a connection.
 */
import type { CancellationToken } from 'vscode-jsonrpc';
import type { ApiResult } from '../protocol/api';
import type { BudgetEvent } from '../protocol/budgetApi';
import type { PricedModel } from '../protocol/language';
import type { WorkspaceLayer } from '../protocol/layers';
import type { ModelPrice } from '../protocol/price';
import type { PriceUpdate, TakePrices, TakenPrices } from '../protocol/priceFeed';
import type { PriceQuestion } from '../protocol/priceQuestion';
import type { ApiCall } from '../protocol/rpc';
import type { MeterSnapshot } from '../protocol/snapshot';
import type { RebuildResult, RepriceResult, Work } from '../protocol/work';
import { hasReason } from './hasReason';

/** How a window looks at the ledger. */
export interface View {
  /** By which a window is known, whichever lead it comes to. */
  window: string;
  sessionStartMs: number;
  timezone: string;
}

/** What a window brings: its zone counts where the configuration names none. */
export interface WindowView extends View {
  workspaces: WorkspaceLayer[];
  /** Its variables that configure us. */
  environment: Record<string, string>;
}

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

/** Thrown where the lead ends before it has answered: the call may have had its effect or not, and is asked again. */
export class LeadGone extends Error {
  readonly reason = 'lead_gone';

  constructor() {
    super('the window that led has gone');
  }

  static is(error: unknown): error is LeadGone {
    return hasReason(error, 'lead_gone');
  }
}
