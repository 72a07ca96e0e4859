/**
 * Files → batches: what is new in a list of files, oldest file first, as batches of events with the cursors behind them.
 * Owns the cursors: they move when a batch is yielded.
 */
import { dirname, join } from 'node:path';
import { cursorKey, type FileCursor } from '../../protocol/event';
import { joined, type EventColumns } from '../../protocol/eventColumns';
import type { ObservedQuota } from '../../protocol/quota';
import type { WireBatch } from '../../protocol/reader';
import type { SourceId } from '../../protocol/vocabulary';
import { noProjectNames, type ProjectNames } from '../projects';
import type { FileReader } from '../source';
import { Collected } from './collected';
import { noDatabases, type DatabaseOpener } from './databaseFile';
import { textOf } from './documentFile';
import type { FieldScanner } from './fieldScanner';
import { errorCode, isGone, type FileSystem } from './fileSystem';
import { Scratch } from './lineFile';
import { isChanged, positionOf, type Reached } from './position';
import { readFile, type ReadingTools } from './readFile';
import { fileHash, type LogFile } from './walk';

const eventsPerBatch = 1_000;
/** Each batch costs a sync and a transaction; but the engine has still to do the last one when all is read. */
const eventsPerBatchAtFirst = 4_000;
const bytesOfTheEnd = 32 << 20;
const bytesPerBreath = 16 << 20;

export interface ScanProgress {
  filesDone: number;
  filesTotal: number;
  bytesDone: number;
  bytesTotal: number;
}

export interface FileProblem {
  source: SourceId;
  /** In words for the user, without the source's label. */
  message: string;
}

export class Scan {
  /** Files that could be found but not read, as `cursorKey` names them. */
  readonly problems = new Map<string, FileProblem>();
  /** Of what was skipped since somebody emptied it: for our log, by the source's label and the reason. */
  readonly skipped = new Map<string, number>();
  /** How far each file is read, as `cursorKey` names it. */
  private readonly reached = new Map<string, Reached>();
  private readonly tools: ReadingTools;

  constructor(
    fileSystem: FileSystem,
    scanner: FieldScanner | null,
    private readonly projects: ProjectNames = noProjectNames,
    databases: DatabaseOpener = noDatabases,
  ) {
    this.tools = { fileSystem, scratch: new Scratch(scanner), databases };
  }

  /** What was read before this scan. */
  goOnFrom(cursors: readonly FileCursor[]): void {
    for (const cursor of cursors) this.remember(cursor);
  }

  /** Those of `files` that need reading, oldest first, so that a call's first copy is the one that was written first. */
  changed(files: Iterable<LogFile>): LogFile[] {
    const changed = [...files].filter((file) => isChanged(file, this.reached.get(keyOf(file))?.position ?? null));
    return changed.sort(
      (a, b) =>
        a.stats.birthtimeMs - b.stats.birthtimeMs ||
        a.stats.mtimeMs - b.stats.mtimeMs ||
        (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    );
  }

  /** Of all files only these are left. */
  retainProblems(files: Iterable<LogFile>): void {
    if (this.problems.size === 0) return;
    const keys = new Set([...files].map(keyOf));
    for (const key of this.problems.keys()) if (!keys.has(key)) this.problems.delete(key);
  }

  /** What there is to read, at most. */
  extent(files: readonly LogFile[]): ScanProgress {
    const bytesTotal = files.reduce((sum, file) => sum + this.unread(file), 0);
    return { filesDone: 0, filesTotal: files.length, bytesDone: 0, bytesTotal };
  }

  /**
   * Yields `null` now and then, when much was read without an event, so that the caller can breathe, and a promise where something
   * is to be waited for. May be abandoned after any yield: what was not yielded is read again.
   */
  *read(files: readonly LogFile[], progress: ScanProgress): Generator<WireBatch | Promise<void> | null, void> {
    let batch = new Gathered();
    let sinceBreath = 0;
    const advance = (bytes: number): void => {
      sinceBreath += bytes;
      progress.bytesDone = Math.min(progress.bytesDone + bytes, progress.bytesTotal);
    };
    for (const file of files) {
      const key = keyOf(file);
      const known = this.reached.get(key);
      const unread = this.unread(file);
      let offset = known?.position.offset ?? 0;
      let done = 0;
      const out = new Collected();
      let last: FileCursor | undefined;
      try {
        for (const reached of readFile(file, known, (state) => this.open(file, state), out, this.tools)) {
          if (reached instanceof Promise) {
            yield reached;
            continue;
          }
          const length = Math.max(0, (reached.position.offset ?? 0) - offset);
          offset = reached.position.offset ?? 0;
          done += length;
          advance(length);
          last = cursorOf(file, reached);
          if (batch.size + out.size >= mostEvents(progress)) {
            batch.add(out, last);
            yield this.handOver(batch);
            batch = new Gathered();
            last = undefined;
            sinceBreath = 0;
          } else if (sinceBreath >= bytesPerBreath) {
            yield null;
            sinceBreath = 0;
          }
        }
        this.problems.delete(key);
        advance(Math.max(0, unread - done));
      } catch (error) {
        // What was read of the file before stays good: its last cursor tells how far.
        if (isGone(error)) {
          this.problems.delete(key);
        } else {
          const message = `a log file can't be read (${errorCode(error)}). Trying again.`;
          this.problems.set(key, { source: file.source.id, message });
        }
      }
      if (last !== undefined) batch.add(out, last);
      for (const [why, count] of out.reasons) {
        const what = `${file.source.label}: ${why}`;
        this.skipped.set(what, (this.skipped.get(what) ?? 0) + count);
      }
      progress.filesDone++;
    }
    if (batch.cursors.length > 0) yield this.handOver(batch);
  }

  private open({ source, path, place }: LogFile, state: string | null): FileReader {
    const beside = (...parts: readonly string[]): string | null =>
      textOf(join(dirname(path), ...parts), this.tools.fileSystem);
    return source.open({ place, state, projects: this.projects, beside });
  }

  private handOver(batch: Gathered): WireBatch {
    for (const cursor of batch.cursors) this.remember(cursor);
    return batch.whole();
  }

  private remember({ position: text, state, skipped, ...file }: FileCursor): void {
    const position = positionOf(text);
    if (position === null) this.reached.delete(cursorKey(file));
    else this.reached.set(cursorKey(file), { position, state, skipped });
  }

  private unread(file: LogFile): number {
    const offset = this.reached.get(keyOf(file))?.position.offset ?? 0;
    return offset <= file.stats.size ? file.stats.size - offset : file.stats.size;
  }
}

/** What several files said, with the cursors behind it. */
class Gathered {
  readonly cursors: FileCursor[] = [];
  size = 0;
  private readonly events: EventColumns[] = [];
  private readonly quotas: ObservedQuota[] = [];

  add(out: Collected, cursor: FileCursor): void {
    this.size += out.size;
    const { events, quotas } = out.handOver();
    this.events.push(events);
    this.quotas.push(...quotas);
    this.cursors.push(cursor);
  }

  whole(): WireBatch {
    return { events: joined(this.events), quotas: this.quotas, cursors: this.cursors };
  }
}

function cursorOf({ source, path }: LogFile, { position, state, skipped }: Reached): FileCursor {
  return { source: source.id, file: fileHash(path), position: JSON.stringify(position), state, skipped };
}

function keyOf({ source, path }: LogFile): string {
  return cursorKey({ source: source.id, file: fileHash(path) });
}

function mostEvents({ bytesDone, bytesTotal }: ScanProgress): number {
  return bytesTotal - bytesDone > bytesOfTheEnd ? eventsPerBatchAtFirst : eventsPerBatch;
}
