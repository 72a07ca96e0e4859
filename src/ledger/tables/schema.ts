/**
 * The tables, as a list of migrations; `PRAGMA user_version` counts the applied ones.
 *
 * Instants are epoch ms UTC; money is nano-dollars; a slot is floor(at_ms / 15 min), fine enough for the days of every
 * modern zone offset. Everything is STRICT. Each call is one row for ever: of `event` while it has details, and of
 * `settled` after that, where nothing is left but the answer "already counted". `rollup` is the sum of `event` at any
 * time, and `settled_rollup` what the compacted ones added up to: their 15 minutes first, their months later.
 */
import type { Database, SqlValue } from 'sql.js';

export const slotMs = 900_000;

type Migration = (db: Database) => void;

function first(db: Database): void {
  db.exec(`
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    -- Journal segments, how many of their bytes are in this database, and where one ends that has refused bytes behind.
    CREATE TABLE segment (name TEXT PRIMARY KEY, covered INTEGER NOT NULL, ended INTEGER) STRICT, WITHOUT ROWID;

    CREATE TABLE dictionary (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;

    -- Who and what an event was for, and how it was priced: ids of dictionary, or NULL where not known.
    CREATE TABLE attribution (
      id INTEGER PRIMARY KEY,
      provider INTEGER, model INTEGER, source INTEGER, project INTEGER, agent INTEGER, agent_type INTEGER,
      task INTEGER, task_type INTEGER, run INTEGER, plan INTEGER, session INTEGER, user INTEGER, team INTEGER,
      tags INTEGER, status INTEGER,
      modifiers INTEGER, pricing INTEGER, matched_model INTEGER, price_version INTEGER
    ) STRICT;

    -- id = 48 bits of the call's hash * 16 + ordinal. traits: 1 sidechain, 2 forked, 4 nested.
    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      call_check INTEGER NOT NULL,
      request INTEGER NOT NULL,
      at_ms INTEGER,
      attribution INTEGER NOT NULL,
      input INTEGER NOT NULL,
      output INTEGER NOT NULL,
      cache_read INTEGER NOT NULL,
      cache_write_5m INTEGER NOT NULL,
      cache_write_1h INTEGER NOT NULL,
      reasoning INTEGER NOT NULL,
      web_searches INTEGER NOT NULL,
      cost_nanos INTEGER,
      duration_ms INTEGER,
      traits INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX event_at ON event (at_ms) WHERE at_ms IS NOT NULL;

    CREATE TABLE rollup (
      slot INTEGER NOT NULL,
      attribution INTEGER NOT NULL,
      events INTEGER NOT NULL,
      cost_nanos INTEGER NOT NULL,
      input INTEGER NOT NULL,
      output INTEGER NOT NULL,
      cache_read INTEGER NOT NULL,
      cache_write_5m INTEGER NOT NULL,
      cache_write_1h INTEGER NOT NULL,
      reasoning INTEGER NOT NULL,
      web_searches INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL,
      PRIMARY KEY (slot, attribution)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE file_cursor (
      file TEXT NOT NULL,
      source TEXT NOT NULL,
      identity TEXT NOT NULL,
      size INTEGER NOT NULL,
      mtime_ms REAL NOT NULL,
      read_to INTEGER NOT NULL,
      head TEXT NOT NULL,
      head_bytes INTEGER NOT NULL,
      skipped_lines INTEGER NOT NULL,
      PRIMARY KEY (file, source)
    ) STRICT, WITHOUT ROWID;
  `);
}

/** Retention: what is left of an event without details, and the sums that it took part in. */
function second(db: Database): void {
  db.exec(`
    -- request 0: equal to every request of the call.
    CREATE TABLE settled (
      id INTEGER PRIMARY KEY,
      call_check INTEGER NOT NULL,
      request INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE settled_rollup (
      slot INTEGER NOT NULL,
      attribution INTEGER NOT NULL,
      events INTEGER NOT NULL,
      cost_nanos INTEGER NOT NULL,
      input INTEGER NOT NULL,
      output INTEGER NOT NULL,
      cache_read INTEGER NOT NULL,
      cache_write_5m INTEGER NOT NULL,
      cache_write_1h INTEGER NOT NULL,
      reasoning INTEGER NOT NULL,
      web_searches INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL,
      PRIMARY KEY (slot, attribution)
    ) STRICT, WITHOUT ROWID;
  `);
}

/** Quotas: what providers said of them. Empty text: not said. */
function third(db: Database): void {
  db.exec(`
    CREATE TABLE observed_quota (
      provider TEXT NOT NULL,
      subscription TEXT NOT NULL,
      window TEXT NOT NULL,
      meter TEXT NOT NULL,
      used_percent REAL,
      used REAL,
      quota_limit REAL,
      resets_at_ms INTEGER,
      as_of_ms INTEGER NOT NULL,
      source TEXT NOT NULL,
      confidence TEXT NOT NULL,
      PRIMARY KEY (provider, subscription, window, meter)
    ) STRICT, WITHOUT ROWID;
  `);
}

/** Budgets: what enforcing them has to remember, and the audit trail. */
function fourth(db: Database): void {
  db.exec(`
    -- Runs, overrides and alerts by their ids; the value is JSON.
    CREATE TABLE kept (
      family TEXT NOT NULL,
      id TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (family, id)
    ) STRICT, WITHOUT ROWID;

    -- Only ever added to; hash binds an entry to the one before it.
    CREATE TABLE audit (
      seq INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      detail TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
  `);
}

/**
 * Usage that rolls up several requests (JSON, see `partsText`; NULL: of one), and what a reader remembers. Up to here an id was
 * one call, whoever reused it: those that were counted so must not count again. A call has the earliest instant of all that
 * were taken for it; when the latest of them was written, only the logs' times tell.
 */
function fifth(db: Database): void {
  db.exec(`
    ALTER TABLE event ADD COLUMN parts TEXT;
    ALTER TABLE file_cursor ADD COLUMN state TEXT;
    INSERT INTO meta SELECT 'reused_from_ms', CAST(CAST(max(ms) AS INTEGER) + 1 AS TEXT) FROM (
      SELECT at_ms AS ms FROM event
      UNION ALL SELECT (slot + 1) * ${slotMs} FROM settled_rollup
      UNION ALL SELECT mtime_ms FROM file_cursor
    ) HAVING max(ms) IS NOT NULL;
  `);
}

/** A position is JSON of the kind of file that is read. Doubles go through JavaScript: SQLite's JSON would round a file's time. */
function sixth(db: Database): void {
  const former = db.exec('SELECT * FROM file_cursor')[0]?.values ?? [];
  db.exec(`
    DROP TABLE file_cursor;
    CREATE TABLE cursor (
      source TEXT NOT NULL,
      file TEXT NOT NULL,
      position TEXT NOT NULL,
      state TEXT,
      skipped INTEGER NOT NULL,
      PRIMARY KEY (source, file)
    ) STRICT, WITHOUT ROWID;
  `);
  for (const [file, source, identity, size, mtimeMs, offset, head, headBytes, skipped, state] of former) {
    const position = JSON.stringify({ identity, size, mtimeMs, offset, head, headBytes });
    db.run('INSERT INTO cursor VALUES (?, ?, ?, ?, ?)', [source, file, position, state, skipped].map(orNull));
  }
}

function orNull(value: SqlValue | undefined): SqlValue {
  return value ?? null;
}

const migrations: readonly Migration[] = [first, second, third, fourth, fifth, sixth];

export const schemaVersion = migrations.length;

/** From the version the database has to this one, in one transaction. */
export function migrate(db: Database, version: number): void {
  if (version >= schemaVersion) return;
  db.exec('BEGIN');
  for (const migration of migrations.slice(version)) migration(db);
  db.exec(`PRAGMA user_version = ${schemaVersion}; COMMIT`);
}
