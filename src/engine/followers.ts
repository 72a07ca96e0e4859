/** What a follower says to the lead, and how the lead serves it. Loaded by a window that meets another one. */
import type { MessageConnection } from 'vscode-jsonrpc';
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import * as z from 'zod';
import { isZone } from '../domain/period';
import { workspaceLayerSchema } from '../protocol/layers';
import { priceQuestionSchema } from '../protocol/priceQuestion';
import { modelsRequest, priceRequest } from '../protocol/priceRequests';
import {
  apiRequest,
  budgetEventNotification,
  pauseImportRequest,
  refreshRequest,
  snapshotNotification,
} from '../protocol/requests';
import { apiCallSchema } from '../protocol/rpc';
import { serveWork } from '../protocol/serveWork';
import { askedWork, rebuildRequest, repriceRequest } from '../protocol/work';
import type { EngineService, WindowView } from './service';

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
  connection.onClose(() => {
    closed = true;
    watching?.dispose();
    listening?.dispose();
  });
  connection.listen();
}
