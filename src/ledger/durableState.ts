/**
 * What enforcing budgets has to remember over restarts and takeovers: runs, overrides, alerts; and the audit trail. Each
 * change is one journal record, durable when its promise is fulfilled.
 */
import { verify, type AuditEntry, type AuditNote, type AuditVerdict } from '../domain/alerts/audit';
import { sha256, type StateTable } from './tables/stateTable';
import type { Kept, StateFamily, LedgerRecord } from './journal/record';

const entriesAtOnce = 1_000;

export class DurableState {
  readonly #table: () => StateTable;
  readonly #write: (record: LedgerRecord) => Promise<unknown>;

  constructor(table: () => StateTable, write: (record: LedgerRecord) => Promise<unknown>) {
    this.#table = table;
    this.#write = write;
  }

  /** All of it or nothing. */
  async keep(puts: readonly Kept[], notes: readonly AuditNote[]): Promise<void> {
    if (puts.length + notes.length > 0) await this.#write({ kind: 'keep', puts, notes });
  }

  /** JSON by id. */
  all(family: StateFamily): Map<string, string> {
    return this.#table().all(family);
  }

  /** Entries behind one, in order. */
  *audit(afterSeq = 0): Generator<AuditEntry> {
    for (let after = afterSeq; ;) {
      const entries = this.#table().entries(after, entriesAtOnce);
      yield* entries;
      const last = entries.at(-1);
      if (last === undefined) return;
      after = last.seq;
    }
  }

  auditAbout(kind: AuditNote['kind'], name: string, value: string): AuditEntry[] {
    return this.#table().entriesAbout(kind, name, value);
  }

  verifyAudit(): AuditVerdict {
    return verify(this.audit(), sha256);
  }
}
