/** Where the log readers stand, one row per source and file. A cursor comes in the same record as the events before it. */
import type { Database, Statement } from 'sql.js';
import type { FileCursor } from '../../protocol/event';
import { isCount } from './storedEvent';
import { prepared } from './prepared';
import { asNumber, asText, asTextOrNull } from './sqlValues';

/** Whether the table can hold it. */
export function isSoundCursor({ source, file, position, state, skipped }: FileCursor): boolean {
  return [source, file, position, state ?? ''].every((text: unknown) => typeof text === 'string') && isCount(skipped);
}

export class CursorTable {
  readonly #db: Database;
  readonly #put: () => Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#put = prepared(db, 'INSERT OR REPLACE INTO cursor VALUES (?, ?, ?, ?, ?)');
  }

  put({ source, file, position, state, skipped }: FileCursor): void {
    this.#put().run([source, file, position, state, skipped]);
  }

  /** Also those of sources that this version does not know: they stay as they are. */
  all(): FileCursor[] {
    const rows = this.#db.exec('SELECT source, file, position, state, skipped FROM cursor')[0]?.values ?? [];
    return rows.map(([source, file, position, state, skipped]) => ({
      source: asText(source),
      file: asText(file),
      position: asText(position),
      state: asTextOrNull(state ?? null),
      skipped: asNumber(skipped),
    }));
  }

  /** Makes every log be read again: something that was read is lost. */
  clear(): void {
    this.#db.exec('DELETE FROM cursor');
  }
}
