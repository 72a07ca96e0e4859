import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { BudgetCalendar } from '../../../src/domain/time/budgetPeriod';
import {
  amountOf,
  countedValue,
  counterKey,
  instanceOf,
  isClockPeriod,
  scopeValue,
  type CounterSpec,
} from '../../../src/domain/budgets/budgetScope';
import { BudgetSpend } from '../../../src/domain/budgets/budgetSpend';
import { ModelHistory } from '../../../src/domain/budgets/modelHistory';
import { RunningSums, type SumSource } from '../../../src/domain/usage/runningSums';
import type { SubjectSums, UsageChange } from '../../../src/domain/usage/sumWindow';
import {
  addUsage,
  noUsage,
  subject,
  type SubjectField,
  type SubjectValues,
  type UsageSums,
} from '../../../src/domain/usage/usageSums';
import { budgetPeriods, scopes } from '../../../src/protocol/configuration';
import type { Interval } from '../../../src/protocol/query';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 2, 28, 22);
const tierOf = (_: string, model: string): string | null => (model === 'm2' ? 'high' : 'low');

/** A ledger in memory, which counts how often it is asked. */
class PlainLedger implements SumSource {
  readonly events: { atMs: number; values: SubjectValues; sums: UsageSums }[] = [];
  asked = 0;

  sums(
    intervals: readonly Interval[],
    by: readonly SubjectField[],
    where: SubjectValues,
  ): (SubjectSums & { interval: Interval })[] {
    this.asked += 1;
    return intervals.flatMap((interval) => this.within(interval, by, where).map((one) => ({ interval, ...one })));
  }

  steps(): never {
    throw new Error('no window moves here');
  }

  private within(interval: Interval, by: readonly SubjectField[], where: SubjectValues): SubjectSums[] {
    const groups = new Map<string, SubjectSums>();
    for (const { atMs, values, sums } of this.events) {
      if (atMs < interval.startMs || atMs >= interval.endMs) continue;
      if (Object.entries(where).some(([field, value]) => values[field as SubjectField] !== value)) continue;
      const kept = Object.fromEntries(by.map((field) => [field, values[field]])) as SubjectValues;
      const key = JSON.stringify(by.map((field) => values[field] ?? null));
      const group = groups.get(key) ?? { subject: subject(kept), sums: noUsage() };
      addUsage(group.sums, sums);
      groups.set(key, group);
    }
    return [...groups.values()];
  }
}

const spec = (parts: Partial<CounterSpec>): CounterSpec => ({
  scope: 'global',
  scopeId: null,
  except: [],
  period: 'day',
  ...parts,
});

/** As slowly and plainly as it can be said. */
function plainly(
  ledger: PlainLedger,
  counted: CounterSpec,
  value: string,
  instance: string,
  calendar: BudgetCalendar,
  nowMs: number,
): UsageSums {
  const total = noUsage();
  if (counted.period === 'request') return total;
  for (const { atMs, values, sums } of ledger.events) {
    const of = subject(values);
    if (countedValue(counted, of, tierOf) !== value) continue;
    if (isClockPeriod(counted.period)) {
      const { startMs, endMs } = calendar.at(counted.period, nowMs);
      if (atMs < startMs || atMs >= endMs) continue;
    } else if (counted.period === 'session') {
      if (atMs < Number(instance)) continue;
    } else if (instanceOf(counted.period, of, 0) !== instance) continue;
    addUsage(total, sums);
  }
  return total;
}

describe('running counts', () => {
  it('always equal what the ledger would answer, whatever happens', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const values = fc.record(
      {
        provider: fc.constantFrom('p1', 'p2'),
        model: fc.constantFrom('m1', 'm2'),
        project: name,
        agent: name,
        agentType: name,
        task: name,
        run: name,
        plan: name,
        user: name,
        team: name,
      },
      { requiredKeys: ['provider', 'model'] },
    ) as fc.Arbitrary<SubjectValues>;
    const counters = fc.array(
      fc.record({
        scope: fc.constantFrom(...scopes),
        scopeId: fc.option(fc.constantFrom('a', 'b', 'p1', 'high')),
        except: fc.subarray(['a', 'p2']),
        period: fc.constantFrom(...budgetPeriods),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const sums = fc.record({
      costNanos: fc.nat(1e9),
      tokens: fc.nat(1e6),
      requests: fc.constant(1),
      output: fc.nat(1e6),
    });
    const when = fc.integer({ min: -80 * hourMs, max: 80 * hourMs });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('event' as const), atMs: when, values, sums }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('improve' as const), which: fc.nat(), sums, atMs: when }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('clock' as const), ms: when }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reload' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('configure' as const), counters }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('zone' as const),
          zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'),
        }),
      },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), values, session: when }) },
    );
    fc.assert(
      fc.property(counters, fc.array(step, { maxLength: 60 }), (first, steps) => {
        const ledger = new PlainLedger();
        let calendar = new BudgetCalendar('Europe/Berlin');
        const running = new RunningSums(ledger);
        const book = new BudgetSpend(running, calendar, tierOf);
        let specs: CounterSpec[] = first;
        let nowMs = startMs;
        const feed = (change: UsageChange): void => {
          // The ledger leaves out what is too old to matter.
          if (change.atMs >= running.fromMs()) running.feed(change);
        };
        book.count(specs);
        for (const one of steps) {
          if (one.kind === 'event') {
            const atMs = startMs + one.atMs;
            ledger.events.push({ atMs, values: one.values, sums: one.sums });
            feed({ atMs, subject: subject(one.values), sums: one.sums, sign: 1 });
          } else if (one.kind === 'improve' && ledger.events.length > 0) {
            const place = one.which % ledger.events.length;
            const old = ledger.events[place];
            if (old === undefined) continue;
            const better = { ...old, sums: one.sums, atMs: Math.min(old.atMs, startMs + one.atMs) };
            ledger.events[place] = better;
            feed({ atMs: old.atMs, subject: subject(old.values), sums: old.sums, sign: -1 });
            feed({ atMs: better.atMs, subject: subject(better.values), sums: better.sums, sign: 1 });
          } else if (one.kind === 'clock') nowMs = startMs + one.ms;
          else if (one.kind === 'reload') running.forget();
          else if (one.kind === 'configure') {
            specs = one.counters;
            book.count(specs);
          } else if (one.kind === 'zone') {
            calendar = new BudgetCalendar(one.zone);
            book.count(specs, calendar);
          } else if (one.kind === 'ask') {
            for (const counted of specs) {
              const place = book.placeOf(book.counter(counted), subject(one.values), startMs + one.session);
              if (place === null) continue;
              const expected = plainly(ledger, counted, place.value, place.instance, calendar, nowMs);
              expect(book.spent(place, nowMs)).toEqual(expected);
            }
          }
        }
        for (const counted of specs) {
          for (const place of book.places(book.counter(counted), nowMs)) {
            const expected = plainly(ledger, counted, place.value, place.instance, calendar, nowMs);
            expect(book.spent(place, nowMs)).toEqual(expected);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('asks the ledger once a period, not once a request', () => {
    const ledger = new PlainLedger();
    const calendar = new BudgetCalendar('UTC');
    const running = new RunningSums(ledger);
    const book = new BudgetSpend(running, calendar, tierOf);
    book.count([
      spec({}),
      spec({ scope: 'project' }),
      spec({ scope: 'provider', scopeId: 'p1' }),
      spec({ period: 'month' }),
    ]);
    const of = subject({ provider: 'p1', project: 'a' });
    const ask = (nowMs: number): void => {
      for (const place of book.everyPlaceOf(of, 0)) book.spent(place, nowMs);
    };
    ask(startMs);
    expect(ledger.asked).toBe(2);
    for (let index = 0; index < 100; index += 1) {
      running.feed({ atMs: startMs, subject: of, sums: { costNanos: 1, tokens: 1, requests: 1, output: 1 }, sign: 1 });
      ask(startMs + index);
    }
    expect(ledger.asked).toBe(2);
    ask(startMs + 24 * hourMs);
    expect(ledger.asked, 'a new day, the same month').toBe(3);
    ask(startMs);
    expect(ledger.asked, 'the clock was set back').toBe(4);
  });

  it('asks once for a run, and feeds it from then on', () => {
    const ledger = new PlainLedger();
    const running = new RunningSums(ledger);
    const book = new BudgetSpend(running, new BudgetCalendar('UTC'), tierOf);
    const perRun = spec({ scope: 'agent', period: 'run' });
    book.count([perRun]);
    const of = subject({ agent: 'x', run: 'r' });
    const place = book.placeOf(book.counter(perRun), of, 0);
    if (place === null) throw new Error('no place');
    expect(running.fromMs()).toBe(Number.POSITIVE_INFINITY);
    book.spent(place, startMs);
    expect(running.fromMs(), 'an old event of a run still counts').toBe(-8.64e15);
    running.feed({ atMs: 0, subject: of, sums: { costNanos: 5, tokens: 0, requests: 1, output: 0 }, sign: 1 });
    running.feed({
      atMs: 0,
      subject: subject({ agent: 'x', run: 'other' }),
      sums: { costNanos: 7, tokens: 0, requests: 1, output: 0 },
      sign: 1,
    });
    running.feed({
      atMs: 0,
      subject: subject({ agent: 'y', run: 'r' }),
      sums: { costNanos: 9, tokens: 0, requests: 1, output: 0 },
      sign: 1,
    });
    expect(book.spent(place, startMs).costNanos).toBe(5);
    expect(ledger.asked).toBe(1);
    expect(book.placeOf(book.counter(perRun), subject({ agent: 'x' }), 0), 'no run, nothing to count').toBeNull();
  });

  it('forgets the run that was asked for longest ago when there are too many, and finds it again', () => {
    const ledger = new PlainLedger();
    const running = new RunningSums(ledger);
    const book = new BudgetSpend(running, new BudgetCalendar('UTC'), tierOf);
    const perRun = spec({ scope: 'run', period: 'run' });
    book.count([perRun]);
    const counter = book.counter(perRun);
    const of = (run: string): { counter: typeof counter; value: string; instance: string } => ({
      counter,
      value: run,
      instance: run,
    });
    for (let index = 0; index < 20_001; index += 1) book.spent(of(`r${index}`), startMs);
    expect(book.places(counter, startMs)).toHaveLength(20_000);
    ledger.events.push({ atMs: 0, values: { run: 'r0' }, sums: { costNanos: 3, tokens: 0, requests: 1, output: 0 } });
    expect(book.spent(of('r0'), startMs).costNanos).toBe(3);
  });

  it('refuses to read what it does not count', () => {
    const book = new BudgetSpend(new RunningSums(new PlainLedger()), new BudgetCalendar('UTC'), tierOf);
    expect(() => book.counter(spec({}))).toThrow('nothing counts');
  });
});

describe('what moved', () => {
  const of = subject({ agent: 'x', project: 'a', run: 'r' });
  const sums = { costNanos: 5, tokens: 0, requests: 1, output: 0 };

  function counting(...specs: CounterSpec[]): { running: RunningSums; book: BudgetSpend } {
    const running = new RunningSums(new PlainLedger());
    const book = new BudgetSpend(running, new BudgetCalendar('UTC'), tierOf);
    book.count(specs);
    return { running, book };
  }

  it('is all at first and when all was forgotten, then where something came or went', () => {
    const { running, book } = counting(spec({}), spec({ scope: 'project' }), spec({ period: 'month' }));
    const moved = (nowMs = startMs): unknown => {
      const places = book.takeMoved(nowMs);
      return places === 'all' ? places : places.map(({ counter, value }) => `${counter.spec.period} ${value}`).sort();
    };
    expect(moved()).toBe('all');
    expect(moved()).toEqual([]);
    running.feed({ atMs: startMs, subject: of, sums, sign: 1 });
    expect(moved()).toEqual(['day ', 'day a', 'month ']);
    expect(moved()).toEqual([]);
    running.feed({ atMs: startMs, subject: subject({ project: 'b' }), sums, sign: -1 });
    expect(moved()).toEqual(['day ', 'day b', 'month ']);
    running.feed({ atMs: startMs - 48 * hourMs, subject: of, sums, sign: 1 });
    expect(moved(), 'of the day before yesterday').toEqual(['month ']);
    expect(moved(startMs + 24 * hourMs), 'another day').toBe('all');
    running.forget();
    expect(moved()).toBe('all');
  });

  it('is a run from when it is asked for', () => {
    const { running, book } = counting(spec({ scope: 'agent', period: 'run' }));
    book.takeMoved(startMs);
    const [place] = book.everyPlaceOf(of, 0);
    if (place === undefined) throw new Error('no place');
    running.feed({ atMs: startMs, subject: of, sums, sign: 1 });
    expect(book.takeMoved(startMs)).toEqual([]);
    book.spent(place, startMs);
    running.feed({ atMs: startMs, subject: of, sums, sign: 1 });
    expect(book.takeMoved(startMs)).toEqual([place]);
  });
});

describe('a model’s history', () => {
  it('is the mean of its calls, rounded up', () => {
    const ledger = new PlainLedger();
    const running = new RunningSums(ledger);
    const history = new ModelHistory(running);
    const call = (model: string, costNanos: number, tokens: number, requests = 1, sign: 1 | -1 = 1): void => {
      const change = { atMs: startMs, subject: subject({ provider: 'p', model }) };
      running.feed({ ...change, sums: { costNanos, tokens, requests, output: 0 }, sign });
    };
    expect(history.mean('p', 'm', startMs)).toBeNull();
    call('m', 10, 3);
    call('m', 5, 4);
    call('n', 5, 4, 3);
    expect(history.mean('p', 'm', startMs)).toEqual({ costNanos: 8, tokens: 4 });
    expect(history.models('p', startMs)).toEqual(['n', 'm']);
    expect(history.models('q', startMs)).toEqual([]);
    expect(history.providers(startMs)).toEqual(['p']);
    call('m', 15, 7, 2, -1);
    expect(history.mean('p', 'm', startMs)).toBeNull();
    expect(history.models('p', startMs)).toEqual(['n']);
    running.forget();
    expect(history.providers(startMs)).toEqual([]);
  });

  it('is of the last weeks only', () => {
    const ledger = new PlainLedger();
    const history = new ModelHistory(new RunningSums(ledger));
    const values = { provider: 'p', model: 'm' };
    ledger.events.push({ atMs: startMs, values, sums: { costNanos: 10, tokens: 3, requests: 1, output: 0 } });
    expect(history.mean('p', 'm', startMs + 29 * 24 * hourMs)).not.toBeNull();
    expect(history.mean('p', 'm', startMs + 32 * 24 * hourMs)).toBeNull();
  });
});

describe('scopes', () => {
  const of = subject({
    provider: 'p',
    model: 'm2',
    project: 'a',
    agent: 'b',
    agentType: 'c',
    task: 'd',
    run: 'e',
    plan: 'f',
    user: 'g',
    team: 'h',
  });

  it('find their value in a subject', () => {
    expect(Object.fromEntries(scopes.map((scope) => [scope, scopeValue(scope, of, tierOf)]))).toEqual({
      global: '',
      provider: 'p',
      tier: 'high',
      project: 'a',
      agent: 'b',
      agent_type: 'c',
      task: 'd',
      run: 'e',
      plan: 'f',
      user: 'g',
      team: 'h',
      department: null,
      request: '',
    });
    expect(scopeValue('project', subject({}), tierOf)).toBeNull();
    const asked: string[][] = [];
    scopeValue('tier', subject({}), (...of) => (asked.push(of), null));
    expect(asked, 'a run that names no model').toEqual([['', '']]);
  });

  it('count each value for itself, but for those that have their own', () => {
    const each = spec({ scope: 'project', except: ['own'] });
    expect(countedValue(each, subject({ project: 'a' }), tierOf)).toBe('a');
    expect(countedValue(each, subject({ project: 'own' }), tierOf)).toBeNull();
    const one = spec({ scope: 'project', scopeId: 'own' });
    expect(countedValue(one, subject({ project: 'own' }), tierOf)).toBe('own');
    expect(countedValue(one, subject({ project: 'a' }), tierOf)).toBeNull();
  });

  it('share a counter where they count the same', () => {
    expect(counterKey(spec({ except: ['b', 'a'] }))).toBe(counterKey(spec({ except: ['a', 'b'] })));
    expect(counterKey(spec({ period: 'week' }))).not.toBe(counterKey(spec({})));
  });

  it('measure what is asked for', () => {
    const sums = { costNanos: 1, tokens: 2, requests: 3 };
    expect(
      (['cost', 'tokens', 'requests', 'concurrent_agents'] as const).map((measure) => amountOf(sums, measure)),
    ).toEqual([1, 2, 3, 0]);
  });
});
