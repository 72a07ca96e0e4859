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

const attributionSpan = 2 ** 26;

export class RollupTable {
  readonly #upsert: Statement;
  readonly #prune: Statement;
  readonly #changes = new Map<number, number[]>();

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
      sums = new Array<number>(sumColumns.length).fill(0);
      this.#changes.set(key, sums);
    }
    const parts = [
      1,
      event.costNanos ?? 0,
      event.input,
      event.output,
      event.cacheRead,
      event.cacheWrite5m,
      event.cacheWrite1h,
      event.reasoning,
      event.webSearches,
      event.durationMs ?? 0,
    ];
    for (let place = 0; place < parts.length; place += 1) sums[place] = (sums[place] ?? 0) + sign * (parts[place] ?? 0);
  }

  flush(): void {
    for (const [key, sums] of this.#changes) {
      if (sums.every((sum) => sum === 0)) continue;
      const slot = Math.floor(key / attributionSpan);
      const attribution = key - slot * attributionSpan;
      this.#upsert.run([slot, attribution, ...sums]);
      if ((sums[0] ?? 0) < 0) this.#prune.run([slot, attribution]);
    }
    this.#changes.clear();
  }

  discard(): void {
    this.#changes.clear();
  }
}
