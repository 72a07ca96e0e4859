/**
 * What an agent's source has to say about itself. Adding an agent is one object of this type and one line in list.ts: finding its
 * files, reading what is new in them, watching, batching and counting once are not its business.
 */
import type { UsageEvent } from '../protocol/event';
import type { ObservedQuota } from '../protocol/quota';
import type { SourceId } from '../protocol/vocabulary';
import type { Machine } from './machine';
import type { ProjectNames } from './projects';
import type { Fields, Row } from './reading/row';

/** A directory that may hold logs; it need not exist. */
export interface Root {
  /** Absolute. One `*` inside a component stands for any characters of that component. */
  directory: string;
  /** Only files below such a chain of folders count, wherever it occurs; empty for all. */
  below: readonly string[];
}

/** Where a file is: its path components behind the root (behind `below`), the file's name last. */
export type FilePlace = readonly string[];

/** Takes what a reader finds. What it is handed does not change any more. */
export interface Sink {
  event(event: UsageEvent): void;
  /** What the log says of a quota of the provider's. Of several of one window the newest counts. */
  quota(quota: ObservedQuota): void;
  /** A line, an entry or a row could not be read, or not in full; `why` is for our log, and quotes nothing. */
  skipped(why: string): void;
}

export interface OpenedFile {
  place: FilePlace;
  /** What the reader of this file remembered last, where it goes on behind that; `null`: it begins. */
  state: string | null;
  /** Asked before a project is called by its folder. */
  projects: ProjectNames;
  /** Text of a small file elsewhere in the file's folder, or by `..` around it; `null`: it can't be read. */
  beside: (...path: readonly string[]) => string | null;
}

/** Of JSON lines that are only ever appended to: each line once, in file order. */
export interface LineReader {
  readonly kind: 'lines';
  /** ASCII texts, one of which every line worth reading contains. The rarer their first bytes, the faster. */
  readonly markers: readonly string[];
  /** What is asked for of a line. Both are the same objects for all files of a source. */
  readonly fields: Fields;
  /** `offset`: where the line begins in the file. What it throws is caught, and the line counted as skipped. */
  line(row: Row, offset: number, out: Sink): void;
  /** What has to be remembered of the lines so far: small JSON, kept with the position; `null`: nothing. */
  state?(): string | null;
}

/** Of a file that is rewritten in place: whole, after each change. Its events have ids, so reading them again counts nothing twice. */
export interface DocumentReader {
  readonly kind: 'document';
  /** What it throws is caught, and the document counted as skipped: its writer may be half-way. */
  document(text: string, out: Sink): void;
}

/** Of a SQLite file, with what is still in its write-ahead log: what is new since a watermark. */
export interface DatabaseReader {
  readonly kind: 'database';
  /** Some thousand rows at most; answers whether there may be more. Then it is asked again. */
  rows(database: ReadOnlyDatabase, out: Sink): boolean;
  /** The watermark: small JSON; `null`: before the first row. */
  state(): string | null;
}

export type FileReader = LineReader | DocumentReader | DatabaseReader;

export interface ReadOnlyDatabase {
  /** Rows by the names of their columns. Integers beyond 2^53 throw. */
  select(sql: string, parameters?: readonly (string | number | null)[]): Record<string, unknown>[];
}

/** An agent whose usage stands in files on this machine. */
export interface Source {
  id: SourceId;
  /** The agent's name. */
  label: string;
  roots(machine: Machine): Root[];
  includes(place: FilePlace): boolean;
  open(file: OpenedFile): FileReader;
}

/** One whose usage is sent to us, as over HTTP. */
export interface PushSource {
  id: SourceId;
  label: string;
  /** Throws where the body is nothing that it knows: then nothing of it counts. */
  receive(body: unknown, out: Sink): void;
}
