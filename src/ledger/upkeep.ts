/**
 * Work on what is already stored: new prices, retention, reading the logs again. Each step is one journal record and
 * runs between two groups of appends, so that callers decide how long a step takes and may stop after any of them.
 * Instants are epoch ms UTC; what they mean in 15-minute slots is decided here.
 */
import type { LedgerRecord } from './journal/record';
import { comparisons, rateChanges, type Rater, type RateComparison } from './rerating';
import type { Fold } from './tables/rollupTable';
import { slotMs } from './tables/schema';
import type { LedgerStore } from './tables/store';

type Step<T> = (store: LedgerStore, write: (record: LedgerRecord) => Promise<void>) => Promise<T>;

const eventsPerRerate = 5000;

/** A calendar month whose days are to be forgotten; `middleMs` lies in it whatever the zone. */
export interface FoldedMonth {
  startMs: number;
  endMs: number;
  middleMs: number;
}

/** A part of all events, compared with what present prices say. `next`: where the next part begins, `null` at the end. */
export interface RepriceStep {
  compared: RateComparison[];
  looked: number;
  next: number | null;
}

export class Upkeep {
  readonly #alone: <T>(step: Step<T>) => Promise<T>;

  constructor(alone: <T>(step: Step<T>) => Promise<T>) {
    this.#alone = alone;
  }

  /**
   * Rates again what is unpriced or estimated, and nothing else; answers how many events changed. The events it hands
   * out carry a stand-in for their key, of which only a hash is known.
   */
  async rerate(rate: Rater, priceVersion: string): Promise<number> {
    if ((await this.#alone((store) => Promise.resolve(store.priceVersion()))) === priceVersion) return 0;
    let changed = 0;
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      after = await this.#alone(async (store, write) => {
        const rows = store.doubtfulRows(from, eventsPerRerate);
        const last = rows.length < eventsPerRerate;
        const changes = rateChanges(rows, rate, store.attributions);
        if (last || changes.length > 0) {
          await write({ kind: 'rates', changes, priceVersion: last ? priceVersion : null });
        }
        changed += changes.length;
        return behind(rows, eventsPerRerate);
      });
    }
    return changed;
  }

  /**
   * What the next `most` events behind `after` that were not reported would cost by these prices, and, with `apply`,
   * do from now on. Of those only that came to another cost or kind of pricing; begins with `after` 0.
   */
  reprice(rate: Rater, priceVersion: string, after: number, most: number, apply: boolean): Promise<RepriceStep> {
    return this.#alone(async (store, write) => {
      const rows = store.rowsRatedOtherwise(priceVersion, after, most);
      const changes = rateChanges(rows, rate, store.attributions);
      const { compared, differing } = comparisons(rows, changes);
      if (apply && differing.length > 0) await write({ kind: 'reprice', changes: differing });
      return { compared, looked: rows.length, next: behind(rows, most) };
    });
  }

  /** The oldest `most` events from before an instant lose their details; answers how many did. */
  compact(beforeMs: number, most: number): Promise<number> {
    return this.#alone(async (store, write) => {
      const count = store.countOlder(beforeMs, most);
      if (count > 0) await write({ kind: 'compact', beforeMs, most: count });
      return count;
    });
  }

  /** Up to `most` sums of compacted events in a month lose their days; answers how many did. */
  fold(month: FoldedMonth, most: number): Promise<number> {
    return this.#alone(async (store, write) => {
      const fold: Fold = {
        from: Math.ceil(month.startMs / slotMs),
        to: Math.ceil(month.endMs / slotMs),
        into: Math.floor(month.middleMs / slotMs),
        most,
      };
      const count = store.foldable(fold);
      if (count > 0) await write({ kind: 'fold', fold: { ...fold, most: count } });
      return count;
    });
  }

  /** Begin of the first slot from an instant on that has compacted events. */
  firstCompactedMs(fromMs: number): Promise<number | null> {
    return this.#alone((store) => {
      const slot = store.firstCompactedSlot(Math.ceil(fromMs / slotMs));
      return Promise.resolve(slot === null ? null : slot * slotMs);
    });
  }

  /** When retention last came to its end. */
  async retentionRunMs(): Promise<number | null> {
    const text = await this.#alone((store) => Promise.resolve(store.note('retention_run_ms')));
    return text === null ? null : Number(text);
  }

  noteRetentionRun(atMs: number): Promise<void> {
    return this.#alone((_, write) => write({ kind: 'note', key: 'retention_run_ms', value: String(atMs) }));
  }

  /** Makes every log be read again from its beginning. What is counted stays counted. */
  forgetCursors(): Promise<void> {
    return this.#alone((_, write) => write({ kind: 'reread' }));
  }
}

/** Where the next part begins; `null`: there were fewer than `most`, and nothing is behind them. */
function behind(rows: readonly { id: number }[], most: number): number | null {
  return rows[most - 1]?.id ?? null;
}
