/** Another program's database, as a copy in memory: for hosts that have no SQLite of their own. The sources' reader uses it. */
import type { SqlValue } from 'sql.js';
import { loadSqlJs } from './tables/database';

export interface DatabaseCopy {
  /** Rows by the names of their columns. */
  select(sql: string, parameters?: readonly (string | number | null)[]): Record<string, SqlValue>[];
  close(): void;
}

/** Throws what SQLite says of bytes that are no database. */
export type CopyOpener = (bytes: Uint8Array) => DatabaseCopy;

export async function loadCopyOpener(wasmPath: string): Promise<CopyOpener> {
  const sql = await loadSqlJs(wasmPath);
  return (bytes) => {
    const database = new sql.Database(bytes);
    return {
      select: (text, parameters = []) => {
        const statement = database.prepare(text);
        try {
          const rows: Record<string, SqlValue>[] = [];
          statement.bind([...parameters]);
          while (statement.step()) rows.push(statement.getAsObject());
          return rows;
        } finally {
          statement.free();
        }
      },
      close: () => database.close(),
    };
  };
}
