/**
 * The running sums of one window: by counter and value, of a fixed interval or of one that moves with time. Who asks the ledger
 * for them is in runningSums.ts. Pure; instants are epoch ms UTC.
 */
import type { Interval } from '../../protocol/query';
import { addUsage, noUsage, type Subject, type SubjectField, type UsageSums } from './usageSums';

export interface SubjectSums {
  subject: Subject;
  sums: UsageSums;
}

/** An event that came into the sums (1) or left them (-1). */
export interface UsageChange extends SubjectSums {
  atMs: number;
  sign: 1 | -1;
}

/** What is added up apart from each other in one window: each project, each provider, or all together. */
export interface Counter {
  /** Equal for counters that count the same. */
  readonly key: string;
  /** What `valueOf` looks at. */
  readonly fields: readonly SubjectField[];
  /** Under which value a subject is counted; `null`: not at all. */
  valueOf(of: Subject): string | null;
}

/** Live sums: to be read, not to be kept. */
export interface WindowSums {
  /** Grows with every change: what was worked out of these sums is good until then. */
  readonly version: number;
  of(counter: Counter, value: string): Readonly<UsageSums>;
  all(counter: Counter): ReadonlyMap<string, Readonly<UsageSums>>;
  /** Lists this value from now on, though nothing of it is there yet. */
  list(counter: Counter, value: string): void;
  /** Those in the window, in order; none of a window that does not move. */
  steps(counter: Counter): (readonly [startMs: number, sums: ReadonlyMap<string, Readonly<UsageSums>>])[];
}

/** A sum that changed since it was last taken. */
export interface MovedSum {
  slot: string;
  counter: Counter;
  value: string;
}

type Sheet = Map<Counter, Map<string, UsageSums>>;
export interface Match {
  counter: Counter;
  value: string;
}

const nothing: Readonly<UsageSums> = Object.freeze(noUsage());
const nobody: ReadonlyMap<string, UsageSums> = new Map();

interface WindowPlace {
  slot: string;
  owner: string;
  generation: number;
  stepMs: number | null;
}

export class SumWindow implements WindowSums {
  readonly slot: string;
  readonly owner: string;
  readonly generation: number;
  readonly stepMs: number | null;
  protected sheet: Sheet;
  protected changes = 0;
  readonly #moved = new Map<Counter, Set<string>>();

  constructor(
    { slot, owner, generation, stepMs }: WindowPlace,
    protected span: Interval,
    counters: readonly Counter[],
  ) {
    this.slot = slot;
    this.owner = owner;
    this.generation = generation;
    this.stepMs = stepMs;
    this.sheet = new Map(counters.map((counter) => [counter, new Map<string, UsageSums>()]));
  }

  get interval(): Interval {
    return this.span;
  }

  get startMs(): number {
    return this.span.startMs;
  }

  get version(): number {
    return this.changes;
  }

  of(counter: Counter, value: string): Readonly<UsageSums> {
    return this.sheet.get(counter)?.get(value) ?? nothing;
  }

  all(counter: Counter): ReadonlyMap<string, Readonly<UsageSums>> {
    return this.sheet.get(counter) ?? nobody;
  }

  list(counter: Counter, value: string): void {
    const values = this.sheet.get(counter);
    if (values?.has(value) === false) values.set(value, noUsage());
  }

  steps(counter: Counter): ReturnType<WindowSums['steps']> {
    return [...this.parts()]
      .filter(([startMs]) => startMs < this.span.endMs)
      .toSorted(([a], [b]) => a - b)
      .map(([startMs, part]) => [startMs, part.get(counter) ?? nobody] as const);
  }

  keep(counters: readonly Counter[]): void {
    for (const counter of this.sheet.keys()) if (!counters.includes(counter)) this.sheet.delete(counter);
  }

  /** Whether what is counted is of this interval, or can be made to be. */
  moveTo({ startMs, endMs }: Interval): boolean {
    return this.span.startMs === startMs && this.span.endMs === endMs;
  }

  seed(matches: readonly Match[], sums: UsageSums, atMs: number): void {
    this.feed(matches, { atMs, sums, sign: 1 });
  }

  /** Answers whether it changed anything. */
  feed(matches: readonly Match[], { atMs, sums, sign }: Pick<UsageChange, 'atMs' | 'sums' | 'sign'>): boolean {
    if (atMs < this.span.startMs || atMs >= this.span.endMs) return false;
    this.changes += 1;
    addTo(this.sheet, matches, sums, sign);
    for (const { counter, value } of matches) this.#move(counter, value);
    return true;
  }

  takeMoved(): MovedSum[] {
    const moved = [...this.#moved].flatMap(([counter, values]) =>
      this.sheet.has(counter) ? [...values].map((value) => ({ slot: this.slot, counter, value })) : [],
    );
    this.#moved.clear();
    return moved;
  }

  /** By the begin of each step. */
  protected parts(): ReadonlyMap<number, Sheet> {
    return new Map();
  }

  #move(counter: Counter, value: string): void {
    const values = this.#moved.get(counter);
    if (values === undefined) this.#moved.set(counter, new Set([value]));
    else values.add(value);
  }
}

/** Of a window that moves with time, kept in the steps that it moves by. */
export class MovingWindow extends SumWindow {
  readonly #steps = new Map<number, Sheet>();
  readonly #stepMs: number;

  constructor(place: WindowPlace & { stepMs: number }, interval: Interval, counters: readonly Counter[]) {
    super(place, interval, counters);
    this.#stepMs = place.stepMs;
  }

  override keep(counters: readonly Counter[]): void {
    super.keep(counters);
    for (const sheet of this.#steps.values()) {
      for (const counter of sheet.keys()) if (!counters.includes(counter)) sheet.delete(counter);
    }
  }

  override moveTo(interval: Interval): boolean {
    // A clock set back shows what has been dropped again.
    if (interval.startMs < this.span.startMs) return false;
    if (interval.endMs === this.span.endMs && interval.startMs === this.span.startMs) return true;
    this.span = interval;
    this.changes += 1;
    for (const values of this.sheet.values()) values.clear();
    for (const [startMs, step] of this.#steps) {
      if (startMs < interval.startMs) this.#steps.delete(startMs);
      else if (startMs < interval.endMs) {
        for (const [counter, values] of step) {
          for (const [value, sums] of values) addTo(this.sheet, [{ counter, value }], sums, 1);
        }
      }
    }
    return true;
  }

  override feed(matches: readonly Match[], change: Pick<UsageChange, 'atMs' | 'sums' | 'sign'>): boolean {
    const { atMs, sums, sign } = change;
    if (atMs < this.span.startMs) return false;
    const startMs = Math.floor(atMs / this.#stepMs) * this.#stepMs;
    let step = this.#steps.get(startMs);
    if (step === undefined) {
      step = new Map([...this.sheet.keys()].map((counter) => [counter, new Map<string, UsageSums>()]));
      this.#steps.set(startMs, step);
    }
    addTo(step, matches, sums, sign);
    this.changes += 1;
    return super.feed(matches, change);
  }

  protected override parts(): ReadonlyMap<number, Sheet> {
    return this.#steps;
  }
}

/** A counter that the sheet lacks is one that came later: it is asked for with the whole window. */
function addTo(sheet: Sheet, matches: readonly Match[], sums: UsageSums, sign: 1 | -1): void {
  for (const { counter, value } of matches) {
    const values = sheet.get(counter);
    if (values === undefined) continue;
    let total = values.get(value);
    if (total === undefined) values.set(value, (total = noUsage()));
    addUsage(total, sums, sign);
  }
}
