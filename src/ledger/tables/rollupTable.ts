/**
 * Exact sums per quarter of an hour and attribution: of the events with details, and, in a table of its own, of the
 * compacted ones. Changes are gathered per transaction and written once per row. A row whose last event has moved away
 * is removed.
 */
import type { Database, Statement } from 'sql.js';
import type { AttributionTable } from './attributionSet';
import type { StoredEvent } from './storedEvent';
import { prepared } from './prepared';
import { slotMs } from './schema';
import { asNumber, asNumberOrNull } from './sqlValues';
import { addEvent, noSums, sumColumns, type Sums } from '../queries/sums';

const attributionSpan = 2 ** 26;

export type RollupName = 'rollup' | 'settled_rollup';

/** Slots from `from` to before `to` become part of slot `into`, which lies between the two. */
export interface Fold {
  from: number;
  to: number;
  into: number;
  /** Rows at most, in the order of the table. */
  most: number;
}

const addition = sumColumns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');

export class RollupTable {
  readonly #db: Database;
  readonly #name: RollupName;
  readonly #upsert: () => Statement;
  readonly #prune: () => Statement;
  readonly #changes = new Map<number, Sums>();
  readonly #attributions: AttributionTable;
  readonly #onChange: (event: StoredEvent, sign: 1 | -1) => void;

  constructor(
    db: Database,
    name: RollupName,
    attributions: AttributionTable,
    onChange: (event: StoredEvent, sign: 1 | -1) => void,
  ) {
    this.#db = db;
    this.#name = name;
    this.#attributions = attributions;
    this.#onChange = onChange;
    this.#upsert = prepared(
      db,
      `INSERT INTO ${name} VALUES (?, ?${', ?'.repeat(sumColumns.length)}) ON CONFLICT DO UPDATE SET ${addition}`,
    );
    this.#prune = prepared(db, `DELETE FROM ${name} WHERE slot = ? AND attribution = ? AND events = 0`);
  }

  /** `sign` 1 counts the event, -1 takes it out again. */
  change(event: StoredEvent, sign: 1 | -1): void {
    const attribution = this.#attributions.idOf(event.attribution);
    const key = Math.floor(event.atMs / slotMs) * attributionSpan + attribution;
    let sums = this.#changes.get(key);
    if (sums === undefined) {
      sums = noSums();
      this.#changes.set(key, sums);
    }
    addEvent(sums, event, sign);
    this.#onChange(event, sign);
  }

  flush(): void {
    for (const [key, sums] of this.#changes) {
      if (sums.every((sum) => sum === 0)) continue;
      const slot = Math.floor(key / attributionSpan);
      const attribution = key - slot * attributionSpan;
      this.#upsert().run([slot, attribution, ...sums]);
      if (sums[0] < 0) this.#prune().run([slot, attribution]);
    }
    this.#changes.clear();
  }

  /** Adds a whole row; `values` in the order of `sumColumns`. */
  restore(slot: number, attribution: number, values: readonly number[]): void {
    this.#upsert().run([slot, attribution, ...values]);
  }

  discard(): void {
    this.#changes.clear();
  }

  /** Inside a transaction; what was changed in it is folded, too. */
  fold({ from, to, into, most }: Fold): void {
    this.flush();
    const source = `SELECT * FROM ${this.#name} WHERE slot >= ?1 AND slot < ?2 AND slot <> ?3 ORDER BY slot, attribution LIMIT ?4`;
    const sums = sumColumns.map((column) => `sum(${column})`).join(', ');
    const range = [from, to, into, most];
    const last = this.#db.exec(`SELECT slot, attribution FROM (${source}) ORDER BY 1 DESC, 2 DESC LIMIT 1`, range);
    const end = last[0]?.values[0];
    if (end === undefined) return;
    this.#db.run(
      `INSERT INTO ${this.#name} SELECT ?3, attribution, ${sums} FROM (${source}) WHERE true GROUP BY attribution ` +
        `ON CONFLICT DO UPDATE SET ${addition}`,
      range,
    );
    this.#db.run(
      `DELETE FROM ${this.#name} WHERE slot >= ?1 AND slot < ?2 AND slot <> ?3 AND (slot, attribution) <= (?4, ?5)`,
      [from, to, into, ...end],
    );
  }

  /** How many rows there are to fold, counted up to `most`. */
  foldable({ from, to, into, most }: Fold): number {
    const rows = `SELECT 1 FROM ${this.#name} WHERE slot >= ? AND slot < ? AND slot <> ? LIMIT ?`;
    return asNumber(this.#db.exec(`SELECT count(*) FROM (${rows})`, [from, to, into, most])[0]?.values[0]?.[0]);
  }

  /** The first slot from `from` on. */
  firstSlot(from: number): number | null {
    const slot = this.#db.exec(`SELECT min(slot) FROM ${this.#name} WHERE slot >= ?`, [from]);
    return asNumberOrNull(slot[0]?.values[0]?.[0]);
  }
}
