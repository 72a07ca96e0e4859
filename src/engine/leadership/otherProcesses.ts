/** The socket between two processes, from both of its ends. A bundle of its own: most users have one window open. */
import type { Socket } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { Claim } from './claims';
import { serveFollower, type ServedLead } from './followers';
import { Following, type Joining } from './following';

/** `socket`: connected to the claim's address. `null`: it is not answered, or not to be followed. */
export function joinLead(socket: Socket, claim: Claim, joining: Joining): Promise<Following | null> {
  return Following.join(socket, claim, joining);
}

export function serveProcess(socket: Socket, lead: ServedLead): void {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.onError(() => socket.destroy());
  serveFollower(connection, lead);
}
