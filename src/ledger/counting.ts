/**
 * Counts copies of calls exactly once: finds what is stored of each call, merges by `domain/merge`, keeps the roll-up
 * in step. Works on the copies of one transaction together, so that the many copies of a call cost one write, and
 * expects calls to be new: only when the insert finds its place taken is anything looked up.
 */
import { better, sameCall } from '../domain/merge';
import type { Rating } from '../protocol/event';
import { overflowKey, rowsPerBase } from './callKey';
import type { CircumstanceBook } from './circumstances';
import { callCopyOf, equalMeasure, type EventRow } from './eventCopy';

/** Where calls are stored: those of one base by ordinal. */
export interface CallPlaces {
  /** False when the place is taken, and then nothing is written. */
  insert(row: EventRow): boolean;
  update(row: EventRow): void;
  /** Everything stored at one base, in order of ordinal. */
  family(base: number): EventRow[];
}

export interface RunningSums {
  /** `sign` 1 counts the event, -1 takes it out again. */
  change(row: EventRow, sign: 1 | -1): void;
}

export interface EventOutcome {
  readonly outcome: 'new' | 'duplicate' | 'improved';
  /** The one now in force; of a settled call, whose rating is not kept, the one that came with this copy. */
  readonly rating: Rating;
}

/** What is, or is to be, stored at one base. */
interface Family {
  /** By ordinal. */
  rows: EventRow[];
  /** By ordinal: what the table holds. */
  stored: EventRow[];
  /** Whether `rows` began with what the table holds. */
  loaded: boolean;
  queued: boolean;
  /** What was taken, by its place among the outcomes: to begin again once the family is loaded. */
  taken: [place: number, copy: EventRow][];
}

export class Counting {
  readonly #events: CallPlaces;
  readonly #rollup: RunningSums;
  readonly #circumstances: CircumstanceBook;
  /** What is from before this instant and not known is taken for counted: its mark may be lost, its sum is not. */
  readonly #closedBeforeMs: number;
  readonly #families = new Map<number, Family>();
  #queue: Family[] = [];
  #outcomes: EventOutcome[] = [];
  #added = 0;

  constructor(events: CallPlaces, rollup: RunningSums, circumstances: CircumstanceBook, closedBeforeMs: number) {
    this.#closedBeforeMs = closedBeforeMs;
    this.#events = events;
    this.#rollup = rollup;
    this.#circumstances = circumstances;
  }

  /** Outcomes in the order of `copies`, and how many calls came to be. Inside a transaction; the roll-up is not flushed. */
  count(copies: readonly EventRow[]): { outcomes: EventOutcome[]; added: number } {
    this.#outcomes = [];
    this.#added = 0;
    this.#queue = [];
    this.#families.clear();
    for (const [place, copy] of copies.entries()) this.#take(place, copy);
    // An array's iterator also visits what storing a family adds: the overflow of a full one.
    for (const family of this.#queue) this.#store(family);
    this.#families.clear();
    this.#queue = [];
    return { outcomes: this.#outcomes, added: this.#added };
  }

  #take(place: number, copy: EventRow): void {
    let family = this.#families.get(copy.base);
    if (family === undefined) {
      family = { rows: [], stored: [], loaded: false, queued: false, taken: [] };
      this.#families.set(copy.base, family);
    }
    let known = findCall(family.rows, copy);
    if (known === undefined && family.rows.length >= rowsPerBase) {
      if (!family.loaded) this.#load(family, copy.base);
      known = findCall(family.rows, copy);
      if (known === undefined && family.rows.length >= rowsPerBase) {
        this.#take(place, { ...copy, ...overflowKey(copy, copy.request) });
        return;
      }
    }
    if (known === undefined && copy.atMs < this.#closedBeforeMs) {
      if (!family.loaded) this.#load(family, copy.base);
      known = findCall(family.rows, copy);
      if (known === undefined) {
        this.#outcomes[place] = outcomeOf('duplicate', copy);
        return;
      }
    }
    family.taken.push([place, copy]);
    if (!family.queued) {
      family.queued = true;
      this.#queue.push(family);
    }
    if (known === undefined) {
      const row = family.rows.length === 0 ? copy : { ...copy, ordinal: family.rows.length };
      family.rows.push(row);
      this.#outcomes[place] = outcomeOf('new', row);
      return;
    }
    const merged = known.settled ? known : this.#merge(known, copy);
    family.rows[known.ordinal] = merged;
    const inForce = known.settled ? copy : merged;
    this.#outcomes[place] = outcomeOf(merged === known ? 'duplicate' : 'improved', inForce);
  }

  /** The same object when the copy changes nothing. */
  #merge(known: EventRow, arrived: EventRow): EventRow {
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
    family.stored = this.#events.family(base);
    family.rows = [...family.stored];
    for (const [place, copy] of taken) this.#take(place, copy);
  }

  #store(family: Family): void {
    const first = family.rows[0];
    if (first === undefined) return;
    if (!family.loaded) {
      family.loaded = true;
      if (this.#events.insert(first)) this.#counted(family, first);
      else this.#load(family, first.base);
    }
    family.queued = false;
    for (const row of family.rows) {
      const stored = family.stored[row.ordinal];
      if (row === stored) continue;
      if (stored === undefined) {
        if (!this.#events.insert(row)) throw new Error('the place of a new event is taken');
        this.#counted(family, row);
        continue;
      }
      this.#rollup.change(stored, -1);
      this.#events.update(row);
      this.#rollup.change(row, 1);
      family.stored[row.ordinal] = row;
    }
  }

  #counted(family: Family, row: EventRow): void {
    this.#rollup.change(row, 1);
    family.stored[row.ordinal] = row;
    this.#added += 1;
  }
}

function findCall(rows: readonly EventRow[], copy: EventRow): EventRow | undefined {
  if (rows.length === 0) return undefined;
  const arrived = callCopyOf(copy);
  return rows.find((row) => row.check === copy.check && sameCall(callCopyOf(row), arrived));
}

function outcomeOf(outcome: EventOutcome['outcome'], row: EventRow): EventOutcome {
  return { outcome, rating: row.circumstances.rating(row.costNanos) };
}
