/**
 * Statements on tables `kept` and `audit`. An entry's place and hash are found when it is applied, so that every replay
 * of the same records gives the same chain. Inside a transaction.
 */
import { hash } from 'node:crypto';
import type { Database, SqlValue } from 'sql.js';
import { chained, type AuditEntry, type AuditNote } from '../../domain/alerts/audit';
import type { Kept, StateFamily } from '../journal/record';
import { asNumber, asText } from './sqlValues';

export class StateTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  apply(puts: readonly Kept[], notes: readonly AuditNote[]): void {
    for (const { family, id, value } of puts) {
      if (value === null) this.#db.run('DELETE FROM kept WHERE family = ? AND id = ?', [family, id]);
      else this.restore('kept', [family, id, value]);
    }
    let last = notes.length === 0 ? null : this.#lastEntry();
    for (const note of notes) {
      last = chained(note, last, sha256);
      this.restore('audit', [last.seq, last.atMs, last.kind, last.detail, last.hash]);
    }
  }

  /** A whole row, in the order of the table's columns. */
  restore(table: 'kept' | 'audit', row: readonly SqlValue[]): void {
    const insert = table === 'kept' ? 'INSERT OR REPLACE' : 'INSERT';
    this.#db.run(`${insert} INTO ${table} VALUES (${row.map(() => '?').join(', ')})`, [...row]);
  }

  /** By id. */
  all(family: StateFamily): Map<string, string> {
    const rows = this.#db.exec('SELECT id, value FROM kept WHERE family = ?', [family])[0]?.values ?? [];
    return new Map(rows.map(([id, value]) => [asText(id), asText(value)]));
  }

  /** Up to `most` entries behind `afterSeq`, in order. */
  entries(afterSeq: number, most: number): AuditEntry[] {
    const rows = this.#db.exec('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?', [afterSeq, most]);
    return (rows[0]?.values ?? []).map(entryOf);
  }

  /** Entries of one kind whose detail has this value under this name, in order. */
  entriesAbout(kind: string, name: string, value: string): AuditEntry[] {
    const rows = this.#db.exec(`SELECT * FROM audit WHERE kind = ? AND json_extract(detail, ?) = ? ORDER BY seq`, [
      kind,
      `$.${name}`,
      value,
    ]);
    return (rows[0]?.values ?? []).map(entryOf);
  }

  #lastEntry(): AuditEntry | null {
    const row = this.#db.exec('SELECT * FROM audit ORDER BY seq DESC LIMIT 1')[0]?.values[0];
    return row === undefined ? null : entryOf(row);
  }
}

export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

function entryOf([seq, atMs, kind, detail, hashed]: SqlValue[]): AuditEntry {
  return {
    seq: asNumber(seq),
    atMs: asNumber(atMs),
    kind: asText(kind),
    detail: asText(detail),
    hash: asText(hashed),
  };
}
