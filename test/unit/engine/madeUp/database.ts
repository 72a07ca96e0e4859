/** A made-up agent with a SQLite file, of which it only ever adds rows. */
import type { DatabaseReader, ReadOnlyDatabase, Sink, Source } from '../../../../src/sources/source';
import { usageEvent } from '../../../../src/sources/usageEvent';

const source = 'made-up-database';
const rowsAtOnce = 2;

interface Call {
  seq: number;
  id: string;
  at_ms: number;
  model: string;
  output: number;
}

class Calls implements DatabaseReader {
  readonly kind = 'database';
  private last: number;

  constructor(state: string | null) {
    this.last = Number(state ?? 0);
  }

  rows(database: ReadOnlyDatabase, out: Sink): boolean {
    const query = 'SELECT seq, id, at_ms, model, output FROM call WHERE seq > ? ORDER BY seq LIMIT ?';
    const rows = database.select(query, [this.last, rowsAtOnce]) as unknown as Call[];
    for (const { seq, id, at_ms: atMs, model, output } of rows) {
      out.event(usageEvent({ source, key: { namespace: source, call: id }, atMs, model, tokens: { output } }));
      this.last = seq;
    }
    return rows.length === rowsAtOnce;
  }

  state(): string {
    return String(this.last);
  }
}

export const madeUpDatabase: Source = {
  id: source,
  label: 'Made-up Database',
  roots: ({ home, path }) =>
    home === undefined ? [] : [{ directory: path.join(home, '.made-up', 'database'), below: [] }],
  includes: (place) => place.join('/') === 'calls.db',
  open: ({ state }) => new Calls(state),
};
