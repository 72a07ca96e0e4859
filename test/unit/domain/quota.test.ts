import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import {
  ageOf,
  countedReading,
  freshForMs,
  inForce,
  isAbout,
  observedReading,
  observedWindow,
  paceOf,
  percentOf,
  periodOf,
} from '../../../src/domain/quotas/quota';
import { parseQuotaWindow, quotaInterval } from '../../../src/domain/time/quotaWindow';
import type { QuotaWindow } from '../../../src/protocol/configuration';
import type { ObservedQuota } from '../../../src/protocol/quota';

const nowMs = Date.parse('2026-11-21T14:00:00Z');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function window(name: string): QuotaWindow {
  const parsed = parseQuotaWindow(name);
  if (parsed === null) throw new Error(name);
  return parsed;
}

function observed(parts: Partial<ObservedQuota> = {}): ObservedQuota {
  return {
    provider: 'anthropic',
    subscription: null,
    window: '5h',
    meter: null,
    usedPercent: 63,
    used: null,
    limit: null,
    resetsAtMs: nowMs + hourMs,
    asOfMs: nowMs - minuteMs,
    source: 'claude-statusline',
    confidence: 'high',
    ...parts,
  };
}

describe('C3 how old an observation may be', () => {
  it.each([
    ['minute', 1],
    ['hour', 3],
    ['5h', 15],
    ['day', 72],
    ['7d', 504],
    ['month', 1440],
    ['gauge', 1440],
  ])('of %s: %i minutes', (name, minutes) => {
    expect(freshForMs(window(name)) / minuteMs).toBe(minutes);
  });

  it('tells fresh, stale and void', () => {
    const age = (parts: Partial<ObservedQuota>): string =>
      ageOf(observed(parts), window('5h'), quotaInterval(window('5h'), nowMs, 'UTC'), nowMs);
    expect(age({})).toBe('fresh');
    expect(age({ asOfMs: nowMs - 15 * minuteMs })).toBe('fresh');
    expect(age({ asOfMs: nowMs - 15 * minuteMs - 1 })).toBe('stale');
    expect(age({ resetsAtMs: nowMs })).toBe('void');
    expect(age({ resetsAtMs: nowMs - 1 })).toBe('void');
    expect(age({ asOfMs: nowMs - 6 * hourMs })).toBe('void');
    expect(age({ asOfMs: nowMs + hourMs })).toBe('void');
    expect(age({ asOfMs: nowMs + minuteMs })).toBe('fresh');
  });

  it('is over with the period that it was about, also where it did not say when that is', () => {
    const midnight = Date.parse('2026-11-21T00:00:00Z');
    const yesterday = observed({ window: 'day', resetsAtMs: null, asOfMs: midnight - minuteMs });
    const day = quotaInterval(window('day'), midnight + minuteMs, 'UTC');
    expect(ageOf(yesterday, window('day'), day, midnight + minuteMs)).toBe('void');
    expect(ageOf({ ...yesterday, asOfMs: midnight }, window('day'), day, midnight + minuteMs)).toBe('fresh');
  });

  it('of a level that nothing resets never ends', () => {
    const old = observed({ window: 'gauge', resetsAtMs: null, asOfMs: nowMs - 90 * 24 * hourMs });
    expect(ageOf(old, window('gauge'), null, nowMs)).toBe('stale');
  });
});

describe('C3 which reading is in force', () => {
  const counted = countedReading(400, 1000, nowMs + hourMs, nowMs);
  const fresh = { reading: observedReading(observed(), 1000, 'fresh'), age: 'fresh' } as const;
  const stale = { reading: observedReading(observed(), 1000, 'stale'), age: 'stale' } as const;

  it('is the observed one while fresh, then the counted one, then what there is', () => {
    expect(inForce(counted, fresh)).toMatchObject({
      source: 'claude-statusline',
      percent: 63,
      used: 630,
      confidence: 'high',
    });
    expect(inForce(counted, stale)).toMatchObject({ source: 'counted', percent: 40, used: 400, confidence: 'medium' });
    expect(inForce(null, stale)).toMatchObject({ source: 'claude-statusline', percent: 63, confidence: 'medium' });
    expect(inForce(counted, null)).toBe(counted);
    expect(inForce(null, null)).toBeNull();
  });

  it('fills in what follows, and nothing else', () => {
    expect(observedReading(observed(), null, 'fresh')).toMatchObject({ used: null, limit: null, percent: 63 });
    expect(observedReading(observed({ usedPercent: null, used: 30, limit: 40 }), 1000, 'fresh')).toMatchObject({
      used: 30,
      limit: 40,
      percent: 75,
    });
    expect(observedReading(observed({ usedPercent: null, used: 30 }), null, 'fresh')).toMatchObject({ percent: null });
    expect(countedReading(5, null, null, nowMs).percent).toBeNull();
  });

  it('takes a limit of nothing for used up', () => {
    expect(percentOf(0, 0)).toBe(100);
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1 }), (used, limit) => {
        expect(percentOf(used, limit) >= 100).toBe(used >= limit);
      }),
    );
  });
});

describe('C2 an observation is about a quota', () => {
  const quota = { provider: 'anthropic', subscription: 'max', window: window('5h'), meter: 'tokens' } as const;

  it('of the same provider and window, and of what else it names', () => {
    expect(isAbout(observed(), quota)).toBe(true);
    expect(isAbout(observed({ subscription: 'max', meter: 'tokens' }), quota)).toBe(true);
    expect(isAbout(observed({ subscription: 'pro' }), quota)).toBe(false);
    expect(isAbout(observed({ meter: 'requests' }), quota)).toBe(false);
    expect(isAbout(observed({ window: '7d' }), quota)).toBe(false);
    expect(isAbout(observed({ provider: 'openai' }), quota)).toBe(false);
  });
});

describe('C7 pace', () => {
  it('is the used part by the elapsed part', () => {
    const period = { startMs: nowMs - 3 * hourMs, endMs: nowMs + 9 * hourMs };
    expect(paceOf(25, period, nowMs)).toBe(1);
    expect(paceOf(50, period, nowMs)).toBe(2);
    expect(paceOf(50, period, period.startMs)).toBeNull();
    expect(paceOf(50, null, nowMs)).toBeNull();
    expect(paceOf(null, period, nowMs)).toBeNull();
  });

  it('of an observation counts from its own reset', () => {
    const fresh = observedReading(observed(), null, 'fresh');
    const period = periodOf(fresh, window('5h'), quotaInterval(window('5h'), nowMs, 'UTC'), nowMs);
    expect(period).toEqual({ startMs: nowMs - 4 * hourMs, endMs: nowMs + hourMs });
    expect(paceOf(60, period, nowMs)).toBeCloseTo(0.75, 12);
  });

  it('has no meaning for what is counted over a rolling window', () => {
    const counted = countedReading(1, 10, null, nowMs);
    expect(periodOf(counted, window('5h'), quotaInterval(window('5h'), nowMs, 'UTC'), nowMs)).toBeNull();
    const day = quotaInterval(window('day'), nowMs, 'UTC');
    expect(periodOf(counted, window('day'), day, nowMs)).toEqual(day);
  });
});

describe('a level that nothing resets', () => {
  const observed: ObservedQuota = {
    provider: 'acme',
    subscription: null,
    window: 'gauge',
    meter: 'storage',
    usedPercent: 50,
    used: null,
    limit: null,
    resetsAtMs: nowMs + hourMs,
    asOfMs: nowMs,
    source: 'x',
    confidence: 'high',
  };

  it('has no period, whatever is said of its reset', () => {
    const reading = observedReading(observed, null, 'fresh');
    expect(periodOf(reading, { kind: 'gauge' }, null, nowMs)).toBeNull();
    expect(periodOf(reading, { kind: 'rolling', lengthMs: 5 * hourMs }, null, nowMs)).toEqual({
      startMs: nowMs - 4 * hourMs,
      endMs: nowMs + hourMs,
    });
  });

  it('is what an observation is of whose window has no meaning', () => {
    expect(observedWindow(observed)).toEqual({ kind: 'gauge' });
    expect(observedWindow({ ...observed, window: 'now and then' })).toEqual({ kind: 'gauge' });
    expect(observedWindow({ ...observed, window: '5h' })).toEqual({ kind: 'rolling', lengthMs: 5 * hourMs });
  });
});
