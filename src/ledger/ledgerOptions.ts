/** What a ledger is opened with, given, and has to tell. */
import type { FileCursor, RatedEvent } from '../protocol/event';
import type { ObservedQuota } from '../protocol/quota';
import type { LedgerIo } from './ledgerIo';

export interface LedgerOptions {
  directory: string;
  /** Greater than that of every earlier lead. */
  epoch: number;
  /** The WebAssembly file of sql.js. */
  wasmPath: string;
  now: () => number;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  /** File operations; tests make them fail. */
  io?: LedgerIo;
  /** Whether this ledger's owner still leads; asked immediately before a checkpoint is replaced. */
  mayReplaceCheckpoint?: () => Promise<boolean>;
}

export interface LedgerBatch {
  events: readonly RatedEvent[];
  quotas?: readonly ObservedQuota[];
  cursors: readonly FileCursor[];
}

/** What recovery did, for the user. */
export interface LedgerNotice {
  id: string;
  severity: 'info' | 'warning' | 'error';
  message: string;
}
