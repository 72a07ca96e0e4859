/**
 * Opens other programs' SQLite files, read only, with what is still in their write-ahead logs: by `node:sqlite` where the host has
 * it, else by sql.js on a copy.
 */
import { readFileSync, statSync, type Stats } from 'node:fs';
import type * as Sqlite from 'node:sqlite';
import { loadCopyOpener, type CopyOpener } from '../../ledger/foreignCopy';
import { withLog } from '../../sources/reading/walFile';
import type { DatabaseOpener, OpenedDatabase } from '../../sources/reading/databaseFile';

const busyMs = 250;
/** A writer may take pages from its log while we copy. */
const mostAttempts = 3;
const longestCopy = 512 << 20;

export class ForeignDatabases implements DatabaseOpener {
  private readonly native = process.getBuiltinModule('node:sqlite') as typeof Sqlite | undefined;
  private copies: CopyOpener | null = null;
  private failure: unknown = null;

  constructor(private readonly wasmPath: string) {}

  get isReady(): boolean {
    return this.native !== undefined || this.copies !== null;
  }

  /** Never rejects: what is wrong is thrown by `open`. */
  async load(): Promise<void> {
    try {
      this.copies = await loadCopyOpener(this.wasmPath);
    } catch (error) {
      this.failure = error;
    }
  }

  open(path: string): OpenedDatabase {
    if (this.native !== undefined) return openNative(this.native, path);
    if (this.copies === null) throw this.failure;
    return this.copies(wholeCopy(path));
  }
}

function openNative(sqlite: typeof Sqlite, path: string): OpenedDatabase {
  const database = new sqlite.DatabaseSync(path, { readOnly: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA query_only = ON`);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    select: (sql, parameters = []) => database.prepare(sql).all(...parameters),
    close: () => database.close(),
  };
}

/** As of one moment: while nobody moved pages between the two files. */
function wholeCopy(path: string): Buffer {
  for (let attempt = 1; ; attempt++) {
    const before = statSync(path);
    if (before.size > longestCopy) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    const log = logOf(path);
    const database = readFileSync(path);
    const isStill = sameTime(before, statSync(path)) && log.subarray(0, 32).equals(logOf(path).subarray(0, 32));
    if (isStill) return withLog(database, log);
    if (attempt === mostAttempts) throw Object.assign(new Error('it changes all the time'), { code: 'EBUSY' });
  }
}

function logOf(path: string): Buffer {
  try {
    return readFileSync(`${path}-wal`);
  } catch {
    return Buffer.alloc(0);
  }
}

function sameTime(a: Stats, b: Stats): boolean {
  return a.mtimeMs === b.mtimeMs && a.size === b.size;
}
