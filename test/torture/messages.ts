/** Between the driver and a window's process. */
import type { ApiCommand } from '../../src/protocol/api/api';
import type { MeterSnapshot } from '../../src/protocol/snapshot';

export interface WindowBirth {
  dataDirectory: string;
  distDirectory: string;
  logFile: string;
  clockAheadMs: number;
}

export type Question =
  { kind: 'api'; command: ApiCommand; argument: unknown } | { kind: 'refresh' } | { kind: 'shutdown' };

/** `question: null`: from now on the engine's clock is this far from the machine's. */
export type ToWindow = { id: number; question: Question } | { id: 0; question: null; clockAheadMs: number };

/** What the status bar would show. */
export type Meter = Pick<MeterSnapshot, 'day' | 'today' | 'problems' | 'ledgerOpen' | 'ledgerEvents'>;

export type FromWindow =
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'meter'; meter: Meter }
  /** Never expected: a crash of the engine's thread, or a leak of listeners. */
  | { kind: 'trouble'; message: string };
