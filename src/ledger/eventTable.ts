/** Statements on table `event`: one row per call, found by the hash of its id. Inside a transaction. */
import type { Database, SqlValue, Statement } from 'sql.js';
import { rowsPerBase } from './callKey';
import type { CircumstanceTable } from './circumstances';
import type { EventRow } from './eventCopy';
import { asNumber, asNumberOrNull } from './sqlValues';

const columns =
  'call_check, request, at_ms, attribution, input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, ' +
  'web_searches, cost_nanos, duration_ms, traits';

export class EventTable {
  readonly #db: Database;
  readonly #circumstances: CircumstanceTable;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #family: Statement;
  readonly #after: Statement;

  constructor(db: Database, circumstances: CircumstanceTable) {
    this.#db = db;
    this.#circumstances = circumstances;
    this.#insert = db.prepare(`INSERT OR IGNORE INTO event VALUES (?${', ?'.repeat(14)})`);
    const assignments = columns
      .split(', ')
      .map((column, place) => `${column} = ?${place + 2}`)
      .join(', ');
    this.#update = db.prepare(`UPDATE event SET ${assignments} WHERE id = ?1`);
    this.#family = db.prepare(`SELECT id, ${columns} FROM event WHERE id >= ? AND id < ?`);
    this.#after = db.prepare(
      `SELECT id, ${columns} FROM event WHERE id > ? AND at_ms IS NOT NULL AND attribution IN ` +
        '(SELECT id FROM attribution WHERE pricing IN (?, ?)) ORDER BY id LIMIT ?',
    );
  }

  /** False when the place is taken, and then nothing is written. */
  insert(row: EventRow): boolean {
    this.#insert.run(this.#bind(row));
    return this.#db.getRowsModified() === 1;
  }

  update(row: EventRow): void {
    this.#update.run(this.#bind(row));
  }

  /** Everything stored at one base, in order of ordinal. */
  family(base: number): EventRow[] {
    return this.#rows(this.#family, [base * rowsPerBase, (base + 1) * rowsPerBase]);
  }

  row(id: number): EventRow | undefined {
    return this.#rows(this.#family, [id, id + 1])[0];
  }

  /** Up to `limit` rows behind row `id` whose pricing is one of these two dictionary ids. */
  pricedAs(pricings: readonly [number, number], id: number, limit: number): EventRow[] {
    return this.#rows(this.#after, [id, ...pricings, limit]);
  }

  #bind(row: EventRow): SqlValue[] {
    return [
      row.base * rowsPerBase + row.ordinal,
      row.check,
      row.request,
      row.settled ? null : row.atMs,
      this.#circumstances.idOf(row.circumstances),
      row.input,
      row.output,
      row.cacheRead,
      row.cacheWrite5m,
      row.cacheWrite1h,
      row.reasoning,
      row.webSearches,
      row.costNanos,
      row.durationMs,
      row.traits,
    ];
  }

  #rows(statement: Statement, parameters: SqlValue[]): EventRow[] {
    const rows: EventRow[] = [];
    statement.bind(parameters);
    while (statement.step()) rows.push(this.#read(statement.get()));
    statement.reset();
    return rows;
  }

  #read(values: SqlValue[]): EventRow {
    const id = asNumber(values[0]);
    const base = Math.floor(id / rowsPerBase);
    return {
      base,
      ordinal: id - base * rowsPerBase,
      check: asNumber(values[1]),
      request: asNumber(values[2]),
      atMs: asNumber(values[3]),
      settled: values[3] === null,
      circumstances: this.#circumstances.byId(asNumber(values[4])),
      input: asNumber(values[5]),
      output: asNumber(values[6]),
      cacheRead: asNumber(values[7]),
      cacheWrite5m: asNumber(values[8]),
      cacheWrite1h: asNumber(values[9]),
      reasoning: asNumber(values[10]),
      webSearches: asNumber(values[11]),
      costNanos: asNumberOrNull(values[12]),
      durationMs: asNumberOrNull(values[13]),
      traits: asNumber(values[14]),
    };
  }
}
