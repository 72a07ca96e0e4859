/** Makes sql.js databases. A failed start of its WebAssembly is reported as `unavailable`. */
import { readFile } from 'node:fs/promises';
import type { Database, SqlJsStatic } from 'sql.js';
import { LedgerError, messageOf } from '../ledgerError';
import { asNumber } from './sqlValues';

export async function loadSqlJs(wasmPath: string): Promise<SqlJsStatic> {
  try {
    // A bundle of its own: a ledger that begins needs it later.
    const { default: initSqlJs } = await import('sql.js');
    const wasm = await readFile(wasmPath);
    const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
    const config = { wasmBinary, useOldExtensionFunctions: false };
    return await initSqlJs(config);
  } catch (error) {
    throw new LedgerError('unavailable', `The database engine did not start: ${messageOf(error)}`, { cause: error });
  }
}

/** Loads it when first asked to; after a failure, again. */
export function sqlJsLoader(wasmPath: string): () => Promise<SqlJsStatic> {
  let loading: Promise<SqlJsStatic> | null = null;
  return () =>
    (loading ??= loadSqlJs(wasmPath).catch((error: unknown) => {
      loading = null;
      throw error;
    }));
}

/**
 * The file lives in memory, so nothing is synced; the rollback journal stays for a batch that fails half-way.
 * Throws (strings, too) when `bytes` are not a sound database.
 */
export function openDatabase(sql: SqlJsStatic, bytes: Uint8Array | null, check: boolean): Database {
  const db = new sql.Database(bytes);
  try {
    db.exec(
      'PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; ' +
        'PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;',
    );
    if (check) {
      const verdict = db.exec('PRAGMA quick_check(1)')[0]?.values[0]?.[0];
      if (verdict !== 'ok') throw new Error(`quick_check: ${String(verdict)}`);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export function versionOf(db: Database): number {
  return asNumber(db.exec('PRAGMA user_version')[0]?.values[0]?.[0]);
}
