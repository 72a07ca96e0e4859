/** Where the log readers stand, one row per file. A cursor comes in the same record as the events before it. */
import type { Database, Statement } from 'sql.js';
import type { FileCursor } from '../../protocol/event';
import { isCount } from './eventCopy';
import { prepared } from './prepared';
import { asNumber, asText, asTextOrNull } from './sqlValues';

/** Whether the table can hold it and a reader can go on from it. */
export function isSoundCursor({ size, mtimeMs, offset, headBytes, skippedLines }: FileCursor): boolean {
  return Number.isFinite(mtimeMs) && [size, offset, headBytes, skippedLines].every(isCount);
}

export class CursorTable {
  readonly #db: Database;
  readonly #put: () => Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#put = prepared(db, 'INSERT OR REPLACE INTO file_cursor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  put(cursor: FileCursor): void {
    const { file, source, identity, size, mtimeMs, offset, head, headBytes, skippedLines, state } = cursor;
    this.#put().run([file, source, identity, size, mtimeMs, offset, head, headBytes, skippedLines, state]);
  }

  all(): FileCursor[] {
    const rows = this.#db.exec('SELECT * FROM file_cursor')[0]?.values ?? [];
    return rows.map((row) => ({
      file: asText(row[0]),
      source: asText(row[1]),
      identity: asText(row[2]),
      size: asNumber(row[3]),
      mtimeMs: asNumber(row[4]),
      offset: asNumber(row[5]),
      head: asText(row[6]),
      headBytes: asNumber(row[7]),
      skippedLines: asNumber(row[8]),
      state: asTextOrNull(row[9]),
    }));
  }

  /** Makes every log be read again: something that was read is lost. */
  clear(): void {
    this.#db.exec('DELETE FROM file_cursor');
  }
}
