import type { LogEntry } from '../protocol/rpc';

/** Never text of a prompt, a path outside the ledger's folder, an address or a credential. */
export type Log = (level: LogEntry['level'], message: string) => void;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
