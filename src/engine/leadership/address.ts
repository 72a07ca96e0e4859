/** Where a lead listens for the windows that follow it, and how they get there. */
import { randomBytes } from 'node:crypto';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';

/** The shortest limit on a Unix socket's path among our platforms (macOS: 104 bytes with the closing zero). */
const longestSocketPath = 100;
const connectMs = 1_000;

/** A fresh address for a lead to listen on: a pipe on Windows; a socket beside the claims where the path is short enough. */
export function freshAddress(leadDirectory: string, platform: NodeJS.Platform = process.platform): string {
  const name = randomBytes(8).toString('hex');
  if (platform === 'win32') return `\\\\.\\pipe\\agent-meter-${name}`;
  const near = path.join(leadDirectory, `${name}.sock`);
  if (Buffer.byteLength(near) <= longestSocketPath) return near;
  return path.join(os.tmpdir(), `agent-meter-${name}.sock`);
}

export function listen(address: string, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(onConnection);
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}

/** `null`: nobody listens there. */
export function connect(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    const give = (result: Socket | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      if (result === null) socket.destroy();
      // A later error comes with a close, which the connection reports.
      else socket.on('error', () => undefined);
      resolve(result);
    };
    const timer = setTimeout(() => give(null), connectMs);
    socket.once('connect', () => give(socket)).once('error', () => give(null));
  });
}
