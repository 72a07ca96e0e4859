/**
 * Takes what can still be read out of a damaged checkpoint: events from both ends of their table, each with what it was
 * for. Reading positions are not taken over, so the agents' logs are read again and fill the gaps, counted once.
 */
import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import { rowsPerBase } from './callKey';
import { circumstanceFields, type CircumstanceValues } from './circumstances';
import type { EventRow } from './eventCopy';
import { asNumber, asNumberOrNull } from './sqlValues';
import { LedgerStore } from './store';

const eventsPerTransaction = 5000;
const nothingKnown: CircumstanceValues = circumstanceFields.map(() => null);

/** Answers how many events were rescued into `to`, an empty ledger. */
export function salvage(sql: SqlJsStatic, bytes: Uint8Array, to: Database): number {
  const store = new LedgerStore(to);
  let from: Database | undefined;
  try {
    from = new sql.Database(bytes);
    const circumstances = readCircumstances(from);
    const seen = new Set<number>();
    for (const order of ['ASC', 'DESC']) {
      let copies: EventRow[] = [];
      const flush = (): void => {
        store.apply([{ kind: 'events', copies, cursors: [] }]);
        copies = [];
      };
      eachReadable(from, `SELECT * FROM event WHERE at_ms IS NOT NULL ORDER BY id ${order}`, (row) => {
        const id = asNumber(row[0]);
        if (seen.has(id)) return false;
        seen.add(id);
        const values = circumstances.get(asNumber(row[4])) ?? nothingKnown;
        copies.push(copyOfRow(id, row, store, values));
        if (copies.length === eventsPerTransaction) flush();
        return true;
      });
      flush();
    }
  } catch {
    // Not even a database: the journal and the logs are what is left.
  }
  from?.close();
  return store.eventCount;
}

/** Until `onRow` has enough, or the damage is reached. */
function eachReadable(db: Database, query: string, onRow: (row: SqlValue[]) => boolean): void {
  try {
    const statement = db.prepare(query);
    while (statement.step()) if (!onRow(statement.get())) break;
    statement.free();
  } catch {
    // What came before the damage has been handed over.
  }
}

function readCircumstances(db: Database): Map<number, CircumstanceValues> {
  const words = new Map<number, string>();
  eachReadable(db, 'SELECT id, text FROM dictionary', ([id, text]) => {
    if (typeof text === 'string') words.set(asNumber(id), text);
    return true;
  });
  const circumstances = new Map<number, CircumstanceValues>();
  eachReadable(db, 'SELECT * FROM attribution', ([id, ...ids]) => {
    circumstances.set(
      asNumber(id),
      ids.map((word) => words.get(asNumber(word)) ?? null),
    );
    return true;
  });
  return circumstances;
}

function copyOfRow(id: number, row: SqlValue[], store: LedgerStore, values: CircumstanceValues): EventRow {
  return {
    base: Math.floor(id / rowsPerBase),
    check: asNumber(row[1]),
    request: asNumber(row[2]),
    atMs: asNumber(row[3]),
    circumstances: store.circumstances.of(values),
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
    ordinal: 0,
    settled: false,
  };
}
