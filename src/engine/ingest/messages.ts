/** What the engine and its log reader's thread say to each other. */
import type { FileCursor } from '../../protocol/event';
import type { SourceProgress, WireBatch } from '../../protocol/reader';
import type { LogEntry } from '../../protocol/rpc';
import type { SourceSwitches } from '../../protocol/vocabulary';

/** The thread's `workerData`. */
export interface ReaderBirth {
  environment: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  switches: SourceSwitches;
  /** sql.js's WebAssembly, for hosts without a SQLite of their own. */
  wasmPath: string;
  pollMs?: number;
}

export type ToReader =
  /** First message: where the ledger's readers stand. Until then it looks for logs and reads none. */
  | { kind: 'begin'; cursors: readonly FileCursor[] }
  /** The oldest batch not yet accepted is in the ledger. */
  | { kind: 'accepted' }
  | { kind: 'refresh'; id: number }
  | { kind: 'pause' }
  | { kind: 'resume' }
  /** Which sources are read from now on. */
  | { kind: 'turn'; switches: SourceSwitches };

export type FromReader =
  | { kind: 'batch'; batch: WireBatch }
  | { kind: 'progress'; progress: SourceProgress[] }
  /** Everything that was there when the refresh was asked for has been accepted, or the user paused. */
  | { kind: 'refreshed'; id: number }
  | ({ kind: 'log' } & LogEntry);

/** Batches on their way: enough to keep both threads busy, few enough to bound memory. */
export const mostUnaccepted = 6;
