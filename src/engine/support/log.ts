import type { LogEntry } from '../../protocol/rpc';

/** Never text of a prompt, a path outside the ledger's folder, an address or a credential. */
export type Log = (level: LogEntry['level'], message: string) => void;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For a bug that must not end what goes on without it: where it was met, and its stack. */
export function bugIn(where: string, log: Log): (error: unknown) => void {
  return (error) =>
    log('error', `${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
