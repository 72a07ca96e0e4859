/**
 * Calls and their sums in memory, as tables `event` and `rollup` have them in the database. Changed by transactions: what is
 * not kept is taken back.
 */
import type { Circumstances } from './tables/circumstances';
import type { CallPlaces, RunningSums } from './tables/counting';
import type { EventCopy, EventRow } from './tables/eventCopy';
import { slotMs } from './tables/schema';
import { addEvent, noSums, type Sums, type SumRow } from './queries/sums';

type MutableRow = SumRow & { readonly sums: Sums };

export class CallsInMemory implements CallPlaces {
  /** By base: its only row, as nearly always, or its rows by ordinal. */
  readonly #families = new Map<number, EventRow | EventRow[]>();
  /** Since the last `keep`: rows that came, and rows that gave way to another. */
  #inserted: EventRow[] = [];
  #replaced: EventRow[] = [];

  insert(row: EventRow): boolean {
    const known = this.#families.get(row.base);
    if (known === undefined) this.#families.set(row.base, row);
    else if (Array.isArray(known)) {
      if (row.ordinal < known.length) return false;
      known.push(row);
    } else {
      if (row.ordinal === 0) return false;
      this.#families.set(row.base, [known, row]);
    }
    this.#inserted.push(row);
    return true;
  }

  update(row: EventRow): void {
    const was = this.family(row.base)[row.ordinal];
    if (was === undefined) return;
    this.#replace(row);
    this.#replaced.push(was);
  }

  family(base: number): EventRow[] {
    const known = this.#families.get(base);
    if (known === undefined) return [];
    return Array.isArray(known) ? [...known] : [known];
  }

  within(fromMs: number, toMs: number): EventRow[] {
    const found: EventRow[] = [];
    for (const known of this.#families.values()) {
      if (!Array.isArray(known)) {
        if (known.atMs >= fromMs && known.atMs < toMs) found.push(known);
      } else for (const row of known) if (row.atMs >= fromMs && row.atMs < toMs) found.push(row);
    }
    return found;
  }

  keep(): void {
    this.#inserted = [];
    this.#replaced = [];
  }

  takeBack(): void {
    for (const row of this.#replaced.reverse()) this.#replace(row);
    for (const row of this.#inserted.reverse()) this.#remove(row);
    this.keep();
  }

  #replace(row: EventRow): void {
    const known = this.#families.get(row.base);
    if (Array.isArray(known)) known[row.ordinal] = row;
    else this.#families.set(row.base, row);
  }

  /** The last of its base. */
  #remove({ base }: EventRow): void {
    const known = this.#families.get(base);
    if (Array.isArray(known) && known.length > 1) known.pop();
    else this.#families.delete(base);
  }
}

export class SumsInMemory implements RunningSums {
  /** Some may have lost their last event. */
  readonly rows: MutableRow[] = [];
  readonly #places = new Map<Circumstances, Map<number, MutableRow>>();
  readonly #onChange: (event: EventCopy, sign: 1 | -1) => void;
  /** Since the last `keep`: counted, and taken out again. */
  #counted: EventCopy[] = [];
  #uncounted: EventCopy[] = [];

  constructor(onChange: (event: EventCopy, sign: 1 | -1) => void) {
    this.#onChange = onChange;
  }

  change(event: EventCopy, sign: 1 | -1): void {
    addEvent(this.#rowOf(event).sums, event, sign);
    (sign === 1 ? this.#counted : this.#uncounted).push(event);
    this.#onChange(event, sign);
  }

  /** Whether there may be an event; there are far fewer rows than events. */
  hasWithin(fromMs: number, toMs: number): boolean {
    return this.rows.some(({ slot }) => slot * slotMs < toMs && (slot + 1) * slotMs > fromMs);
  }

  keep(): void {
    this.#counted = [];
    this.#uncounted = [];
  }

  takeBack(): void {
    for (const event of this.#counted) addEvent(this.#rowOf(event).sums, event, -1);
    for (const event of this.#uncounted) addEvent(this.#rowOf(event).sums, event, 1);
    this.keep();
  }

  #rowOf({ circumstances, atMs }: EventCopy): MutableRow {
    const slot = Math.floor(atMs / slotMs);
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
