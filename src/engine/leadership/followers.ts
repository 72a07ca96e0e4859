/** The lead, as it is served to one process that follows it. Loaded when one comes. */
import type { MessageConnection } from 'vscode-jsonrpc';
import { isZone } from '../../domain/time/period';
import { budgetEventNotification, snapshotNotification } from '../../protocol/engineMessages';
import { engineRequests, type Ask, type EngineHandlers } from '../../protocol/engineRequests';
import { serve } from '../../protocol/serve';
import type { Caller } from '../support/view';
import { callerSchema, joinRequest, joinSchema, pingRequest, viewNotification } from './handshake';
import type { Asked, LeadingEngine } from './role';
import type { RunningVersion } from './runningVersion';

export interface ServedLead {
  engine: LeadingEngine;
  token: string;
  epoch: number;
  version: RunningVersion;
}

/** Nothing is answered before the other has joined with the right token. */
export function serveFollower(
  connection: MessageConnection,
  { engine, token: secret, epoch, version }: ServedLead,
): void {
  let caller: Caller | null = null;
  let watching: { dispose: () => void } | null = null;
  let closed = false;
  let listening: { dispose: () => void } | null = null;
  const look = (wanted: Caller): void => {
    // What came before the close may be handled after it, and sending would throw.
    if (closed) return;
    // A newer editor may know zones that this one does not.
    caller = isZone(wanted.timezone) ? wanted : { ...wanted, timezone: 'UTC' };
    watching?.dispose();
    watching = engine.watch(caller, (snapshot) => {
      connection.sendNotification(snapshotNotification, snapshot).catch(() => undefined);
    });
    listening ??= engine.onEvent((event) => {
      if (!closed) connection.sendNotification(budgetEventNotification, event).catch(() => undefined);
    });
  };
  const joined = (): Caller => {
    if (caller === null) throw new Error('join first');
    return caller;
  };
  const handlers: EngineHandlers<Asked> = engine;
  const ask: Ask = (name, question, { report = () => undefined, token } = {}) => {
    const asked = { caller: joined(), report, token };
    if (!Object.hasOwn(engineRequests, name)) throw new Error(`nobody answers ${name}`);
    return handlers[name](engineRequests[name].question.parse(question) as typeof question, asked);
  };
  connection.onRequest(joinRequest, (params) => {
    const join = joinSchema.parse(params);
    if (join.token !== secret) throw new Error('wrong token');
    look(join.view);
    return join.version === undefined ? epoch : { epoch, version };
  });
  connection.onNotification(viewNotification, (next) => {
    joined();
    look(callerSchema.parse(next));
  });
  connection.onRequest(pingRequest, () => null);
  serve(connection, ask);
  connection.onClose(() => {
    closed = true;
    watching?.dispose();
    listening?.dispose();
  });
  connection.listen();
}
