/**
 * What has been spent of each budget's period, as running counts beside the ledger. Seeded by asking the ledger, then fed
 * with every event that comes into its sums or leaves them; so a count always equals what the ledger would answer, and
 * a request is judged without asking it. A period's counts are asked for anew when the clock leaves it, back or forth.
 * Counts of runs, plans and sessions are asked for when first needed: of most, nothing is there yet.
 */
import type { Interval } from '../../protocol/query';
import {
  addSums,
  countedValue,
  counterKey,
  fieldsOfScope,
  instanceOf,
  isClockPeriod,
  noSums,
  type ClockPeriod,
  type CounterSpec,
  type Subject,
  type SubjectField,
  type Sums,
  type TierOf,
} from './budgetScope';
import type { BudgetCalendar } from '../time/budgetPeriod';
import type { Standing } from './budgetStanding';
import { keepLatest } from './keepLatest';

/** The ledger, as it is asked. */
export interface SpendSource {
  /** Sums of an interval by the subjects that these fields tell apart; of those where every one of `where` is equal. */
  sums(
    interval: Interval,
    by: readonly SubjectField[],
    where: Partial<Record<SubjectField, string>>,
  ): Iterable<{ subject: Subject; sums: Sums }>;
}

/** An event that came into the sums (1) or left them (-1). */
export interface SpendChange {
  atMs: number;
  subject: Subject;
  sums: Sums;
  sign: 1 | -1;
}

/** One count of a counter. */
export interface Place {
  counter: Counter;
  value: string;
  instance: string;
}

/** A budget's count as it stands in its period. */
type Counted = Pick<Standing, 'budget' | 'value' | 'instance' | 'interval'>;

/** Counts of one scope and period; made and fed by a `SpendBook`. */
export interface Counter {
  readonly key: string;
  readonly spec: CounterSpec;
  /** By value and instance. */
  readonly counts: Map<string, Sums>;
}

const mostInstances = 20_000;
const always: Interval = { startMs: -8.64e15, endMs: 8.64e15 };

export class SpendBook {
  readonly #source: SpendSource;
  readonly #tierOf: TierOf;
  #calendar: BudgetCalendar;
  #counters = new Map<string, Counter>();
  /** Of which interval the counts of a clock period are. */
  readonly #seeded = new Map<ClockPeriod, Interval>();
  /** Circumstances are few and come again. */
  #matches = new WeakMap<Subject, readonly { counter: Counter; value: string }[]>();

  constructor(source: SpendSource, calendar: BudgetCalendar, tierOf: TierOf) {
    this.#source = source;
    this.#calendar = calendar;
    this.#tierOf = tierOf;
  }

  get calendar(): BudgetCalendar {
    return this.#calendar;
  }

  /** Counts from now on what these need; what was counted already stays counted. */
  count(specs: readonly CounterSpec[], calendar: BudgetCalendar = this.#calendar): void {
    const kept = new Map<string, Counter>();
    let added = false;
    for (const spec of specs) {
      const key = counterKey(spec);
      const known = this.#counters.get(key);
      added ||= known === undefined;
      kept.set(key, known ?? { key, spec, counts: new Map() });
    }
    this.#counters = kept;
    this.#matches = new WeakMap();
    const otherZone = calendar.zone !== this.#calendar.zone;
    this.#calendar = calendar;
    if (added || otherZone) this.#seeded.clear();
  }

  /** The ledger was read anew, or a tier changed: everything is asked for again. */
  forget(): void {
    this.#seeded.clear();
    this.#matches = new WeakMap();
    for (const { counts } of this.#counters.values()) counts.clear();
  }

  counter(spec: CounterSpec): Counter {
    const counter = this.#counters.get(counterKey(spec));
    if (counter === undefined) throw new Error(`nothing counts ${counterKey(spec)}`);
    return counter;
  }

  /** Events from before this instant change no count. */
  fromMs(nowMs: number): number {
    let from = nowMs;
    for (const { spec, counts } of this.#counters.values()) {
      if (isClockPeriod(spec.period)) from = Math.min(from, this.#calendar.at(spec.period, nowMs).startMs);
      else if (counts.size > 0) return Number.NEGATIVE_INFINITY;
    }
    for (const { startMs } of this.#seeded.values()) from = Math.min(from, startMs);
    return from;
  }

  feed({ atMs, subject, sums, sign }: SpendChange): void {
    for (const { counter, value } of this.#matchesOf(subject)) {
      const { period } = counter.spec;
      if (isClockPeriod(period)) {
        const interval = this.#seeded.get(period);
        if (interval === undefined || atMs < interval.startMs || atMs >= interval.endMs) continue;
        addSums(countAt(counter, value), sums, sign);
      } else if (period === 'session') feedSessions(counter, value, atMs, sums, sign);
      else {
        const known = counter.counts.get(countKey(value, instanceOf(period, subject, 0) ?? ''));
        if (known !== undefined) addSums(known, sums, sign);
      }
    }
  }

  /** Wherever a subject is counted; nothing is, of single requests. */
  everyPlaceOf(subject: Subject, sessionStartMs: number): Place[] {
    return [...this.#counters.values()].flatMap((counter) =>
      counter.spec.period === 'request' ? [] : (this.placeOf(counter, subject, sessionStartMs) ?? []),
    );
  }

  /** Where this counter counts a subject; `null`: nowhere. */
  placeOf(counter: Counter, subject: Subject, sessionStartMs: number): Place | null {
    const value = countedValue(counter.spec, subject, this.#tierOf);
    const instance = instanceOf(counter.spec.period, subject, sessionStartMs);
    return value === null || instance === null ? null : { counter, value, instance };
  }

  /** A live count: read it, do not keep it. */
  spent({ counter, value, instance }: Place, nowMs: number): Readonly<Sums> {
    const { period } = counter.spec;
    if (period === 'request') return nothing;
    if (isClockPeriod(period)) {
      this.#bringUpToDate(period, nowMs);
      return counter.counts.get(countKey(value, '')) ?? nothing;
    }
    return counter.counts.get(countKey(value, instance)) ?? this.#ask(counter, value, instance);
  }

  /** What of a count was spent from an instant on. Asks the ledger. */
  spentSince({ budget, value, instance, interval }: Counted, fromMs: number): Sums {
    const startMs = budget.period === 'session' ? Number(instance) : (interval ?? always).startMs;
    const { endMs } = interval ?? always;
    if (fromMs >= endMs) return noSums();
    return this.#sumOf({ spec: budget }, value, instance, { startMs: Math.max(startMs, fromMs), endMs });
  }

  /** Every place where something is counted: of the present period, or of the runs, plans and sessions asked for. */
  places(counter: Counter, nowMs: number): Place[] {
    const { period } = counter.spec;
    if (isClockPeriod(period)) this.#bringUpToDate(period, nowMs);
    return [...counter.counts.keys()].map((key) => {
      const [value = '', instance = ''] = key.split('\u0000');
      return { counter, value, instance };
    });
  }

  #matchesOf(subject: Subject): readonly { counter: Counter; value: string }[] {
    let matches = this.#matches.get(subject);
    if (matches === undefined) {
      matches = [...this.#counters.values()].flatMap((counter) => {
        const value = counter.spec.period === 'request' ? null : countedValue(counter.spec, subject, this.#tierOf);
        return value === null ? [] : [{ counter, value }];
      });
      this.#matches.set(subject, matches);
    }
    return matches;
  }

  #bringUpToDate(period: ClockPeriod, nowMs: number): void {
    const interval = this.#calendar.at(period, nowMs);
    const seeded = this.#seeded.get(period);
    if (seeded?.startMs === interval.startMs && seeded.endMs === interval.endMs) return;
    const counters = [...this.#counters.values()].filter(({ spec }) => spec.period === period);
    for (const { counts } of counters) counts.clear();
    const fields = [...new Set(counters.flatMap(({ spec }) => fieldsOfScope(spec.scope)))];
    for (const { subject, sums } of this.#source.sums(interval, fields, {})) {
      for (const counter of counters) {
        const value = countedValue(counter.spec, subject, this.#tierOf);
        if (value !== null) addSums(countAt(counter, value), sums);
      }
    }
    this.#seeded.set(period, interval);
  }

  #ask(counter: Counter, value: string, instance: string): Sums {
    const interval = counter.spec.period === 'session' ? { startMs: Number(instance), endMs: always.endMs } : always;
    const total = this.#sumOf(counter, value, instance, interval);
    keepLatest(counter.counts, mostInstances - 1);
    counter.counts.set(countKey(value, instance), total);
    return total;
  }

  #sumOf({ spec }: Pick<Counter, 'spec'>, value: string, instance: string, interval: Interval): Sums {
    const { scope, period } = spec;
    const [field, ...more] = fieldsOfScope(scope);
    const where: Partial<Record<SubjectField, string>> =
      field === undefined || more.length > 0 ? {} : { [field]: value };
    if (period === 'run' || period === 'plan') {
      // One value can't be two: a run's budget for another run is never asked for.
      where[period] = instance;
    }
    const total = noSums();
    for (const { subject, sums } of this.#source.sums(interval, fieldsOfScope(scope), where)) {
      if (countedValue(spec, subject, this.#tierOf) === value) addSums(total, sums);
    }
    return total;
  }
}

const nothing: Readonly<Sums> = Object.freeze(noSums());

function countKey(value: string, instance: string): string {
  return instance === '' ? value : `${value}\u0000${instance}`;
}

function countAt(counter: Counter, value: string): Sums {
  let count = counter.counts.get(value);
  if (count === undefined) {
    count = noSums();
    counter.counts.set(value, count);
  }
  return count;
}

/** Every session that began before the event. */
function feedSessions(counter: Counter, value: string, atMs: number, sums: Sums, sign: 1 | -1): void {
  for (const [key, count] of counter.counts) {
    const [ofValue, startMs] = key.split('\u0000');
    if (ofValue === value && atMs >= Number(startMs)) addSums(count, sums, sign);
  }
}
