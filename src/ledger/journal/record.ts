/**
 * What one line of the journal says. Numbers are positional and repeated strings stand once per record, because the
 * journal is written for every event and read at every start. Adding a kind of record, or a field at the end of a
 * list, is a change that older versions must be able to refuse: an unknown `t` is a newer version's.
 */
import type { AuditNote } from '../../domain/alerts/audit';
import type { FileCursor } from '../../protocol/event';
import type { ObservedQuota } from '../../protocol/quota';
import type { AttributionSet, AttributionTable, AttributionValues } from '../tables/attributionSet';
import type { EventRow } from '../tables/storedEvent';
import { LedgerError } from '../ledgerError';
import type { Fold } from '../tables/rollupTable';

/** Facts of the ledger as a whole that outlive a start. */
export const noteKeys = ['retention_run_ms', 'closed_before_ms'] as const;
export type NoteKey = (typeof noteKeys)[number];

/** What enforcing budgets has to remember: one family per kind of thing. */
export const stateFamilies = ['run', 'override', 'alert', 'silence', 'telling'] as const;
export type StateFamily = (typeof stateFamilies)[number];

export interface Kept {
  family: StateFamily;
  id: string;
  /** JSON; `null`: not kept any more. */
  value: string | null;
}

/** A new cost for the event of row `id`. */
export interface RateChange {
  id: number;
  costNanos: number | null;
  attribution: AttributionSet;
}

export type LedgerRecord =
  /**
   * What was read or reported together. `asOnceUntilMs`: a version wrote it to which an id was one call, whoever reused it, and
   * this is the latest of its instants.
   */
  | {
      kind: 'events';
      copies: EventRow[];
      quotas?: readonly ObservedQuota[];
      cursors: readonly FileCursor[];
      asOnceUntilMs?: number;
    }
  | { kind: 'rates'; changes: RateChange[]; priceVersion: string | null }
  /** Of whatever was not reported, also where a price was known. */
  | { kind: 'reprice'; changes: RateChange[] }
  /** The oldest `most` events from before an instant lose their details. */
  | { kind: 'compact'; beforeMs: number; most: number }
  /** Sums of compacted events lose their quarters of an hour. */
  | { kind: 'fold'; fold: Fold }
  /** The logs are to be read again from their beginnings. */
  | { kind: 'reread' }
  | { kind: 'note'; key: NoteKey; value: string }
  /** Things to remember, and entries of the audit trail: all or none of them. */
  | { kind: 'keep'; puts: readonly Kept[]; notes: readonly AuditNote[] }
  /** Where segments end whose failed last write could not be taken back. Only as the first line of a segment. */
  | { kind: 'ends'; ends: Record<string, number> };

type CopyRow = [
  base: number,
  check: number,
  request: number,
  atMs: number,
  attribution: number,
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  reasoning: number,
  webSearches: number,
  costNanos: number | null,
  durationMs: number | null,
  traits: number,
  /** Only where there are any. */
  parts?: string,
];
type CursorRow = [source: string, file: string, position: string, state: string | null, skipped: number];
/**
 * As earlier versions wrote it: source, file, identity, size, time, offset, head, its length, skipped lines, state. The state is
 * missing where a version wrote that knew of none.
 */
type FormerCursorRow = [string, string, string, number, number, number, string, number, number, (string | null)?];
type RateRow = [id: number, costNanos: number | null, attribution: number];
type Payload =
  | { t: 'batch'; a: AttributionValues[]; e: CopyRow[]; q: readonly ObservedQuota[]; c: CursorRow[] }
  /** Of earlier versions, as `quota` is. */
  | { t: 'events' | 'parts'; a: AttributionValues[]; e: CopyRow[]; c: FormerCursorRow[] }
  | { t: 'rates'; a: AttributionValues[]; r: RateRow[]; v: string | null }
  | { t: 'reprice'; a: AttributionValues[]; r: RateRow[] }
  | { t: 'settle'; before: number; most: number }
  | { t: 'fold'; from: number; to: number; into: number; most: number }
  | { t: 'reread' }
  | { t: 'note'; key: NoteKey; value: string }
  | { t: 'quota'; quota: ObservedQuota }
  | { t: 'keep'; p: [StateFamily, string, string | null][]; n: [number, AuditNote['kind'], AuditNote['detail']][] }
  | { t: 'ends'; ends: Record<string, number> };

/** Gives each attribution object of one record its number. */
class Places {
  readonly values: AttributionValues[] = [];
  readonly #places = new Map<AttributionSet, number>();
  #last: AttributionSet | null = null;
  #lastPlace = 0;

  of(attribution: AttributionSet): number {
    if (attribution === this.#last) return this.#lastPlace;
    let place = this.#places.get(attribution);
    if (place === undefined) {
      place = this.values.push(attribution.values) - 1;
      this.#places.set(attribution, place);
    }
    this.#last = attribution;
    this.#lastPlace = place;
    return place;
  }
}

function payloadOf(record: LedgerRecord): Payload {
  const places = new Places();
  switch (record.kind) {
    case 'events': {
      const e = record.copies.map((copy) => {
        const row: CopyRow = [
          copy.base,
          copy.check,
          copy.request,
          copy.atMs,
          places.of(copy.attribution),
          copy.input,
          copy.output,
          copy.cacheRead,
          copy.cacheWrite5m,
          copy.cacheWrite1h,
          copy.reasoning,
          copy.webSearches,
          copy.costNanos,
          copy.durationMs,
          copy.traits,
        ];
        if (copy.parts !== null) row.push(copy.parts);
        return row;
      });
      return { t: 'batch', a: places.values, e, q: record.quotas ?? [], c: record.cursors.map(cursorRow) };
    }
    case 'rates':
    case 'reprice': {
      const r = record.changes.map((change): RateRow => [change.id, change.costNanos, places.of(change.attribution)]);
      return record.kind === 'rates'
        ? { t: 'rates', a: places.values, r, v: record.priceVersion }
        : { t: 'reprice', a: places.values, r };
    }
    case 'compact':
      return { t: 'settle', before: record.beforeMs, most: record.most };
    case 'fold':
      return { t: 'fold', ...record.fold };
    case 'reread':
      return { t: 'reread' };
    case 'note':
      return { t: 'note', key: record.key, value: record.value };
    case 'keep':
      return {
        t: 'keep',
        p: record.puts.map(({ family, id, value }) => [family, id, value]),
        n: record.notes.map(({ atMs, kind, detail }) => [atMs, kind, detail]),
      };
    case 'ends':
      return { t: 'ends', ends: record.ends };
  }
}

function cursorRow({ source, file, position, state, skipped }: FileCursor): CursorRow {
  return [source, file, position, state, skipped];
}

export function encodeRecord(record: LedgerRecord): string {
  return JSON.stringify(payloadOf(record));
}

/**
 * How many bytes of other records take as long to replay: a few bytes can mean thousands of rows. What is written
 * between two checkpoints is measured with it, so that a start stays quick.
 */
export function replayWeight(record: LedgerRecord): number {
  switch (record.kind) {
    case 'compact':
      return record.most * bytesPerCopy;
    case 'fold':
      return record.fold.most * bytesPerCopy;
    case 'events':
    case 'rates':
    case 'reprice':
    case 'ends':
    case 'reread':
    case 'note':
    case 'keep':
      return 0;
  }
}

const bytesPerCopy = 100;

/** The text has passed its checksum, so it is what some version of this module wrote. */
export function decodeRecord(text: string, table: AttributionTable): LedgerRecord {
  const payload = JSON.parse(text) as Payload;
  switch (payload.t) {
    case 'batch': {
      const known = payload.a.map((values) => table.of(values));
      const copies = payload.e.map((row) => copyOfRow(row, known));
      return { kind: 'events', copies, quotas: payload.q, cursors: payload.c.map(cursorOfRow) };
    }
    case 'events':
    case 'parts': {
      const known = payload.a.map((values) => table.of(values));
      const copies = payload.e.map((row) => copyOfRow(row, known));
      const cursors = payload.c.map(cursorOfFormerRow);
      if (payload.c.every((row) => row[9] !== undefined)) return { kind: 'events', copies, cursors };
      const instants = [...copies.map(({ atMs }) => atMs), ...payload.c.map((row) => row[4])];
      return { kind: 'events', copies, cursors, asOnceUntilMs: Math.max(...instants) };
    }
    case 'rates':
    case 'reprice': {
      const known = payload.a.map((values) => table.of(values));
      const changes = payload.r.map(([id, costNanos, place]) => ({ id, costNanos, attribution: at(known, place) }));
      return payload.t === 'rates' ? { kind: 'rates', changes, priceVersion: payload.v } : { kind: 'reprice', changes };
    }
    case 'settle':
      return { kind: 'compact', beforeMs: payload.before, most: payload.most };
    case 'fold': {
      const { from, to, into, most } = payload;
      return { kind: 'fold', fold: { from, to, into, most } };
    }
    case 'reread':
      return { kind: 'reread' };
    case 'note':
      return { kind: 'note', key: payload.key, value: payload.value };
    case 'quota':
      return { kind: 'events', copies: [], quotas: [payload.quota], cursors: [] };
    case 'keep':
      return {
        kind: 'keep',
        puts: payload.p.map(([family, id, value]) => ({ family, id, value })),
        notes: payload.n.map(([atMs, kind, detail]) => ({ atMs, kind, detail })),
      };
    case 'ends':
      return { kind: 'ends', ends: payload.ends };
    default:
      throw new LedgerError(
        'newer_version',
        'The usage ledger was written by a newer version of Agent Meter. It is left as it is; please update this one.',
      );
  }
}

function at(known: readonly AttributionSet[], place: number): AttributionSet {
  const found = known[place];
  if (found === undefined) throw new Error('a journal record names an attribution that it does not have');
  return found;
}

function copyOfRow(row: CopyRow, known: readonly AttributionSet[]): EventRow {
  return {
    base: row[0],
    check: row[1],
    request: row[2],
    atMs: row[3],
    attribution: at(known, row[4]),
    input: row[5],
    output: row[6],
    cacheRead: row[7],
    cacheWrite5m: row[8],
    cacheWrite1h: row[9],
    reasoning: row[10],
    webSearches: row[11],
    costNanos: row[12],
    durationMs: row[13],
    traits: row[14],
    parts: row[15] ?? null,
    ordinal: 0,
    compacted: false,
  };
}

function cursorOfRow([source, file, position, state, skipped]: CursorRow): FileCursor {
  return { source, file, position, state, skipped };
}

function cursorOfFormerRow(row: FormerCursorRow): FileCursor {
  const [source, file, identity, size, mtimeMs, offset, head, headBytes, skipped, state = null] = row;
  return {
    source,
    file,
    position: JSON.stringify({ identity, size, mtimeMs, offset, head, headBytes }),
    state,
    skipped,
  };
}
