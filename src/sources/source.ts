/**
 * What an agent's log reader has to say about itself. Adding an agent that writes JSON lines is one object of this type and
 * one line in list.ts; finding, tailing, watching and batching are not its business.
 */
import type { SourceId } from '../protocol/vocabulary';
import type { UsageEvent } from '../protocol/event';

/** The machine as data: nothing in this room asks `process` or `os`. */
export interface Environment {
  variables: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/** A directory that may hold logs; it need not exist. */
export interface LogRoot {
  /** Absolute. One `*` inside a component stands for any characters of that component. */
  directory: string;
  /** Only files below such a chain of folders count, wherever it occurs; empty for all. */
  below: readonly string[];
}

/** Where a log file is: its path components behind the root (behind `below`), the file's name last. */
export type FilePlace = readonly string[];

/** Collects what one file says. Lines come in file order; `drain` empties it, at a line boundary. */
export interface LineReader {
  /** Bytes [begin, end) are one line without its `\n`, containing the source's marker. */
  read(bytes: Buffer, begin: number, end: number): void;
  /** Events waiting for `drain`. */
  readonly size: number;
  /** Lines so far that could not be read, or not in full. */
  readonly skipped: number;
  drain(): UsageEvent[];
}

export interface LineSource {
  id: SourceId;
  label: string;
  roots(environment: Environment): LogRoot[];
  includes(place: FilePlace): boolean;
  /** ASCII text that every line worth reading contains. The rarer its first byte, the faster. */
  marker: string;
  open(place: FilePlace): LineReader;
}
