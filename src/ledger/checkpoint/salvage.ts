/**
 * Takes what can still be read out of a damaged checkpoint: rows from both ends of each table, each with what it was
 * for. Reading positions are not taken over, so the agents' logs are read again and fill the gaps, counted once. For
 * what retention has compacted there are no logs to rely on: its sums and its marks "already counted" are all there is.
 */
import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import { rowsPerBase } from '../tables/callKey';
import { attributionFields, type AttributionValues } from '../tables/attributionSet';
import type { EventRow } from '../tables/storedEvent';
import { versionOf } from '../tables/database';
import { quotaOfRow } from '../tables/observedQuotaTable';
import { asNumber, asNumberOrNull, asText, asTextOrNull } from '../tables/sqlValues';
import { LedgerStore, type CompactedCall, type CompactedSum } from '../tables/store';
import { sumColumns } from '../queries/sums';

const eventsPerTransaction = 5000;
/** The schema's version since which more than an id tells calls apart. */
const reuseSince = 5;
const nothingKnown: AttributionValues = attributionFields.map(() => null);

export interface Salvaged {
  events: number;
  /** Sums of compacted events that can't be read any more: totals of that time are too low. */
  sumsLost: boolean;
}

/** What was rescued into `to`, an empty ledger. */
export function salvage(sql: SqlJsStatic, bytes: Uint8Array, to: Database): Salvaged {
  const store = new LedgerStore(to);
  let sumsLost = false;
  let from: Database | undefined;
  try {
    from = new sql.Database(bytes);
    const attributions = readAttributions(from, store);
    sumsLost = salvageCompacted(from, store, attributions);
    salvageEvents(from, store, attributions);
    eachReadable(from, 'SELECT * FROM observed_quota', (row) => {
      store.apply([{ kind: 'events', copies: [], quotas: [quotaOfRow(row)], cursors: [] }]);
      return true;
    });
    salvageKept(from, store);
    salvageReuse(from, store);
  } catch {
    // Not even a database: the journal and the logs are what is left.
  }
  from?.close();
  return { events: store.eventCount, sumsLost };
}

type KnownAttributions = (id: SqlValue | undefined) => EventRow['attribution'];

function salvageEvents(from: Database, store: LedgerStore, attributions: KnownAttributions): void {
  let copies: EventRow[] = [];
  const flush = (): void => {
    store.apply([{ kind: 'events', copies, cursors: [] }]);
    copies = [];
  };
  fromBothEnds(from, 'SELECT * FROM event WHERE at_ms IS NOT NULL', ['id'], (row) => {
    copies.push(copyOfRow(row, attributions(row[4])));
    if (copies.length === eventsPerTransaction) flush();
  });
  flush();
}

/** Logs are read again: what an earlier version took for one call stays one. */
function salvageReuse(from: Database, store: LedgerStore): void {
  const untilMs =
    versionOf(from) < reuseSince
      ? 'SELECT mtime_ms FROM file_cursor UNION ALL SELECT at_ms FROM event'
      : "SELECT value - 1 FROM meta WHERE key = 'reused_from_ms'";
  eachReadable(from, untilMs, ([value]) => {
    store.countedAsOnce(asNumber(value));
    return true;
  });
}

/** Answers whether sums are lost. */
function salvageCompacted(from: Database, store: LedgerStore, attributions: KnownAttributions): boolean {
  const calls: CompactedCall[] = [];
  const query = 'SELECT id, call_check, request FROM settled';
  const known = fromBothEnds(from, query, ['id'], ([id, check, request]) => {
    calls.push({ base: Math.floor(asNumber(id) / rowsPerBase), check: asNumber(check), request: asNumber(request) });
  });
  const sums: CompactedSum[] = [];
  const columns = ['slot', 'attribution', ...sumColumns].join(', ');
  const key = ['slot', 'attribution'];
  const whole = fromBothEnds(from, `SELECT ${columns} FROM settled_rollup`, key, ([slot, attribution, ...values]) => {
    sums.push({ slot: asNumber(slot), attribution: attributions(attribution), sums: values.map(asNumber) });
  });
  store.restoreCompacted(calls, sums);
  // Without its mark a call of a log that is read again would count a second time.
  if (!known && sums.length > 0) store.closeBefore(1 + sums.reduce((last, { slot }) => Math.max(last, slot), 0));
  return !whole && calls.length > 0;
}

/** A gap in the audit trail stays to be seen: what is left keeps its numbers and its hashes. */
function salvageKept(from: Database, store: LedgerStore): void {
  for (const table of ['kept', 'audit'] as const) {
    const key = table === 'kept' ? ['family', 'id'] : ['seq'];
    fromBothEnds(from, `SELECT * FROM ${table}`, key, (row) => store.kept.restore(table, row));
  }
}

/** Every readable row once; false when there may be more. */
function fromBothEnds(db: Database, query: string, key: readonly string[], onRow: (row: SqlValue[]) => void): boolean {
  const seen = new Set<string>();
  for (const order of ['ASC', 'DESC']) {
    const ordered = `${query} ORDER BY ${key.map((column) => `${column} ${order}`).join(', ')}`;
    const whole = eachReadable(db, ordered, (row) => {
      const name = row.slice(0, key.length).join(',');
      if (seen.has(name)) return false;
      seen.add(name);
      onRow(row);
      return true;
    });
    if (whole) return true;
  }
  return false;
}

/** Until `onRow` has enough, or the damage is reached: then it answers false. */
function eachReadable(db: Database, query: string, onRow: (row: SqlValue[]) => boolean): boolean {
  try {
    const statement = db.prepare(query);
    let whole = true;
    while (whole && statement.step()) whole = onRow(statement.get());
    statement.free();
    return whole;
  } catch {
    // What came before the damage has been handed over.
    return false;
  }
}

function readAttributions(db: Database, store: LedgerStore): KnownAttributions {
  const words = new Map<number, string>();
  eachReadable(db, 'SELECT id, text FROM dictionary', ([id, text]) => {
    words.set(asNumber(id), asText(text));
    return true;
  });
  const values = new Map<number, AttributionValues>();
  eachReadable(db, 'SELECT * FROM attribution', ([id, ...ids]) => {
    values.set(
      asNumber(id),
      ids.map((word) => words.get(asNumber(word)) ?? null),
    );
    return true;
  });
  return (id) => store.attributions.of(values.get(asNumber(id)) ?? nothingKnown);
}

function copyOfRow(row: SqlValue[], attribution: EventRow['attribution']): EventRow {
  return {
    base: Math.floor(asNumber(row[0]) / rowsPerBase),
    check: asNumber(row[1]),
    request: asNumber(row[2]),
    atMs: asNumber(row[3]),
    attribution,
    input: asNumber(row[5]),
    output: asNumber(row[6]),
    cacheRead: asNumber(row[7]),
    cacheWrite5m: asNumber(row[8]),
    cacheWrite1h: asNumber(row[9]),
    reasoning: asNumber(row[10]),
    webSearches: asNumber(row[11]),
    costNanos: asNumberOrNull(row[12]),
    durationMs: asNumberOrNull(row[13]),
    traits: asNumber(row[14]),
    parts: asTextOrNull(row[15]),
    ordinal: 0,
    compacted: false,
  };
}
