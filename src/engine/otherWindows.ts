/** The socket between two windows, from both of its ends. A bundle of its own: most users have one window open. */
import type { Socket } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { Claim } from './claims';
import { serveFollower } from './followers';
import { RemoteLead } from './remote';
import type { EngineService, WindowView } from './service';

/** `socket`: connected to the claim's address. `null`: it is not answered. `isNew`: the claim was made a moment ago. */
export function joinLead(socket: Socket, claim: Claim, view: WindowView, isNew: boolean): Promise<RemoteLead | null> {
  return RemoteLead.join(socket, claim, view, isNew);
}

export function serveWindow(socket: Socket, lead: { service: EngineService; token: string; epoch: number }): void {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.onError(() => socket.destroy());
  serveFollower(connection, lead);
}
