/**
 * What a window can ask of the engine, whether the engine that leads is its own or another window's. Two implementations:
 * the lead itself (lead.ts) and the way to it (remote.ts); `serve` puts either behind a connection.
 */
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import { isZone } from '../domain/period';
import type { ApiResult } from '../protocol/api';
import type { BudgetEvent } from '../protocol/budgetApi';
import { workspaceLayerSchema } from '../protocol/layers';
import {
  apiCallSchema,
  apiRequest,
  budgetEventNotification,
  pauseImportRequest,
  refreshRequest,
  snapshotNotification,
} from '../protocol/rpc';
import type { ApiCall } from '../protocol/rpc';
import { priceQuestionSchema, type PricedModel, type PriceQuestion } from '../protocol/language';
import type { ModelPrice } from '../protocol/price';
import { modelsRequest, priceRequest } from '../protocol/priceRequests';
import type { MeterSnapshot } from '../protocol/snapshot';
import {
  rebuildRequest,
  repriceRequest,
  serveWork,
  type RebuildResult,
  type RepriceResult,
  type Work,
} from '../protocol/work';
import * as z from 'zod';

/** How a window looks at the ledger. */
export interface View {
  sessionStartMs: number;
  timezone: string;
}

/** What a window brings: its zone counts where the configuration names none. */
export const windowViewSchema = z.object({
  sessionStartMs: z.number(),
  timezone: z.string(),
  workspaces: z.array(workspaceLayerSchema),
  /** Its variables that configure us. */
  environment: z.record(z.string(), z.string()),
});
export type WindowView = z.infer<typeof windowViewSchema>;

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
  /** Reads every log again from its beginning; what is counted stays counted. */
  rebuild(work: Work): Promise<RebuildResult>;
}

/** Thrown where the lead ends before it has answered: the call may have had its effect or not, and is asked again. */
export class LeadGone extends Error {
  constructor() {
    super('the window that led has gone');
  }
}

const joinSchema = z.object({ token: z.string(), view: windowViewSchema });
/** First message on a socket: the claim's token, and how this window looks. Answers the lead's epoch. */
export const joinRequest = new RequestType<z.infer<typeof joinSchema>, number, void>('lead/join');
export const viewNotification = new NotificationType<WindowView>('lead/view');
export const pingRequest = new RequestType0<null, void>('lead/ping');

/** Serves one follower on a connection; nothing is answered before it has joined with the right token. */
export function serveFollower(
  connection: MessageConnection,
  lead: { service: EngineService; token: string; epoch: number },
): void {
  let view: WindowView | null = null;
  let watching: { dispose: () => void } | null = null;
  let closed = false;
  let listening: { dispose: () => void } | null = null;
  const look = (wanted: WindowView): void => {
    // What came before the close may be handled after it, and sending would throw.
    if (closed) return;
    // A newer editor may know zones that this one does not.
    const next = isZone(wanted.timezone) ? wanted : { ...wanted, timezone: 'UTC' };
    view = next;
    watching?.dispose();
    watching = lead.service.watch(next, (snapshot) => {
      connection.sendNotification(snapshotNotification, snapshot).catch(() => undefined);
    });
  };
  const joined = (): WindowView => {
    if (view === null) throw new Error('join first');
    return view;
  };
  connection.onRequest(joinRequest, (params) => {
    const join = joinSchema.parse(params);
    if (join.token !== lead.token) throw new Error('wrong token');
    look(join.view);
    listening ??= lead.service.onEvent((event) => {
      if (!closed) connection.sendNotification(budgetEventNotification, event).catch(() => undefined);
    });
    return lead.epoch;
  });
  connection.onNotification(viewNotification, (next) => {
    joined();
    look(windowViewSchema.parse(next));
  });
  connection.onRequest(pingRequest, () => null);
  connection.onRequest(apiRequest, (call) => lead.service.api(joined(), apiCallSchema.parse(call)));
  connection.onRequest(refreshRequest, (token) => lead.service.refresh(joined(), token));
  connection.onRequest(pauseImportRequest, () => {
    joined();
    return lead.service.pauseImport();
  });
  connection.onRequest(priceRequest, (question) => lead.service.price(joined(), priceQuestionSchema.parse(question)));
  connection.onRequest(modelsRequest, () => lead.service.models(joined()));
  serveWork(connection, repriceRequest, ({ apply }, work) => {
    joined();
    return lead.service.reprice(apply, work);
  });
  serveWork(connection, rebuildRequest, (_, work) => {
    joined();
    return lead.service.rebuild(work);
  });
  connection.onClose(() => {
    closed = true;
    watching?.dispose();
    listening?.dispose();
  });
  connection.listen();
}
