/**
 * Files → batches: what is new in a list of files, oldest file first, as batches of events with the cursors behind them.
 * Owns the cursors: they move when a batch is yielded.
 */
import { cursorKey, type FileCursor } from '../../protocol/event';
import { joined, type EventColumns } from '../../protocol/eventColumns';
import type { WireBatch } from '../../protocol/reader';
import type { SourceId } from '../../protocol/vocabulary';
import type { FieldScanner } from './fieldScanner';
import { noProjectNames, type ProjectNames } from '../projects';
import { errorCode, isGone, type FileSystem } from './fileSystem';
import { isChanged, positionOf } from './position';
import { readFile, Scratch, type Reached } from './readFile';
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
  /** How far each file is read, as `cursorKey` names it. */
  private readonly reached = new Map<string, Reached>();
  private readonly scratch: Scratch;

  constructor(
    private readonly fileSystem: FileSystem,
    scanner: FieldScanner | null,
    private readonly projects: ProjectNames = noProjectNames,
  ) {
    this.scratch = new Scratch(scanner);
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
   * Yields `null` now and then, when much was read without an event, so that the caller can breathe. May be abandoned after
   * any yield: what was not yielded is read again.
   */
  *read(files: readonly LogFile[], progress: ScanProgress): Generator<WireBatch | null, void> {
    let parts: EventColumns[] = [];
    let events = 0;
    let cursors: FileCursor[] = [];
    let sinceBreath = 0;
    for (const file of files) {
      const key = keyOf(file);
      const reader = file.source.open(file.place, this.projects);
      const known = this.reached.get(key);
      let offset = known?.position.offset ?? 0;
      let last: FileCursor | undefined;
      try {
        for (const reached of readFile(file, known, reader, this.fileSystem, this.scratch)) {
          const cursor = cursorOf(file, reached);
          const length = Math.max(0, (reached.position.offset ?? 0) - offset);
          offset = reached.position.offset ?? 0;
          sinceBreath += length;
          progress.bytesDone = Math.min(progress.bytesDone + length, progress.bytesTotal);
          last = cursor;
          if (events + reader.size >= mostEvents(progress)) {
            yield this.batch([...parts, reader.drain()], [...cursors, cursor]);
            parts = [];
            events = 0;
            cursors = [];
            last = undefined;
            sinceBreath = 0;
          } else if (sinceBreath >= bytesPerBreath) {
            yield null;
            sinceBreath = 0;
          }
        }
        this.problems.delete(key);
      } catch (error) {
        // What was read of the file before stays good: its last cursor tells how far.
        if (isGone(error)) {
          this.problems.delete(key);
        } else {
          const message = `a log file can't be read (${errorCode(error)}). Trying again.`;
          this.problems.set(key, { source: file.source.id, message });
        }
      }
      if (last !== undefined) {
        events += reader.size;
        parts.push(reader.drain());
        cursors.push(last);
      }
      progress.filesDone++;
    }
    if (cursors.length > 0) yield this.batch(parts, cursors);
  }

  private batch(parts: readonly EventColumns[], cursors: FileCursor[]): WireBatch {
    for (const cursor of cursors) this.remember(cursor);
    return { events: joined(parts), cursors };
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

function cursorOf({ source, path }: LogFile, { position, state, skipped }: Reached): FileCursor {
  return { source: source.id, file: fileHash(path), position: JSON.stringify(position), state, skipped };
}

function keyOf({ source, path }: LogFile): string {
  return cursorKey({ source: source.id, file: fileHash(path) });
}

function mostEvents({ bytesDone, bytesTotal }: ScanProgress): number {
  return bytesTotal - bytesDone > bytesOfTheEnd ? eventsPerBatchAtFirst : eventsPerBatch;
}
