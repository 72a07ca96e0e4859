/**
 * Counts copies of calls exactly once: finds what is stored of each call, merges by `domain/merge`, keeps the roll-up
 * in step. Works on the copies of one transaction together, so that the many copies of a call cost one write, and
 * expects calls to be new: only when the insert finds its place taken is anything looked up.
 */
import { better, sameCall } from '../../domain/merge';
import type { Rating } from '../../protocol/event';
import { overflowKey, rowsPerBase } from './callKey';
import type { AttributionInterner } from './attributionSet';
import { callCopyOf, equalMeasure, type EventRow } from './storedEvent';

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

/** What became of a copy. Answers its rating when asked, which nobody does of what was read from logs. */
export class EventOutcome {
  readonly outcome: 'new' | 'duplicate' | 'improved';
  readonly #row: EventRow;

  constructor(outcome: EventOutcome['outcome'], row: EventRow) {
    this.outcome = outcome;
    this.#row = row;
  }

  /** The one now in force; of a compacted call, whose rating is not kept, the one that came with this copy. */
  get rating(): Rating {
    return this.#row.attribution.rating(this.#row.costNanos);
  }
}

/** What is, or is to be, stored at one base. */
interface Family {
  /** By ordinal. */
  rows: EventRow[];
  /** By ordinal: what the table holds. */
  stored: EventRow[];
  /** Whether `rows` began with what the table holds. */
  loaded: boolean;
  /** Places of the copies that were taken: to begin again once the family is loaded. */
  taken: number[];
}

export class Counting {
  readonly #events: CallPlaces;
  readonly #rollup: RunningSums;
  readonly #attributions: AttributionInterner;
  /** What is from before this instant and not known is taken for counted: its mark may be lost, its sum is not. */
  readonly #closedBeforeMs: number;
  /** What this round is to store, by base: nearly always a lone copy, of which its place says all there is to say. */
  readonly #bases = new Map<number, number | Family>();
  /** By place. */
  #copies: EventRow[] = [];
  /** Places of the copies whose base is full, for the next round. */
  #overflow: number[] = [];
  /** By place. */
  #outcomes: EventOutcome[] = [];
  #added = 0;

  constructor(events: CallPlaces, rollup: RunningSums, attributions: AttributionInterner, closedBeforeMs: number) {
    this.#closedBeforeMs = closedBeforeMs;
    this.#events = events;
    this.#rollup = rollup;
    this.#attributions = attributions;
  }

  /** Outcomes in the order of `copies`, and how many calls came to be. Inside a transaction; the roll-up is not flushed. */
  count(copies: readonly EventRow[]): { outcomes: EventOutcome[]; added: number } {
    this.#copies = [...copies];
    this.#outcomes = [];
    this.#added = 0;
    for (let places = copies.map((_, place) => place); places.length > 0; places = this.#overflow) this.#round(places);
    const counted = { outcomes: this.#outcomes, added: this.#added };
    this.#copies = [];
    this.#outcomes = [];
    return counted;
  }

  /** By callbacks: a loop over so many is compiled, with all that it calls, while it runs, and then once more. */
  #round(places: readonly number[]): void {
    this.#bases.clear();
    this.#overflow = [];
    places.forEach((place) => {
      this.#take(place);
    });
    this.#bases.forEach((known) => {
      if (typeof known === 'object') this.#storeFamily(known);
      else this.#storeLone(known);
    });
    this.#bases.clear();
  }

  #take(place: number): void {
    const copy = this.#copyAt(place);
    const known = this.#bases.get(copy.base);
    if (known === undefined && copy.atMs >= this.#closedBeforeMs) {
      this.#bases.set(copy.base, place);
      this.#outcomes[place] = new EventOutcome('new', copy);
    } else this.#join(typeof known === 'object' ? known : this.#familyOf(copy.base, known), place, copy);
  }

  /** Of a base that had one copy, or none. */
  #familyOf(base: number, place: number | undefined): Family {
    const taken = place === undefined ? [] : [place];
    const family: Family = { rows: taken.map((one) => this.#copyAt(one)), stored: [], loaded: false, taken };
    this.#bases.set(base, family);
    return family;
  }

  #join(family: Family, place: number, copy: EventRow): void {
    let known = findCall(family.rows, copy);
    if (known === undefined && family.rows.length >= rowsPerBase) {
      if (!family.loaded) this.#load(family, copy.base);
      known = findCall(family.rows, copy);
      if (known === undefined && family.rows.length >= rowsPerBase) {
        this.#copies[place] = { ...copy, ...overflowKey(copy, copy.request) };
        this.#overflow.push(place);
        return;
      }
    }
    if (known === undefined && copy.atMs < this.#closedBeforeMs) {
      if (!family.loaded) this.#load(family, copy.base);
      known = findCall(family.rows, copy);
      if (known === undefined) {
        this.#outcomes[place] = new EventOutcome('duplicate', copy);
        return;
      }
    }
    family.taken.push(place);
    if (known === undefined) {
      const row = family.rows.length === 0 ? copy : { ...copy, ordinal: family.rows.length };
      family.rows.push(row);
      this.#outcomes[place] = new EventOutcome('new', row);
      return;
    }
    const merged = known.compacted ? known : this.#merge(known, copy);
    family.rows[known.ordinal] = merged;
    const inForce = known.compacted ? copy : merged;
    this.#outcomes[place] = new EventOutcome(merged === known ? 'duplicate' : 'improved', inForce);
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
      base: known.base,
      check: known.check,
      request,
      atMs,
      attribution: this.#attributions.combine(measure.attribution, attribution.attribution),
      input: measure.input,
      output: measure.output,
      cacheRead: measure.cacheRead,
      cacheWrite5m: measure.cacheWrite5m,
      cacheWrite1h: measure.cacheWrite1h,
      reasoning: measure.reasoning,
      webSearches: measure.webSearches,
      costNanos: measure.costNanos,
      durationMs: measure.durationMs,
      traits: attribution.traits,
      parts: measure.parts,
      ordinal: known.ordinal,
      compacted: false,
    };
  }

  /** Begins again with what the table holds. */
  #load(family: Family, base: number): void {
    const { taken } = family;
    family.taken = [];
    family.loaded = true;
    family.stored = this.#events.family(base);
    family.rows = [...family.stored];
    for (const place of taken) this.#join(family, place, this.#copyAt(place));
  }

  #storeLone(place: number): void {
    const copy = this.#copyAt(place);
    if (this.#insert(copy)) return;
    const family = this.#familyOf(copy.base, place);
    this.#load(family, copy.base);
    this.#storeFamily(family);
  }

  #storeFamily(family: Family): void {
    const first = family.rows[0];
    if (first === undefined) return;
    if (!family.loaded) {
      if (this.#insert(first)) family.stored.push(first);
      else this.#load(family, first.base);
    }
    for (const row of family.rows) {
      const stored = family.stored[row.ordinal];
      if (row === stored) continue;
      if (stored === undefined) {
        if (!this.#insert(row)) throw new Error('the place of a new event is taken');
      } else {
        this.#rollup.change(stored, -1);
        this.#events.update(row);
        this.#rollup.change(row, 1);
      }
    }
  }

  /** Counts it, too; false when its place is taken. */
  #insert(row: EventRow): boolean {
    if (!this.#events.insert(row)) return false;
    this.#rollup.change(row, 1);
    this.#added += 1;
    return true;
  }

  #copyAt(place: number): EventRow {
    const copy = this.#copies[place];
    if (copy === undefined) throw new Error('there is no copy at this place');
    return copy;
  }
}

function findCall(rows: readonly EventRow[], copy: EventRow): EventRow | undefined {
  if (rows.length === 0) return undefined;
  const arrived = callCopyOf(copy);
  return rows.find((row) => row.check === copy.check && sameCall(callCopyOf(row), arrived));
}
