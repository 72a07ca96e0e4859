/** The tables as the first version made them. Frozen: ledgers like this are on disks. */
export const schemaV1 = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE segment (name TEXT PRIMARY KEY, covered INTEGER NOT NULL, ended INTEGER) STRICT, WITHOUT ROWID;

  CREATE TABLE dictionary (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;

  CREATE TABLE attribution (
    id INTEGER PRIMARY KEY,
    provider INTEGER, model INTEGER, source INTEGER, project INTEGER, agent INTEGER, agent_type INTEGER,
    task INTEGER, task_type INTEGER, run INTEGER, plan INTEGER, session INTEGER, user INTEGER, team INTEGER,
    tags INTEGER, status INTEGER,
    modifiers INTEGER, pricing INTEGER, matched_model INTEGER, price_version INTEGER
  ) STRICT;

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
`;
