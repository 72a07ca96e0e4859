/**
 * What has been spent of each budget's period: the running sums of a clock's present hour, day, week and month, and of the runs,
 * plans and sessions that were asked for. A request is judged without asking the ledger. Counts of runs, plans and sessions
 * begin when they are first needed: of most, nothing is there yet.
 */
import type { Interval } from '../../protocol/query';
import type { BudgetCalendar } from '../time/budgetPeriod';
import { always, type RunningSums, type SumGroup } from '../usage/runningSums';
import type { Counter, WindowSums } from '../usage/sumWindow';
import { addSums, noSums, noUsage, type Subject, type SubjectValues, type Sums } from '../usage/usageSums';
import {
  clockPeriods,
  countedValue,
  counterKey,
  fieldsOfScope,
  instanceOf,
  isClockPeriod,
  type CounterSpec,
  type TierOf,
} from './budgetScope';
import type { BudgetState } from './budgetState';

/** Counts for budgets of one scope and period. */
export interface BudgetCounter extends Counter {
  readonly spec: CounterSpec;
}

/** One count of a counter. */
export interface Place {
  counter: BudgetCounter;
  value: string;
  /** Which run, plan or session; '' where the calendar tells. */
  instance: string;
}

/** A budget's count as it stands in its period. */
type Counted = Pick<BudgetState, 'budget' | 'value' | 'instance' | 'interval'>;

const instancePeriods = ['run', 'plan', 'session'] as const;
const countedPeriods = [...clockPeriods, ...instancePeriods];
type CountedPeriod = (typeof countedPeriods)[number];

const mostInstances = 20_000;

export class BudgetSpend {
  readonly #sums: RunningSums;
  readonly #tierOf: TierOf;
  readonly #groups: ReadonlyMap<CountedPeriod, SumGroup>;
  #calendar: BudgetCalendar;
  #counters = new Map<string, BudgetCounter>();
  /** Of which interval it was last told what moved. */
  readonly #looked = new Map<CountedPeriod, Interval>();

  constructor(sums: RunningSums, calendar: BudgetCalendar, tierOf: TierOf) {
    this.#sums = sums;
    this.#calendar = calendar;
    this.#tierOf = tierOf;
    this.#groups = new Map(
      countedPeriods.map((period) => {
        const by = period === 'run' || period === 'plan' ? period : null;
        const most = isClockPeriod(period) ? 1 : mostInstances;
        return [period, sums.group(`budgets by ${period}`, { by, most })];
      }),
    );
  }

  get calendar(): BudgetCalendar {
    return this.#calendar;
  }

  /** Counts from now on what these need; what was counted already stays counted. */
  count(specs: readonly CounterSpec[], calendar: BudgetCalendar = this.#calendar): void {
    const counters = new Map<string, BudgetCounter>();
    for (const spec of specs) {
      const key = counterKey(spec);
      counters.set(key, this.#counters.get(key) ?? this.#counterOf(key, spec));
    }
    this.#counters = counters;
    this.#calendar = calendar;
    for (const [period, group] of this.#groups) {
      group.count([...counters.values()].filter(({ spec }) => spec.period === period));
    }
  }

  /** A tier changed, and with it what is counted where: everything is asked for again. */
  forget(): void {
    for (const group of this.#groups.values()) group.forget();
  }

  counter(spec: CounterSpec): BudgetCounter {
    const counter = this.#counters.get(counterKey(spec));
    if (counter === undefined) throw new Error(`nothing counts ${counterKey(spec)}`);
    return counter;
  }

  /** Wherever a subject is counted; nothing is, of single requests. */
  everyPlaceOf(of: Subject, sessionStartMs: number): Place[] {
    return [...this.#counters.values()].flatMap((counter) =>
      counter.spec.period === 'request' ? [] : (this.placeOf(counter, of, sessionStartMs) ?? []),
    );
  }

  /** Where this counter counts a subject; `null`: nowhere. */
  placeOf(counter: BudgetCounter, of: Subject, sessionStartMs: number): Place | null {
    const value = counter.valueOf(of);
    const instance = instanceOf(counter.spec.period, of, sessionStartMs);
    return value === null || instance === null ? null : { counter, value, instance };
  }

  /** A live count: read it, do not keep it. */
  spent({ counter, value, instance }: Place, nowMs: number): Readonly<Sums> {
    const { period } = counter.spec;
    if (period === 'request') return nothing;
    const window = this.#window(period, instance, nowMs);
    // Of a run that has spent nothing yet it is known that it has not.
    if (!isClockPeriod(period)) window.list(counter, value);
    return window.of(counter, value);
  }

  /** What of a count was spent from an instant on. Asks the ledger. */
  spentSince({ budget, value, instance, interval }: Counted, fromMs: number): Sums {
    const startMs = budget.period === 'session' ? Number(instance) : (interval ?? always).startMs;
    const { endMs } = interval ?? always;
    const total = noSums();
    if (fromMs >= endMs) return total;
    const [field, ...more] = fieldsOfScope(budget.scope);
    const where: SubjectValues = field === undefined || more.length > 0 ? {} : { [field]: value };
    // One value can't be two: a run's budget for another run is never asked for.
    if (budget.period === 'run' || budget.period === 'plan') where[budget.period] = instance;
    const since = { startMs: Math.max(startMs, fromMs), endMs };
    for (const { subject, sums } of this.#sums.source.sums([since], fieldsOfScope(budget.scope), where)) {
      if (countedValue(budget, subject, this.#tierOf) === value) addSums(total, sums);
    }
    return total;
  }

  /** Every place where something is counted: of the present period, or of the runs, plans and sessions asked for. */
  places(counter: BudgetCounter, nowMs: number): Place[] {
    const { period } = counter.spec;
    const group = period === 'request' ? undefined : this.#groups.get(period);
    if (group === undefined) return [];
    if (isClockPeriod(period)) this.#window(period, '', nowMs);
    return [...group.known(counter)].map(({ slot, value }) => ({ counter, value, instance: slot }));
  }

  /** Where something came or went since this was last asked; `all`: anywhere. */
  takeMoved(nowMs: number): Place[] | 'all' {
    const moved: Place[] = [];
    let isAll = false;
    for (const [period, group] of this.#groups) {
      if (isClockPeriod(period) && this.#isCounted(period)) {
        // In a period that has just begun no budget is used up that was.
        const interval = this.#calendar.at(period, nowMs);
        isAll ||= this.#looked.get(period) !== interval;
        this.#looked.set(period, interval);
        this.#window(period, '', nowMs);
      }
      const ofGroup = group.takeMoved();
      if (ofGroup === 'all') isAll = true;
      else {
        for (const { slot, counter, value } of ofGroup) {
          const known = this.#counters.get(counter.key);
          if (known !== undefined) moved.push({ counter: known, value, instance: slot });
        }
      }
    }
    return isAll ? 'all' : moved;
  }

  #isCounted(period: CountedPeriod): boolean {
    return [...this.#counters.values()].some(({ spec }) => spec.period === period);
  }

  #window(period: CountedPeriod, instance: string, nowMs: number): WindowSums {
    const group = this.#groups.get(period);
    if (group === undefined) throw new Error(`nothing is counted by ${period}`);
    switch (period) {
      case 'run':
      case 'plan':
        return group.window({ slot: instance, owner: instance, interval: always });
      case 'session':
        return group.window({ slot: instance, interval: { startMs: Number(instance), endMs: always.endMs } });
      case 'hour':
      case 'day':
      case 'week':
      case 'month':
        return group.window({ slot: '', interval: this.#calendar.at(period, nowMs) });
    }
  }

  #counterOf(key: string, spec: CounterSpec): BudgetCounter {
    const fields = fieldsOfScope(spec.scope);
    return { key, spec, fields, valueOf: (of) => countedValue(spec, of, this.#tierOf) };
  }
}

const nothing: Readonly<Sums> = Object.freeze(noUsage());

/** Tells places apart. */
export function placeKey({ counter, value, instance }: Place): string {
  return `${counter.key}\u0000${value}\u0000${instance}`;
}
