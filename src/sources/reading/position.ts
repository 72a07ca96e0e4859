/**
 * Where reading a file goes on. A cursor keeps it as JSON which is nobody else's business: another kind of file changes neither
 * the journal nor the ledger.
 */
import type { Stats } from 'node:fs';
import { identityOf } from './fileSystem';

export interface Position extends Seen {
  /** Of lines: bytes consumed, just behind the last complete line. */
  offset?: number;
  /** Of lines: hash of the first KiB (of the first `headBytes` bytes when the file was shorter). */
  head?: string;
  headBytes?: number;
}

/** A file as it was when it was last read to its end: one that is still so need not be opened. */
export interface Seen {
  /** `dev:ino`, or the birth time where the platform has no inodes. */
  identity: string;
  size: number;
  mtimeMs: number;
  /** Of a database, its write-ahead log; missing: empty, or there is none. */
  log?: { size: number; mtimeMs: number };
}

/** How far a file is read; behind it nothing was handed over. */
export interface Reached {
  position: Position;
  /** What its reader has to remember. */
  state: string | null;
  skipped: number;
}

/** What is on the disk: a file, and, of a SQLite database, its write-ahead log. */
export interface OnDisk {
  stats: Stats;
  log: Stats | null;
}

export function seen({ stats, log }: OnDisk): Seen {
  const { size, mtimeMs } = stats;
  return {
    identity: identityOf(stats),
    size,
    mtimeMs,
    ...(log !== null && log.size > 0 && { log: { size: log.size, mtimeMs: log.mtimeMs } }),
  };
}

/** False: nothing happened since the position was taken. */
export function isChanged(file: OnDisk, known: Seen | null): boolean {
  if (known === null) return true;
  const now = seen(file);
  return (
    known.size !== now.size ||
    known.mtimeMs !== now.mtimeMs ||
    known.identity !== now.identity ||
    known.log?.size !== now.log?.size ||
    known.log?.mtimeMs !== now.log?.mtimeMs
  );
}

/** `null`: another version's, or nonsense. Its file is read from the beginning. */
export function positionOf(text: string): Position | null {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Position, unknown>> | null;
    const isSound =
      typeof value?.identity === 'string' &&
      isCount(value.size) &&
      Number.isFinite(value.mtimeMs) &&
      (value.offset === undefined ||
        (isCount(value.offset) && typeof value.head === 'string' && isCount(value.headBytes)));
    return isSound ? (value as Position) : null;
  } catch {
    return null;
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
