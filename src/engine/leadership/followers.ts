/** What a follower says to the lead, and how the lead serves it. Loaded by a window that meets another one. */
import type { MessageConnection } from 'vscode-jsonrpc';
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import * as z from 'zod';
import { isZone } from '../../domain/time/period';
import { workspaceLayerSchema } from '../../protocol/layers';
import { priceQuestionSchema } from '../../protocol/prices/priceQuestion';
import { takePricesSchema, updatePricesRequest } from '../../protocol/prices/priceFeed';
import { modelsRequest, priceRequest, takePricesRequest } from '../../protocol/prices/priceRequests';
import {
  apiRequest,
  budgetEventNotification,
  pauseImportRequest,
  refreshRequest,
  snapshotNotification,
} from '../../protocol/requests';
import { apiCallSchema } from '../../protocol/rpc';
import { serveWork } from '../../protocol/serveWork';
import { askedWork, rebuildRequest, repriceRequest } from '../../protocol/work';
import type { RunningVersion } from './runningVersion';
import type { EngineService } from './service';
import type { WindowView } from '../support/view';

const windowViewSchema: z.ZodType<WindowView> = z
  .object({
    /** Windows of 0.1.0 have none. */
    window: z.string().optional(),
    sessionStartMs: z.number(),
    timezone: z.string(),
    workspaces: z.array(workspaceLayerSchema),
    environment: z.record(z.string(), z.string()),
  })
  .transform((view) => ({ ...view, window: view.window ?? String(view.sessionStartMs) }));

const runningVersionSchema: z.ZodType<RunningVersion> = z.object({
  snapshot: z.number(),
  product: z.string().max(100),
});

/** `version`: windows of 0.1.0 say none. */
const joinSchema = z.object({ token: z.string(), view: windowViewSchema, version: runningVersionSchema.optional() });
/** Windows of 0.1.0 answer with their epoch, and expect it. */
export const joinAnswerSchema = z.union([
  z.number().transform((epoch) => ({ epoch, version: null })),
  z.object({ epoch: z.number(), version: runningVersionSchema }),
]);
/** First message on a socket: the claim's token, and how this window looks. Answers who leads. */
export const joinRequest = new RequestType<
  z.infer<typeof joinSchema>,
  number | { epoch: number; version: RunningVersion },
  void
>('lead/join');
export const viewNotification = new NotificationType<WindowView>('lead/view');
export const pingRequest = new RequestType0<null, void>('lead/ping');

export interface ServedLead {
  service: EngineService;
  token: string;
  epoch: number;
  version: RunningVersion;
}

/** Serves one follower on a connection; nothing is answered before it has joined with the right token. */
export function serveFollower(connection: MessageConnection, lead: ServedLead): void {
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
    return join.version === undefined ? lead.epoch : { epoch: lead.epoch, version: lead.version };
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
  serveWork(
    connection,
    repriceRequest.method,
    (asked) => askedWork(repriceRequest, asked),
    ({ apply }, work) => {
      joined();
      return lead.service.reprice(apply, work);
    },
  );
  serveWork(
    connection,
    rebuildRequest.method,
    (asked) => askedWork(rebuildRequest, asked),
    (_, work) => {
      joined();
      return lead.service.rebuild(work);
    },
  );
  serveWork(
    connection,
    updatePricesRequest.method,
    (asked) => askedWork(updatePricesRequest, asked),
    ({ address }, work) => {
      joined();
      return lead.service.updatePrices(address, work);
    },
  );
  connection.onRequest(takePricesRequest, (asked) => {
    joined();
    return lead.service.takePrices(takePricesSchema.parse(asked));
  });
  connection.onClose(() => {
    closed = true;
    watching?.dispose();
    listening?.dispose();
  });
  connection.listen();
}
