/**
 * What an agent's log reader has to say about itself. Adding an agent that writes JSON lines is one object of this type and
 * one line in list.ts; finding, tailing, watching and batching are not its business.
 */
import type { SourceId } from '../protocol/vocabulary';
import type { EventColumns } from '../protocol/eventColumns';
import type { ProjectNames } from './projects';
import type { FieldRow } from './reading/fieldRow';

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
  /** Instead of `read`, of a line whose fields the scanner has found; a source that names `fields` has it. */
  readFields?(row: FieldRow): void;
  /** Events waiting for `drain`. */
  readonly size: number;
  /** Lines so far that could not be read, or not in full. */
  readonly skipped: number;
  /** What has to be remembered of the lines so far, for `resume`; `null`: nothing. */
  readonly state?: string | null;
  /** Before the first line: lines were read before, and this was `state` behind them. */
  resume?(state: string): void;
  drain(): EventColumns;
}

export interface LineSource {
  id: SourceId;
  label: string;
  roots(environment: Environment): LogRoot[];
  includes(place: FilePlace): boolean;
  /** ASCII text that every line worth reading contains. The rarer its first byte, the faster. */
  marker: string;
  /**
   * What of a line's JSON the reader asks for: keys, with dots between those of nested objects; an object before what is in it.
   * Where it is given, a scanner of WebAssembly walks through lines.
   */
  fields?: readonly string[];
  /** Those of `fields` in which neighbouring lines of usage differ. */
  varying?: readonly string[];
  /** `projects`: asked before a project is called by its folder. */
  open(place: FilePlace, projects?: ProjectNames): LineReader;
}
