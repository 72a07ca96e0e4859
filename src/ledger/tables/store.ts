/**
 * The ledger's state in memory: a sql.js database and everything that reads and changes it. Changes come as journal
 * records only, live and at replay alike, so that the same records in the same order give the same state.
 */
import type { Database } from 'sql.js';
import type { FileCursor } from '../../protocol/event';
import type { ObservedQuota } from '../../protocol/quota';
import type { Pricing } from '../../protocol/vocabulary';
import { ActivityQueries } from '../queries/activityQuery';
import { rowsPerBase } from './callKey';
import { AttributionTable, type AttributionSet } from './attributionSet';
import { Counting, type CallPlaces, type EventOutcome } from './counting';
import { CursorTable } from './cursorTable';
import type { StoredEvent, EventRow } from './storedEvent';
import { EventTable } from './eventTable';
import { StateTable } from './stateTable';
import { ObservedQuotaTable } from './observedQuotaTable';
import type { LedgerRecord, NoteKey, RateChange } from '../journal/record';
import { RollupTable, type Fold } from './rollupTable';
import { slotMs } from './schema';
import { asNumber, asText } from './sqlValues';
import { UnloadedEvents } from './unloadedEvents';
import type { SumWatch } from '../queries/sumWatch';
import { UsageQueries } from '../queries/usageQuery';

/** A call without details, as recovery found it. */
export interface CompactedCall {
  base: number;
  check: number;
  request: number;
}

/** A row of sums of compacted events, as recovery found it; `sums` in the order of `sumColumns`. */
export interface CompactedSum {
  slot: number;
  attribution: AttributionSet;
  sums: number[];
}

const doubtful: ReadonlySet<Pricing> = new Set<Pricing>(['unpriced', 'estimated']);

export class LedgerStore {
  readonly attributions: AttributionTable;
  readonly queries: UsageQueries;
  readonly kept: StateTable;
  /** Journal segments, and how many of their bytes are in force here. */
  readonly covered = new Map<string, number>();
  /** As read from the database: segments that end before their file does. */
  readonly ended = new Map<string, number>();
  /** Segments whose end could not be read, and the identity of the file when that was found. */
  readonly torn = new Map<string, string>();
  /** Told of each change of the sums; `null` while the ledger is being read. */
  sums: SumWatch | null = null;
  readonly #db: Database;
  readonly #activity: ActivityQueries;
  readonly #events: EventTable;
  readonly #rollup: RollupTable;
  readonly #compactedRollup: RollupTable;
  readonly #cursors: CursorTable;
  readonly #quotas: ObservedQuotaTable;
  readonly #closedBeforeMs: number;
  /** `null`: table `event` has every event. */
  #unloaded: UnloadedEvents | null = null;
  #counting: Counting;
  #eventCount: number;
  #reusedFromMs: number;

  /** Takes over the database; it has the tables of this version. */
  constructor(db: Database) {
    this.#db = db;
    this.attributions = new AttributionTable(db);
    this.queries = new UsageQueries(db, this.attributions, (fromMs, toMs) => this.#unloaded?.ensure(db, fromMs, toMs));
    this.#activity = new ActivityQueries(db, this.attributions);
    this.kept = new StateTable(db);
    this.#events = new EventTable(db, this.attributions);
    const note = (event: StoredEvent, sign: 1 | -1): void => this.sums?.note(event, sign);
    this.#rollup = new RollupTable(db, 'rollup', this.attributions, note);
    this.#compactedRollup = new RollupTable(db, 'settled_rollup', this.attributions, note);
    this.#cursors = new CursorTable(db);
    this.#quotas = new ObservedQuotaTable(db);
    this.#closedBeforeMs = Number(this.#meta('closed_before_ms') ?? Number.NEGATIVE_INFINITY);
    this.#counting = this.#countingIn(this.#events);
    this.#eventCount = this.queries.eventCount();
    this.#reusedFromMs = Number(this.#meta('reused_from_ms') ?? Number.NEGATIVE_INFINITY);
    for (const [name, covered, ended] of db.exec('SELECT name, covered, ended FROM segment')[0]?.values ?? []) {
      this.covered.set(asText(name), asNumber(covered));
      if (typeof ended === 'number') this.ended.set(asText(name), ended);
    }
  }

  /** Of single calls. */
  get activity(): ActivityQueries {
    this.load();
    return this.#activity;
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /** Of an empty store, events come into their table later: by `load`, or when something needs them. False: it is not. */
  beginBulkLoad(): boolean {
    if (!this.#events.isEmpty) return false;
    this.#unloaded = new UnloadedEvents(this.#events);
    this.#counting = this.#countingIn(this.#unloaded);
    return true;
  }

  /** About how many events their table may not have yet. */
  get unloadedEvents(): number {
    return this.#unloaded?.bases ?? 0;
  }

  /** Loads up to `most` events; answers whether the table has all now. */
  load(most = Number.POSITIVE_INFINITY): boolean {
    const unloaded = this.#unloaded;
    if (unloaded === null) return true;
    if (!unloaded.loadNow(this.#db, most)) return false;
    this.#allLoaded();
    return true;
  }

  /** From this instant on an id that may be reused is told by more: what is older was counted by a version that did not. */
  get reusedFromMs(): number {
    return this.#reusedFromMs;
  }

  /** Up to that instant; never goes back. */
  countedAsOnce(untilMs: number): void {
    const fromMs = Math.floor(untilMs) + 1;
    if (!(fromMs > this.#reusedFromMs)) return;
    this.#reusedFromMs = fromMs;
    this.#setMeta('reused_from_ms', String(fromMs));
  }

  cursors(): FileCursor[] {
    return this.#cursors.all();
  }

  observedQuotas(): ObservedQuota[] {
    return this.#quotas.all();
  }

  priceVersion(): string | null {
    return this.#meta('price_version');
  }

  /** All of the records or, when it throws, none. Answers the outcomes of each record's events. */
  apply(records: readonly LedgerRecord[]): EventOutcome[][] {
    const outcomes = this.#transact(records);
    this.sums?.commit();
    return outcomes;
  }

  #transact(records: readonly LedgerRecord[]): EventOutcome[][] {
    const mark = this.attributions.mark();
    const [unloaded, counting] = [this.#unloaded, this.#counting];
    this.#db.exec('BEGIN');
    try {
      const copies: EventRow[] = [];
      const ends: number[] = [];
      let added = 0;
      let outcomes: EventOutcome[] = [];
      const count = (): void => {
        const counted = this.#counting.count(copies);
        added += counted.added;
        outcomes = outcomes.length === 0 ? counted.outcomes : [...outcomes, ...counted.outcomes];
        copies.length = 0;
      };
      let total = 0;
      for (const record of records) {
        if (record.kind === 'events') {
          for (const copy of record.copies) copies.push(copy);
          for (const quota of record.quotas ?? []) this.#quotas.put(quota);
          for (const cursor of record.cursors) this.#cursors.put(cursor);
          if (record.asOnceUntilMs !== undefined) this.countedAsOnce(record.asOnceUntilMs);
          total += record.copies.length;
        } else {
          count();
          this.#change(record);
        }
        ends.push(total);
      }
      count();
      this.#rollup.flush();
      this.#compactedRollup.flush();
      this.#db.exec('COMMIT');
      unloaded?.keep();
      this.#eventCount += added;
      return ends.map((end, place) => outcomes.slice(ends[place - 1] ?? 0, end));
    } catch (error) {
      this.#db.exec('ROLLBACK');
      this.#unloaded = unloaded;
      this.#counting = counting;
      unloaded?.takeBack();
      this.attributions.forgetSince(mark);
      this.#rollup.discard();
      this.#compactedRollup.discard();
      this.sums?.discard();
      throw error;
    }
  }

  note(key: NoteKey): string | null {
    return this.#meta(key);
  }

  /** How many events with details there are from before an instant, counted up to `most`. */
  countOlder(beforeMs: number, most: number): number {
    this.load();
    return this.#events.countOlder(beforeMs, most);
  }

  foldable(fold: Fold): number {
    return this.#compactedRollup.foldable(fold);
  }

  firstCompactedSlot(from: number): number | null {
    return this.#compactedRollup.firstSlot(from);
  }

  /** Events that were neither reported nor rated by these prices, behind row `afterId`, in order of row id. */
  rowsRatedOtherwise(priceVersion: string, afterId: number, limit: number): { id: number; row: EventRow }[] {
    this.load();
    const reported = this.attributions.wordId('reported') ?? 0;
    const version = this.attributions.wordId(priceVersion) ?? 0;
    return this.#events.pricedOtherThan(reported, version, afterId, limit).map(withId);
  }

  /** Events in doubt about their price behind row `afterId`, in order of row id. */
  doubtfulRows(afterId: number, limit: number): { id: number; row: EventRow }[] {
    this.load();
    const unpriced = this.attributions.wordId('unpriced') ?? 0;
    const estimated = this.attributions.wordId('estimated') ?? 0;
    if (unpriced + estimated === 0) return [];
    return this.#events.pricedAs([unpriced, estimated], afterId, limit).map(withId);
  }

  /** The logs are to be read again from their beginnings. */
  clearCursors(): void {
    this.#cursors.clear();
  }

  /** For the next store on this database: what is older, and not known, counts no more. */
  closeBefore(slot: number): void {
    this.#setMeta('closed_before_ms', String(slot * slotMs));
  }

  /** What recovery found of compacted events, into an empty ledger. */
  restoreCompacted(calls: readonly CompactedCall[], sums: readonly CompactedSum[]): void {
    this.#db.exec('BEGIN');
    const taken = new Map<number, number>();
    for (const { base, check, request } of calls) {
      const ordinal = taken.get(base) ?? 0;
      taken.set(base, ordinal + 1);
      this.#events.restoreCompacted(base * rowsPerBase + ordinal, check, request);
    }
    for (const { slot, attribution, sums: values } of sums) {
      this.#compactedRollup.restore(slot, this.attributions.idOf(attribution), values);
    }
    this.#db.exec('COMMIT');
    this.queries.compactedChanged();
    this.#eventCount = this.queries.eventCount();
  }

  /** The database as a file that says itself what of the journal it covers. */
  export(ends: ReadonlyMap<string, number>): Uint8Array {
    this.load();
    this.#db.exec('BEGIN; DELETE FROM segment');
    for (const [name, bytes] of this.covered) {
      this.#db.run('INSERT INTO segment VALUES (?, ?, ?)', [name, bytes, ends.get(name) ?? null]);
    }
    this.#db.exec('COMMIT');
    return this.#db.export();
  }

  close(): void {
    this.#db.close();
  }

  #countingIn(events: CallPlaces): Counting {
    return new Counting(events, this.#rollup, this.attributions, this.#closedBeforeMs);
  }

  #allLoaded(): void {
    this.#unloaded = null;
    this.#counting = this.#countingIn(this.#events);
  }

  /** Inside the transaction of a change that needs every event in its table. */
  #loadRest(): void {
    if (this.#unloaded === null) return;
    this.#unloaded.load(Number.POSITIVE_INFINITY);
    this.#allLoaded();
  }

  #change(record: Exclude<LedgerRecord, { kind: 'events' }>): void {
    switch (record.kind) {
      case 'rates':
        this.#rate(record.changes, (pricing) => doubtful.has(pricing));
        if (record.priceVersion !== null) this.#setMeta('price_version', record.priceVersion);
        break;
      case 'reprice':
        this.#rate(record.changes, (pricing) => pricing !== 'reported');
        break;
      case 'compact':
        this.#loadRest();
        this.#compact(this.#events.oldest(record.beforeMs, record.most));
        break;
      case 'fold':
        this.#compactedRollup.fold(record.fold);
        this.queries.compactedChanged();
        break;
      case 'reread':
        this.#cursors.clear();
        break;
      case 'note':
        this.#setMeta(record.key, record.value);
        break;
      case 'keep':
        this.kept.apply(record.puts, record.notes);
        break;
      case 'ends':
        break;
    }
  }

  #rate(changes: readonly RateChange[], mayChange: (pricing: Pricing) => boolean): void {
    this.#loadRest();
    for (const { id, costNanos, attribution } of changes) {
      const row = this.#events.row(id);
      if (row === undefined || !mayChange(row.attribution.pricing)) continue;
      const rated = { ...row, costNanos, attribution };
      this.#rollup.change(row, -1);
      this.#events.update(rated);
      this.#rollup.change(rated, 1);
    }
  }

  #compact(rows: readonly EventRow[]): void {
    for (const row of rows) {
      this.#rollup.change(row, -1);
      this.#compactedRollup.change(row, 1);
      this.#events.compact(row);
    }
    this.queries.compactedChanged();
  }

  #meta(key: string): string | null {
    const value = this.#db.exec('SELECT value FROM meta WHERE key = ?', [key])[0]?.values[0]?.[0];
    return typeof value === 'string' ? value : null;
  }

  #setMeta(key: string, value: string): void {
    this.#db.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', [key, value]);
  }
}

function withId(row: EventRow): { id: number; row: EventRow } {
  return { id: row.base * rowsPerBase + row.ordinal, row };
}
