import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { BudgetCalendar } from '../../../src/domain/time/budgetPeriod';
import {
  addSums,
  amountOf,
  countedValue,
  counterKey,
  instanceOf,
  isClockPeriod,
  noSums,
  scopeValue,
  subject,
  type CounterSpec,
  type Subject,
  type SubjectField,
  type Sums,
} from '../../../src/domain/budgets/budgetScope';
import { SpendBook, type SpendChange, type SpendSource } from '../../../src/domain/budgets/budgetSpend';
import { budgetPeriods, scopes } from '../../../src/protocol/configuration';
import type { Interval } from '../../../src/protocol/query';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 2, 28, 22);
const tierOf = (_: string, model: string): string | null => (model === 'm2' ? 'high' : 'low');

type Values = Partial<Record<SubjectField, string>>;

/** A ledger in memory, which counts how often it is asked. */
class PlainLedger implements SpendSource {
  readonly events: { atMs: number; values: Values; sums: Sums }[] = [];
  asked = 0;

  sums(interval: Interval, by: readonly SubjectField[], where: Values): { subject: Subject; sums: Sums }[] {
    this.asked += 1;
    const groups = new Map<string, { subject: Subject; sums: Sums }>();
    for (const { atMs, values, sums } of this.events) {
      if (atMs < interval.startMs || atMs >= interval.endMs) continue;
      if (Object.entries(where).some(([field, value]) => values[field as SubjectField] !== value)) continue;
      const kept = Object.fromEntries(by.map((field) => [field, values[field]])) as Values;
      const key = JSON.stringify(by.map((field) => values[field] ?? null));
      const group = groups.get(key) ?? { subject: subject(kept), sums: noSums() };
      addSums(group.sums, sums);
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
): Sums {
  const total = noSums();
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
    addSums(total, sums);
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
    ) as fc.Arbitrary<Values>;
    const counters = fc.array(
      fc.record({
        scope: fc.constantFrom(...scopes),
        scopeId: fc.option(fc.constantFrom('a', 'b', 'p1', 'high')),
        except: fc.subarray(['a', 'p2']),
        period: fc.constantFrom(...budgetPeriods),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const sums = fc.record({ costNanos: fc.nat(1e9), tokens: fc.nat(1e6), requests: fc.constant(1) });
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
        const book = new SpendBook(ledger, calendar, tierOf);
        let specs: CounterSpec[] = first;
        let nowMs = startMs;
        const feed = (change: SpendChange): void => {
          // The ledger leaves out what is too old to matter.
          if (change.atMs >= book.fromMs(nowMs)) book.feed(change);
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
          else if (one.kind === 'reload') book.forget();
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
    const book = new SpendBook(ledger, calendar, tierOf);
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
      book.feed({ atMs: startMs, subject: of, sums: { costNanos: 1, tokens: 1, requests: 1 }, sign: 1 });
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
    const book = new SpendBook(ledger, new BudgetCalendar('UTC'), tierOf);
    const perRun = spec({ scope: 'agent', period: 'run' });
    book.count([perRun]);
    const of = subject({ agent: 'x', run: 'r' });
    const place = book.placeOf(book.counter(perRun), of, 0);
    if (place === null) throw new Error('no place');
    expect(book.fromMs(startMs)).toBe(startMs);
    book.spent(place, startMs);
    expect(book.fromMs(startMs), 'an old event of a run still counts').toBe(Number.NEGATIVE_INFINITY);
    book.feed({ atMs: 0, subject: of, sums: { costNanos: 5, tokens: 0, requests: 1 }, sign: 1 });
    book.feed({
      atMs: 0,
      subject: subject({ agent: 'x', run: 'other' }),
      sums: { costNanos: 7, tokens: 0, requests: 1 },
      sign: 1,
    });
    book.feed({
      atMs: 0,
      subject: subject({ agent: 'y', run: 'r' }),
      sums: { costNanos: 9, tokens: 0, requests: 1 },
      sign: 1,
    });
    expect(book.spent(place, startMs).costNanos).toBe(5);
    expect(ledger.asked).toBe(1);
    expect(book.placeOf(book.counter(perRun), subject({ agent: 'x' }), 0), 'no run, nothing to count').toBeNull();
  });

  it('forgets the run that was asked for longest ago when there are too many, and finds it again', () => {
    const ledger = new PlainLedger();
    const book = new SpendBook(ledger, new BudgetCalendar('UTC'), tierOf);
    const perRun = spec({ scope: 'run', period: 'run' });
    book.count([perRun]);
    const counter = book.counter(perRun);
    const of = (run: string): { counter: typeof counter; value: string; instance: string } => ({
      counter,
      value: run,
      instance: run,
    });
    for (let index = 0; index < 20_001; index += 1) book.spent(of(`r${index}`), startMs);
    expect(counter.counts.size).toBe(20_000);
    ledger.events.push({ atMs: 0, values: { run: 'r0' }, sums: { costNanos: 3, tokens: 0, requests: 1 } });
    expect(book.spent(of('r0'), startMs).costNanos).toBe(3);
  });

  it('refuses to read what it does not count', () => {
    const book = new SpendBook(new PlainLedger(), new BudgetCalendar('UTC'), tierOf);
    expect(() => book.counter(spec({}))).toThrow('nothing counts');
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
