/**
 * What an agent's log reader has to say about itself. Adding an agent that writes JSON lines is one object of this type and
 * one line in list.ts; finding, tailing, watching and batching are not its business.
 */
import type { SourceId } from '../protocol/vocabulary';
import type { EventColumns } from '../protocol/eventColumns';
import type { ProjectNames } from './projects';
import type { Fields, Row } from './reading/row';

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
  /** ASCII texts, one of which every line worth reading contains. The rarer their first bytes, the faster. */
  readonly markers: readonly string[];
  /** What is asked for of a line. Both are the same for all files of a source. */
  readonly fields: Fields;
  /** One line with a marker; `offset`: where it begins in the file. What it throws is caught, and the line counted as unreadable. */
  line(row: Row, offset: number): void;
  /** Events waiting for `drain`. */
  readonly size: number;
  /** Lines so far that were taken in part or not at all. */
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
  /** `projects`: asked before a project is called by its folder. */
  open(place: FilePlace, projects?: ProjectNames): LineReader;
}
