/**
 * Calls and their sums in memory, as tables `event` and `rollup` have them in the database. Changed by transactions: what is
 * not kept is taken back.
 */
import type { Circumstances } from './circumstances';
import type { CallPlaces, RunningSums } from './counting';
import type { EventCopy, EventRow } from './eventCopy';
import { slotMs } from './schema';
import { addEvent, noSums, type Sums, type SumRow } from './sums';

type MutableRow = SumRow & { readonly sums: Sums };

export class CallsInMemory implements CallPlaces {
  /** By base, then by ordinal. */
  readonly #families = new Map<number, EventRow[]>();
  #changed: { rows: EventRow[]; ordinal: number; was: EventRow | undefined }[] = [];

  insert(row: EventRow): boolean {
    const rows = this.#families.get(row.base);
    if (rows === undefined) {
      const first: EventRow[] = [];
      this.#families.set(row.base, first);
      this.#put(first, row);
      return true;
    }
    if (row.ordinal < rows.length) return false;
    this.#put(rows, row);
    return true;
  }

  update(row: EventRow): void {
    const rows = this.#families.get(row.base);
    if (rows !== undefined) this.#put(rows, row);
  }

  family(base: number): EventRow[] {
    return [...(this.#families.get(base) ?? [])];
  }

  *within(fromMs: number, toMs: number): Generator<EventRow> {
    for (const rows of this.#families.values()) {
      for (const row of rows) if (row.atMs >= fromMs && row.atMs < toMs) yield row;
    }
  }

  keep(): void {
    this.#changed = [];
  }

  takeBack(): void {
    for (const { rows, ordinal, was } of this.#changed.reverse()) {
      if (was === undefined) rows.pop();
      else rows[ordinal] = was;
    }
    this.#changed = [];
  }

  #put(rows: EventRow[], row: EventRow): void {
    this.#changed.push({ rows, ordinal: row.ordinal, was: rows[row.ordinal] });
    rows[row.ordinal] = row;
  }
}

export class SumsInMemory implements RunningSums {
  /** Some may have lost their last event. */
  readonly rows: MutableRow[] = [];
  readonly #places = new Map<Circumstances, Map<number, MutableRow>>();
  readonly #onChange: (event: EventCopy, sign: 1 | -1) => void;
  #changed: { sums: Sums; event: EventCopy; sign: 1 | -1 }[] = [];

  constructor(onChange: (event: EventCopy, sign: 1 | -1) => void) {
    this.#onChange = onChange;
  }

  change(event: EventCopy, sign: 1 | -1): void {
    const { sums } = this.#rowOf(event.circumstances, Math.floor(event.atMs / slotMs));
    addEvent(sums, event, sign);
    this.#changed.push({ sums, event, sign });
    this.#onChange(event, sign);
  }

  keep(): void {
    this.#changed = [];
  }

  takeBack(): void {
    for (const { sums, event, sign } of this.#changed) addEvent(sums, event, sign === 1 ? -1 : 1);
    this.#changed = [];
  }

  #rowOf(circumstances: Circumstances, slot: number): MutableRow {
    let bySlot = this.#places.get(circumstances);
    if (bySlot === undefined) {
      // As the database would, to which all of it comes in the end.
      if (!circumstances.values.every(isText)) throw new TypeError('A usage event has an attribution that is no text.');
      bySlot = new Map<number, MutableRow>();
      this.#places.set(circumstances, bySlot);
    }
    let row = bySlot.get(slot);
    if (row === undefined) {
      row = { slot, circumstances, sums: noSums() };
      bySlot.set(slot, row);
      this.rows.push(row);
    }
    return row;
  }
}

function isText(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
