/**
 * Statements on tables `event` and `settled`: one row per call in either, found by the hash of its id. A call's rows
 * have the ordinals from 0 on, so a base is free when nobody has its first place. Inside a transaction.
 */
import type { Database, SqlValue, Statement } from 'sql.js';
import { rowsPerBase } from './callKey';
import { attributionFields, type AttributionSet, type AttributionTable } from './attributionSet';
import { matchesAnyRequest, type EventRow } from './storedEvent';
import { prepared } from './prepared';
import { asNumber, asNumberOrNull, asTextOrNull } from './sqlValues';

const columns =
  'call_check, request, at_ms, attribution, input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, ' +
  'web_searches, cost_nanos, duration_ms, traits, parts';

export class EventTable {
  readonly #db: Database;
  readonly #attributions: AttributionTable;
  readonly #insert: () => Statement;
  /** Takes half as long again, and the first import of all has nothing compacted. */
  readonly #insertUnlessCompacted: () => Statement;
  readonly #put: () => Statement;
  readonly #update: () => Statement;
  readonly #family: () => Statement;
  readonly #compactedFamily: () => Statement;
  readonly #doubtful: () => Statement;
  readonly #rated: () => Statement;
  readonly #oldest: () => Statement;
  readonly #compact: () => Statement;
  readonly #remove: () => Statement;
  readonly #unknown: AttributionSet;
  #anyCompacted: boolean;

  constructor(db: Database, attributions: AttributionTable) {
    this.#db = db;
    this.#attributions = attributions;
    const places = Array.from({ length: 16 }, (_, place) => `?${place + 1}`).join(', ');
    this.#insert = prepared(db, `INSERT OR IGNORE INTO event VALUES (${places})`);
    this.#insertUnlessCompacted = prepared(
      db,
      `INSERT OR IGNORE INTO event SELECT ${places} WHERE NOT EXISTS (SELECT 1 FROM settled WHERE id = ?1)`,
    );
    this.#put = prepared(db, `INSERT OR REPLACE INTO event VALUES (${places})`);
    this.#anyCompacted = asNumber(db.exec('SELECT EXISTS (SELECT 1 FROM settled)')[0]?.values[0]?.[0]) === 1;
    const assignments = columns
      .split(', ')
      .map((column, place) => `${column} = ?${place + 2}`)
      .join(', ');
    this.#update = prepared(db, `UPDATE event SET ${assignments} WHERE id = ?1`);
    this.#family = prepared(db, `SELECT id, ${columns} FROM event WHERE id >= ? AND id < ?`);
    this.#compactedFamily = prepared(db, 'SELECT id, call_check, request FROM settled WHERE id >= ? AND id < ?');
    const after = `SELECT id, ${columns} FROM event WHERE id > ? AND attribution IN (SELECT id FROM attribution WHERE `;
    this.#doubtful = prepared(db, `${after}pricing IN (?, ?)) ORDER BY id LIMIT ?`);
    this.#rated = prepared(db, `${after}pricing IS NOT ? AND price_version IS NOT ?) ORDER BY id LIMIT ?`);
    this.#oldest = prepared(db, `SELECT id, ${columns} FROM event WHERE at_ms < ? ORDER BY at_ms, id LIMIT ?`);
    this.#compact = prepared(db, 'INSERT INTO settled VALUES (?, ?, ?)');
    this.#remove = prepared(db, 'DELETE FROM event WHERE id = ?');
    this.#unknown = attributions.of(attributionFields.map(() => null));
  }

  /** Whether nothing was ever counted. */
  get isEmpty(): boolean {
    const any = 'SELECT EXISTS (SELECT 1 FROM event) OR EXISTS (SELECT 1 FROM settled)';
    return asNumber(this.#db.exec(any)[0]?.values[0]?.[0]) === 0;
  }

  /** False when the place is taken, and then nothing is written. */
  insert(row: EventRow): boolean {
    (this.#anyCompacted ? this.#insertUnlessCompacted() : this.#insert()).run(this.#bind(row));
    return this.#db.getRowsModified() === 1;
  }

  /** Whatever is at its place; nothing may be compacted there. */
  put(row: EventRow): void {
    this.#put().run(this.#bind(row));
  }

  update(row: EventRow): void {
    this.#update().run(this.#bind(row));
  }

  /** Everything stored at one base, in order of ordinal. */
  family(base: number): EventRow[] {
    const range = [base * rowsPerBase, (base + 1) * rowsPerBase];
    const rows = this.#rows(this.#family(), range);
    const compacted = this.#compactedFamily();
    compacted.bind(range);
    while (compacted.step()) rows.push(this.#compactedRow(compacted.get()));
    compacted.reset();
    return rows.sort((a, b) => a.ordinal - b.ordinal);
  }

  /** With details. */
  row(id: number): EventRow | undefined {
    return this.#rows(this.#family(), [id, id + 1])[0];
  }

  /** Up to `limit` rows behind row `id` whose pricing is one of these two dictionary ids. */
  pricedAs(pricings: readonly [number, number], id: number, limit: number): EventRow[] {
    return this.#rows(this.#doubtful(), [id, ...pricings, limit]);
  }

  /** Up to `limit` rows behind row `id` that have neither this pricing nor this price version. */
  pricedOtherThan(pricing: number, priceVersion: number, id: number, limit: number): EventRow[] {
    return this.#rows(this.#rated(), [id, pricing, priceVersion, limit]);
  }

  /** Up to `limit` rows with details from before an instant, the oldest first. */
  oldest(beforeMs: number, limit: number): EventRow[] {
    return this.#rows(this.#oldest(), [beforeMs, limit]);
  }

  countOlder(beforeMs: number, most: number): number {
    const rows = 'SELECT 1 FROM event WHERE at_ms < ? LIMIT ?';
    return asNumber(this.#db.exec(`SELECT count(*) FROM (${rows})`, [beforeMs, most])[0]?.values[0]?.[0]);
  }

  /** Nothing is left of the row but that it was counted. */
  compact(row: EventRow): void {
    const id = row.base * rowsPerBase + row.ordinal;
    this.restoreCompacted(id, row.check, matchesAnyRequest(row) ? 0 : row.request);
    this.#remove().run([id]);
  }

  /** As `compact` left it. */
  restoreCompacted(id: number, check: number, request: number): void {
    this.#compact().run([id, check, request]);
    this.#anyCompacted = true;
  }

  #bind(row: EventRow): SqlValue[] {
    return [
      row.base * rowsPerBase + row.ordinal,
      row.check,
      row.request,
      row.atMs,
      this.#attributions.idOf(row.attribution),
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
      row.parts,
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
      check: asNumber(values[1]),
      request: asNumber(values[2]),
      atMs: asNumber(values[3]),
      attribution: this.#attributions.byId(asNumber(values[4])),
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
      parts: asTextOrNull(values[15]),
      ordinal: id - base * rowsPerBase,
      compacted: false,
    };
  }

  #compactedRow([id, check, request]: SqlValue[]): EventRow {
    const base = Math.floor(asNumber(id) / rowsPerBase);
    return {
      base,
      check: asNumber(check),
      request: asNumber(request),
      atMs: 0,
      attribution: this.#unknown,
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      reasoning: 0,
      webSearches: 0,
      costNanos: null,
      durationMs: null,
      traits: 0,
      parts: null,
      ordinal: asNumber(id) - base * rowsPerBase,
      compacted: true,
    };
  }
}
