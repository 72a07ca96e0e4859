/**
 * Counts copies of calls exactly once: finds what is stored of each call, merges by `domain/merge`, keeps the roll-up
 * in step. Works on the copies of one transaction together, so that the many copies of a call cost one write, and
 * expects calls to be new: only when the insert finds its place taken is anything looked up.
 */
import { better, sameCall } from '../domain/merge';
import type { Rating } from '../protocol/event';
import { overflowKey, rowsPerBase } from './callKey';
import type { CircumstanceTable } from './circumstances';
import { callCopyOf, equalMeasure, type EventCopy } from './eventCopy';
import type { EventRow, EventTable } from './eventTable';
import type { RollupTable } from './rollupTable';

export interface EventOutcome {
  outcome: 'new' | 'duplicate' | 'improved';
  /** The one now in force. */
  rating: Rating;
}

/** What is, or is to be, stored at one base. */
interface Family {
  /** By ordinal. `stored`: what the table holds; `null` when it holds nothing there. */
  rows: { row: EventRow; stored: EventRow | null }[];
  /** Whether `rows` began with what the table holds. */
  loaded: boolean;
  queued: boolean;
  /** What was taken, and its place in the batch: to begin again once the family is loaded. */
  taken: { copy: EventCopy; place: number }[];
}

export class Counting {
  readonly #events: EventTable;
  readonly #rollup: RollupTable;
  readonly #circumstances: CircumstanceTable;
  readonly #families = new Map<number, Family>();
  readonly #queue: Family[] = [];
  #outcomes: EventOutcome[] = [];
  #added = 0;

  constructor(events: EventTable, rollup: RollupTable, circumstances: CircumstanceTable) {
    this.#events = events;
    this.#rollup = rollup;
    this.#circumstances = circumstances;
  }

  /** Outcomes in the order of `copies`, and how many calls came to be. Inside a transaction; the roll-up is not flushed. */
  count(copies: readonly EventCopy[]): { outcomes: EventOutcome[]; added: number } {
    this.#outcomes = new Array<EventOutcome>(copies.length);
    this.#added = 0;
    this.#families.clear();
    this.#queue.length = 0;
    copies.forEach((copy, place) => {
      this.#take(copy, place);
    });
    // An array's iterator also visits what storing a family adds: the overflow of a full one.
    for (const family of this.#queue) this.#store(family);
    return { outcomes: this.#outcomes, added: this.#added };
  }

  #take(copy: EventCopy, place: number): void {
    let family = this.#families.get(copy.base);
    if (family === undefined) {
      family = { rows: [], loaded: false, queued: false, taken: [] };
      this.#families.set(copy.base, family);
    }
    const { rows } = family;
    let known = rows.length === 0 ? undefined : findCall(rows, copy);
    if (known === undefined && rows.length >= rowsPerBase && !family.loaded) {
      this.#load(family, copy.base);
      known = findCall(family.rows, copy);
    }
    if (known === undefined && family.rows.length >= rowsPerBase) {
      this.#take({ ...copy, ...overflowKey(copy, copy.request) }, place);
      return;
    }
    family.taken.push({ copy, place });
    if (!family.queued) {
      family.queued = true;
      this.#queue.push(family);
    }
    if (known === undefined) {
      const row: EventRow = { ...copy, ordinal: family.rows.length, settled: false };
      family.rows.push({ row, stored: null });
      this.#outcomes[place] = { outcome: 'new', rating: row.circumstances.rating(row.costNanos) };
      return;
    }
    const merged = known.row.settled ? known.row : this.#merge(known.row, copy);
    const outcome = merged === known.row ? 'duplicate' : 'improved';
    known.row = merged;
    this.#outcomes[place] = { outcome, rating: merged.circumstances.rating(merged.costNanos) };
  }

  /** The same object when the copy changes nothing. */
  #merge(known: EventRow, arrived: EventCopy): EventRow {
    const choice = better(callCopyOf(known), callCopyOf(arrived), equalMeasure(known, arrived));
    const measure = choice.measure === 'arrived' ? arrived : known;
    const attribution = choice.attribution === 'arrived' ? arrived : known;
    const request = choice.request === 'arrived' ? arrived.request : known.request;
    const atMs = Math.min(known.atMs, arrived.atMs);
    if (measure === known && attribution === known && request === known.request && atMs === known.atMs) return known;
    return {
      ...measure,
      ordinal: known.ordinal,
      settled: false,
      request,
      atMs,
      traits: attribution.traits,
      circumstances: this.#circumstances.combine(measure.circumstances, attribution.circumstances),
    };
  }

  /** Begins again with what the table holds. */
  #load(family: Family, base: number): void {
    const { taken } = family;
    family.taken = [];
    family.loaded = true;
    family.rows = this.#events.family(base).map((row) => ({ row, stored: row }));
    for (const { copy, place } of taken) this.#take(copy, place);
  }

  #store(family: Family): void {
    const first = family.rows[0];
    if (first === undefined) return;
    if (!family.loaded) {
      family.loaded = true;
      if (this.#events.insert(first.row)) this.#counted(first);
      else this.#load(family, first.row.base);
    }
    family.queued = false;
    for (const entry of family.rows) {
      const { row, stored } = entry;
      if (row === stored) continue;
      if (stored === null) {
        if (!this.#events.insert(row)) throw new Error('the place of a new event is taken');
        this.#counted(entry);
        continue;
      }
      this.#rollup.change(stored, this.#circumstances.idOf(stored.circumstances), -1);
      this.#events.update(row);
      this.#rollup.change(row, this.#circumstances.idOf(row.circumstances), 1);
      entry.stored = row;
    }
  }

  #counted(entry: Family['rows'][number]): void {
    this.#rollup.change(entry.row, this.#circumstances.idOf(entry.row.circumstances), 1);
    entry.stored = entry.row;
    this.#added += 1;
  }
}

function findCall(rows: Family['rows'], copy: EventCopy): Family['rows'][number] | undefined {
  const arrived = callCopyOf(copy);
  return rows.find(({ row }) => row.check === copy.check && sameCall(callCopyOf(row), arrived));
}
