/**
 * Running sums of the ledger's events, for whoever would else ask the ledger again and again: budgets, quotas, estimates,
 * anomalies. A window's sums are asked of the ledger when they are first needed, then fed with every event that comes into the
 * ledger's sums or leaves them; so they always equal what the ledger would answer. Pure; instants are epoch ms UTC.
 */
import type { Interval } from '../../protocol/query';
import {
  MovingWindow,
  SumWindow,
  type Counter,
  type Match,
  type MovedSum,
  type SubjectSums,
  type UsageChange,
  type WindowSums,
} from './sumWindow';
import type { Subject, SubjectField, SubjectValues } from './usageSums';

/** The ledger, as it is asked. */
export interface SumSource {
  /** Sums of each of some intervals, by the subjects that these fields tell apart; `where`: only of these values. */
  sums(
    intervals: readonly Interval[],
    by: readonly SubjectField[],
    where: SubjectValues,
  ): Iterable<SubjectSums & { interval: Interval }>;
  /** Sums of an interval's steps. */
  steps(
    interval: Interval,
    stepMs: number,
    by: readonly SubjectField[],
    where: SubjectValues,
  ): Iterable<SubjectSums & { startMs: number }>;
}

export interface WindowQuestion {
  /** By which the window is found again. */
  slot: string;
  /** Of a group by a field: the value of it that the window is of. */
  owner?: string;
  interval: Interval;
  /** Of a window that moves with time: the steps it moves by. */
  stepMs?: number;
}

/** Events may be of up to a day from now: they are in the window that they will be in. */
const farthestAheadMs = 86_400_000;

export class RunningSums {
  readonly #groups = new Map<string, SumGroup>();

  constructor(readonly source: SumSource) {}

  /** Windows that are counted alike. The same one for the same name. */
  group(name: string, options: GroupOptions): SumGroup {
    const group = this.#groups.get(name) ?? new SumGroup(this.source, options);
    this.#groups.set(name, group);
    return group;
  }

  feed(change: UsageChange): void {
    for (const group of this.#groups.values()) group.feed(change);
  }

  /** The ledger was read anew: everything is asked for again. */
  forget(): void {
    for (const group of this.#groups.values()) group.forget();
  }

  /** Events from before this instant change no sum. `Infinity`: none does. */
  fromMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#groups.values()].map((group) => group.fromMs()));
  }
}

export interface GroupOptions {
  /** Each window is of one value of this field; `null`: of everybody. */
  by: SubjectField | null;
  /** So many windows at most; the oldest goes first, and is asked for again when it is needed. */
  most: number;
}

export class SumGroup {
  #counters: readonly Counter[] = [];
  /** Which counters there are: a window from before the last one was added lacks it. */
  #generation = 0;
  readonly #windows = new Map<string, SumWindow>();
  readonly #byOwner = new Map<string, Set<SumWindow>>();
  /** What is interned of events is little and comes again. */
  #matches = new WeakMap<Subject, readonly Match[]>();
  #moved = new Set<SumWindow>();
  #hasForgotten = true;

  constructor(
    private readonly source: SumSource,
    private readonly options: GroupOptions,
  ) {}

  /** Counts from now on by these; what was counted already stays counted. */
  count(counters: readonly Counter[]): void {
    if (counters.some((counter) => !this.#counters.includes(counter))) this.#generation += 1;
    this.#counters = counters;
    this.#matches = new WeakMap();
    for (const window of this.#windows.values()) window.keep(counters);
  }

  forget(): void {
    this.#windows.clear();
    this.#byOwner.clear();
    this.#matches = new WeakMap();
    this.#moved.clear();
    this.#hasForgotten = true;
  }

  /** Only these windows are asked for any more. */
  retain(slots: ReadonlySet<string>): void {
    for (const window of this.#windows.values()) if (!slots.has(window.slot)) this.#drop(window);
  }

  window(question: WindowQuestion): WindowSums {
    const known = this.#current(question);
    if (known !== null) return known;
    const [window] = this.#seed([question]);
    if (window === undefined) throw new Error('no window was made');
    return window;
  }

  /** Several at once, which do not overlap: what is not known of them is one question to the ledger. */
  windows(questions: readonly WindowQuestion[]): WindowSums[] {
    this.#seed(questions.filter((question) => this.#current(question) === null));
    return questions.map((question) => this.window(question));
  }

  /** Slots with what is known in them. */
  *known(counter: Counter): Generator<{ slot: string; value: string }> {
    for (const window of this.#windows.values()) {
      for (const value of window.all(counter).keys()) yield { slot: window.slot, value };
    }
  }

  /** What changed since it was last asked for this; `all`: everything was forgotten since. */
  takeMoved(): MovedSum[] | 'all' {
    const moved = [...this.#moved].flatMap((window) => window.takeMoved());
    this.#moved.clear();
    const hadForgotten = this.#hasForgotten;
    this.#hasForgotten = false;
    return hadForgotten ? 'all' : moved;
  }

  fromMs(): number {
    let from = Number.POSITIVE_INFINITY;
    for (const { startMs } of this.#windows.values()) {
      from = Math.min(from, startMs);
      if (from <= always.startMs) break;
    }
    return from;
  }

  feed(change: UsageChange): void {
    const { by } = this.options;
    const windows = by === null ? this.#windows.values() : this.#byOwner.get(change.subject.get(by) ?? '');
    if (windows === undefined || this.#windows.size === 0) return;
    const matches = this.#matchesOf(change.subject);
    if (matches.length === 0) return;
    for (const window of windows) if (window.feed(matches, change)) this.#moved.add(window);
  }

  #matchesOf(of: Subject): readonly Match[] {
    let matches = this.#matches.get(of);
    if (matches === undefined) this.#matches.set(of, (matches = matchesIn(this.#counters, of)));
    return matches;
  }

  /** `null`: it is not known, is of another interval, or lacks a counter. */
  #current({ slot, interval }: WindowQuestion): SumWindow | null {
    const window = this.#windows.get(slot);
    return window?.generation === this.#generation && window.moveTo(interval) ? window : null;
  }

  #seed(questions: readonly WindowQuestion[]): SumWindow[] {
    const windows = questions.map((question) => this.#make(question));
    const fields = [...new Set(this.#counters.flatMap((counter) => counter.fields))];
    const still = windows.filter(({ stepMs }) => stepMs === null);
    const byInterval = new Map(still.map((window) => [window.interval, window]));
    const [first] = still;
    if (first !== undefined && this.#counters.length > 0) {
      const where = this.#where(first.owner);
      for (const { interval, subject, sums } of this.source.sums([...byInterval.keys()], fields, where)) {
        byInterval.get(interval)?.seed(matchesIn(this.#counters, subject), sums, interval.startMs);
      }
    }
    for (const window of windows) {
      const { stepMs, interval } = window;
      if (stepMs === null) continue;
      const ahead = { startMs: interval.startMs, endMs: interval.endMs + farthestAheadMs };
      for (const step of this.source.steps(ahead, stepMs, fields, this.#where(window.owner))) {
        window.seed(matchesIn(this.#counters, step.subject), step.sums, step.startMs);
      }
    }
    for (const window of windows) this.#moved.add(window);
    return windows;
  }

  #where(owner: string): SubjectValues {
    return this.options.by === null ? {} : { [this.options.by]: owner };
  }

  #make({ slot, owner = '', interval, stepMs }: WindowQuestion): SumWindow {
    const before = this.#windows.get(slot);
    if (before !== undefined) this.#drop(before);
    for (const window of this.#windows.values()) {
      if (this.#windows.size < this.options.most) break;
      this.#drop(window);
    }
    const place = { slot, owner, generation: this.#generation };
    const window =
      stepMs === undefined
        ? new SumWindow({ ...place, stepMs: null }, interval, this.#counters)
        : new MovingWindow({ ...place, stepMs }, interval, this.#counters);
    this.#windows.set(slot, window);
    const ofOwner = this.#byOwner.get(owner) ?? new Set();
    this.#byOwner.set(owner, ofOwner.add(window));
    return window;
  }

  #drop(window: SumWindow): void {
    this.#windows.delete(window.slot);
    this.#moved.delete(window);
    const ofOwner = this.#byOwner.get(window.owner);
    ofOwner?.delete(window);
    if (ofOwner?.size === 0) this.#byOwner.delete(window.owner);
  }
}

/** Of which there is no end in either direction. */
export const always: Interval = { startMs: -8.64e15, endMs: 8.64e15 };

function matchesIn(counters: readonly Counter[], of: Subject): readonly Match[] {
  return counters.flatMap((counter) => {
    const value = counter.valueOf(of);
    return value === null ? [] : [{ counter, value }];
  });
}
