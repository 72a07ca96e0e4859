/**
 * The state of a ledger that began with nothing, without a database: its events, by the same rules as `LedgerStore`, and
 * what the status bar and budgets ask of them. It takes nothing but events and reading positions; for whatever else there
 * has to be a database (`filling.ts`), which gets what was taken here in the same order.
 */
import { cursorKey, type FileCursor } from '../protocol/event';
import type { ObservedQuota } from '../protocol/quota';
import { CallsInMemory, SumsInMemory } from './callsInMemory';
import { CircumstanceBook } from './tables/circumstances';
import { Counting, type EventOutcome } from './tables/counting';
import type { EventRow } from './tables/eventCopy';
import type { KeptRows } from './tables/keptTable';
import type { EventsRecord } from './journal/record';
import { doubtfulSums, grainsOf, lastEventMsOf, querySums, type SumSource } from './sumsQuery';
import type { SumWatch } from './queries/sumWatch';
import type { UsageQueries } from './queries/usageQuery';

export class MemoryStore {
  readonly circumstances = new CircumstanceBook();
  readonly queries: Pick<UsageQueries, 'query' | 'doubtful' | 'grains' | 'lastEventMs'>;
  readonly kept: KeptRows = { all: () => new Map(), entries: () => [], entriesAbout: () => [] };
  /** See LedgerStore: nothing was counted before this version. */
  readonly reusedFromMs = Number.NEGATIVE_INFINITY;
  /** Journal segments, and how many of their bytes are in force here. */
  readonly covered = new Map<string, number>();
  readonly #sums: SumWatch;
  readonly #calls = new CallsInMemory();
  readonly #rollup = new SumsInMemory((event, sign) => this.#sums.note(event, sign));
  readonly #counting = new Counting(this.#calls, this.#rollup, this.circumstances, Number.NEGATIVE_INFINITY);
  /** By file and source. */
  readonly #cursors = new Map<string, FileCursor>();
  #eventCount = 0;

  /** `sums`: told of each change of the sums. */
  constructor(sums: SumWatch) {
    this.#sums = sums;
    const source: SumSource = {
      rows: () => this.#rollup.rows,
      settledRows: () => [],
      events: (fromMs, toMs) => (this.#rollup.hasWithin(fromMs, toMs) ? this.#calls.within(fromMs, toMs) : []),
    };
    this.queries = {
      query: (query) => querySums(source, query),
      doubtful: (interval) => doubtfulSums(source, interval),
      grains: (interval, grainMs, provider) => grainsOf(source, interval, grainMs, provider),
      lastEventMs: (id) => lastEventMsOf(source, id),
    };
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  cursors(): FileCursor[] {
    return [...this.#cursors.values()];
  }

  observedQuotas(): ObservedQuota[] {
    return [];
  }

  priceVersion(): string | null {
    return null;
  }

  /** All of the records or, when it throws, none. Answers the outcomes of each record's events. */
  apply(records: readonly EventsRecord[]): EventOutcome[][] {
    for (const { cursors } of records) {
      if (!cursors.every(isStorable)) throw new TypeError('A reading position has a name that is no text.');
    }
    const { outcomes, added } = this.#count(records.flatMap(({ copies }) => copies));
    for (const { cursors } of records) {
      for (const cursor of cursors) this.#cursors.set(cursorKey(cursor), cursor);
    }
    this.#eventCount += added;
    this.#sums.commit();
    let end = 0;
    return records.map((record) => outcomes.slice(end, (end += record.copies.length)));
  }

  #count(copies: readonly EventRow[]): { outcomes: EventOutcome[]; added: number } {
    try {
      const counted = this.#counting.count(copies);
      this.#calls.keep();
      this.#rollup.keep();
      return counted;
    } catch (error) {
      this.#calls.takeBack();
      this.#rollup.takeBack();
      this.#sums.discard();
      throw error;
    }
  }
}

/** Whether the database would take it. */
function isStorable({ source, file, position, state }: FileCursor): boolean {
  return [source, file, position, state ?? ''].every((text) => typeof text === 'string');
}
