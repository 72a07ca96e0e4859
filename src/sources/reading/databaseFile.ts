/** Reads what is new in a SQLite file, page by page, behind a watermark that its reader keeps. */
import { statOrNull, type FileSystem } from './fileSystem';
import { seen, type Position } from './position';
import type { LogFile } from './walk';
import type { DatabaseReader, ReadOnlyDatabase, Sink } from '../source';

export interface OpenedDatabase extends ReadOnlyDatabase {
  close(): void;
}

/** Opens other programs' databases, read only, with what is in their write-ahead logs. */
export interface DatabaseOpener {
  /** Whether `open` may be called; else `load` is to come first. */
  readonly isReady: boolean;
  load(): Promise<void>;
  /** Throws what is wrong with it, or that somebody else has it locked: it is tried again. */
  open(path: string): OpenedDatabase;
}

/** Where nobody opens any. */
export const noDatabases: DatabaseOpener = {
  isReady: true,
  load: () => Promise.resolve(),
  open: () => {
    throw new Error('there is no SQLite');
  },
};

/** Yields after each page the position behind it; one before the last looks changed. */
export function* readDatabase(
  file: LogFile,
  reader: DatabaseReader,
  out: Sink,
  fileSystem: FileSystem,
  databases: DatabaseOpener,
): Generator<Position, void> {
  const position = seen({ stats: fileSystem.stat(file.path), log: statOrNull(fileSystem, `${file.path}-wal`) });
  const database = databases.open(file.path);
  try {
    for (let before = reader.state(); ; before = reader.state()) {
      let hasMore: boolean;
      try {
        hasMore = reader.rows(database, out);
      } catch (error) {
        if (isLocked(error)) throw error;
        // Its tables are others than we know: nothing to try again before it changes.
        out.skipped('not the tables that we know');
        hasMore = false;
      }
      // One that stays where it is would never end.
      if (!hasMore || reader.state() === before) break;
      yield { ...position, mtimeMs: 0 };
    }
    yield position;
  } finally {
    database.close();
  }
}

function isLocked(error: unknown): boolean {
  return /\b(?:locked|busy)\b/i.test(String(error));
}
