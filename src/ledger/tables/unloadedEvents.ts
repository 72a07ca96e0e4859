/**
 * The events of a ledger that began with nothing, until table `event` has them. Inserting each as it comes would take a first
 * import as long again; so their sums and cursors are stored at once, and they are loaded later, in order of their ids, in
 * which a B-tree takes them quickest. A query of a part of a 15-minute slot has the events of that slot loaded first.
 *
 * The table takes an event twice where it must (`put`), so nothing depends on which of them it has already.
 */
import type { Database } from 'sql.js';
import type { CallPlaces } from './counting';
import type { EventRow } from './storedEvent';
import type { EventTable } from './eventTable';
import { slotMs } from './schema';

/** The rows of one base: the only one, as nearly always, or all by ordinal. Never changed in place. */
type Family = EventRow | readonly EventRow[];

/** Slots from `from` to before `to`. */
interface SlotRange {
  from: number;
  to: number;
}

/** What the table has. Never changed in place. */
interface Progress {
  /** All events of these; what comes in them goes to the table, too. */
  slots: readonly SlotRange[];
  /** Bases to load, in order; `null`: loading has not begun. What comes after that goes to the table, too. */
  order: Float64Array | null;
  /** So many of `order`. */
  loaded: number;
}

export class UnloadedEvents implements CallPlaces {
  readonly #table: Pick<EventTable, 'put'>;
  readonly #families = new Map<number, Family>();
  /** Since the last `keep`: what was at a base before. */
  #changes: [base: number, before: Family | undefined][] = [];
  #progress: Progress = { slots: [], order: null, loaded: 0 };
  #keptProgress = this.#progress;

  constructor(table: Pick<EventTable, 'put'>) {
    this.#table = table;
  }

  get bases(): number {
    return this.#families.size;
  }

  insert(row: EventRow): boolean {
    const known = this.family(row.base);
    if (row.ordinal < known.length) return false;
    this.#set(row.base, known.length === 0 ? row : [...known, row]);
    if (this.#goesToTable(row)) this.#table.put(row);
    return true;
  }

  update(row: EventRow): void {
    const known = this.family(row.base);
    const before = known[row.ordinal];
    this.#set(row.base, known.length === 1 ? row : known.with(row.ordinal, row));
    if (this.#goesToTable(row) || (before !== undefined && this.#goesToTable(before))) this.#table.put(row);
  }

  family(base: number): EventRow[] {
    const known = this.#families.get(base);
    return known === undefined ? [] : rowsOf(known);
  }

  /** Inside a transaction. Loads the rows of up to `most` bases more; answers whether the table has all now. */
  load(most: number): boolean {
    const { slots, loaded } = this.#progress;
    const order = this.#progress.order ?? Float64Array.from(this.#families.keys()).sort();
    const end = Math.min(loaded + most, order.length);
    for (const base of order.subarray(loaded, end)) {
      for (const row of this.family(base)) this.#table.put(row);
    }
    this.#progress = { slots, order, loaded: end };
    return end === order.length;
  }

  /** The same, in a transaction of its own. */
  loadNow(db: Database, most: number): boolean {
    return this.#inTransaction(db, () => this.load(most));
  }

  /** Has the table have the events of all slots between two instants; outside a transaction. */
  ensure(db: Database, fromMs: number, toMs: number): void {
    const slots = { from: Math.floor(fromMs / slotMs), to: Math.ceil(toMs / slotMs) };
    if (this.#progress.slots.some(({ from, to }) => from <= slots.from && to >= slots.to)) return;
    this.#inTransaction(db, () => {
      for (const family of this.#families.values()) {
        for (const row of rowsOf(family)) if (isIn(row, slots)) this.#table.put(row);
      }
      this.#progress = { ...this.#progress, slots: [...this.#progress.slots, slots] };
    });
  }

  /** The transaction is in force. */
  keep(): void {
    this.#changes = [];
    this.#keptProgress = this.#progress;
  }

  /** The transaction is not in force. */
  takeBack(): void {
    for (const [base, before] of this.#changes.reverse()) {
      if (before === undefined) this.#families.delete(base);
      else this.#families.set(base, before);
    }
    this.#changes = [];
    this.#progress = this.#keptProgress;
  }

  #inTransaction<T>(db: Database, load: () => T): T {
    db.exec('BEGIN');
    try {
      const done = load();
      db.exec('COMMIT');
      this.keep();
      return done;
    } catch (error) {
      db.exec('ROLLBACK');
      this.takeBack();
      throw error;
    }
  }

  #set(base: number, family: Family): void {
    this.#changes.push([base, this.#families.get(base)]);
    this.#families.set(base, family);
  }

  #goesToTable(row: EventRow): boolean {
    const { slots, order } = this.#progress;
    return order !== null || slots.some((range) => isIn(row, range));
  }
}

function rowsOf(family: Family): EventRow[] {
  return 'base' in family ? [family] : [...family];
}

function isIn({ atMs }: EventRow, { from, to }: SlotRange): boolean {
  return atMs >= from * slotMs && atMs < to * slotMs;
}
