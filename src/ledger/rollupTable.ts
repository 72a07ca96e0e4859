/**
 * Exact sums per quarter of an hour and attribution. Changes are gathered per transaction and written once per row.
 * A row whose last event has moved away is removed.
 */
import type { Database, Statement } from 'sql.js';
import type { EventCopy } from './eventCopy';
import { slotMs } from './schema';

/** What is summed, in the order of the table's columns. */
export const sumColumns = [
  'events',
  'cost_nanos',
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'reasoning',
  'web_searches',
  'duration_ms',
] as const;

/** In the order of `sumColumns`. */
function noSums() {
  return {
    events: 0,
    costNanos: 0,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    reasoning: 0,
    webSearches: 0,
    durationMs: 0,
  };
}
type Sums = ReturnType<typeof noSums>;

const attributionSpan = 2 ** 26;

export class RollupTable {
  readonly #upsert: Statement;
  readonly #prune: Statement;
  readonly #changes = new Map<number, Sums>();

  constructor(db: Database) {
    const add = sumColumns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');
    this.#upsert = db.prepare(
      `INSERT INTO rollup VALUES (?, ?${', ?'.repeat(sumColumns.length)}) ON CONFLICT DO UPDATE SET ${add}`,
    );
    this.#prune = db.prepare('DELETE FROM rollup WHERE slot = ? AND attribution = ? AND events = 0');
  }

  /** `sign` 1 counts the event, -1 takes it out again. */
  change(event: EventCopy, attribution: number, sign: 1 | -1): void {
    const key = Math.floor(event.atMs / slotMs) * attributionSpan + attribution;
    let sums = this.#changes.get(key);
    if (sums === undefined) {
      sums = noSums();
      this.#changes.set(key, sums);
    }
    sums.events += sign;
    sums.costNanos += sign * (event.costNanos ?? 0);
    sums.input += sign * event.input;
    sums.output += sign * event.output;
    sums.cacheRead += sign * event.cacheRead;
    sums.cacheWrite5m += sign * event.cacheWrite5m;
    sums.cacheWrite1h += sign * event.cacheWrite1h;
    sums.reasoning += sign * event.reasoning;
    sums.webSearches += sign * event.webSearches;
    sums.durationMs += sign * (event.durationMs ?? 0);
  }

  flush(): void {
    for (const [key, sums] of this.#changes) {
      const values = Object.values(sums);
      if (values.every((value) => value === 0)) continue;
      const slot = Math.floor(key / attributionSpan);
      const attribution = key - slot * attributionSpan;
      this.#upsert.run([slot, attribution, ...values]);
      if (sums.events < 0) this.#prune.run([slot, attribution]);
    }
    this.#changes.clear();
  }

  discard(): void {
    this.#changes.clear();
  }
}
