import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import {
  buckets,
  dayOf,
  intervalOf,
  isZone,
  labelOf,
  maxBuckets,
  parseRange,
  PeriodError,
} from '../../../src/domain/time/period';
import type { CalendarUnit } from '../../../src/protocol/vocabulary';

const hour = 3_600_000;
const at = Date.parse;
const iso = ({ startMs, endMs }: { startMs: number; endMs: number }) =>
  [startMs, endMs].map((ms) => new Date(ms).toISOString().replace('.000', ''));

/** The date local clocks show, by the platform and not by us. */
const formats = new Map<string, Intl.DateTimeFormat>();
function localDate(ms: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  return format.format(ms);
}

/** Brute force: the first minute of a window at which the local date is not before `date`. */
function firstMinuteOf(date: string, zone: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  for (let ms = utc - 27 * hour; ms < utc + 27 * hour; ms += 60_000) {
    if (localDate(ms, zone) >= date) return ms;
  }
  throw new Error(`${date} never comes in ${zone}`);
}

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'America/St_Johns',
  'America/Havana',
  'Asia/Beirut',
];

/** Dates whose day is not what it seems. */
const oddDays: [string, string][] = [
  ['America/Sao_Paulo', '2018-11-04'], // no midnight
  ['America/Sao_Paulo', '2018-02-18'],
  ['Africa/Cairo', '2026-04-24'], // no midnight
  ['Africa/Cairo', '2026-10-30'], // the hour before midnight twice
  ['Asia/Beirut', '2026-03-29'],
  ['America/Havana', '2026-03-08'],
  ['America/Havana', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Asia/Tehran', '2021-03-22'],
  ['America/St_Johns', '2006-10-29'], // midnight twice
  ['Pacific/Apia', '2011-12-29'],
  ['Pacific/Apia', '2011-12-31'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
];

describe('days of a zone', () => {
  it.each(oddDays)('%s %s begins and ends where clocks say', (zone, date) => {
    const { startMs, endMs } = parseRange(date, date, 0, zone);
    expect(startMs).toBe(firstMinuteOf(date, zone));
    const next = new Date(Date.parse(date) + 24 * hour).toISOString().slice(0, 10);
    expect(endMs).toBe(firstMinuteOf(next, zone));
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['Europe/Berlin', '2026-11-21', 24],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Asia/Kathmandu', '2026-11-21', 24],
    ['Africa/Cairo', '2026-04-24', 23],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['Pacific/Apia', '2011-12-30', 0],
  ])('%s %s has %d hours', (zone, date, hours) => {
    const { startMs, endMs } = parseRange(date, date, 0, zone);
    expect((endMs - startMs) / hour).toBe(hours);
  });

  it('are where a brute-force search of the calendar finds them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2037-01-01T00:00:00Z') }),
        (zone, ms) => {
          const day = dayOf(ms, zone);
          expect(day.label).toBe(localDate(ms, zone));
          expect(day.startMs).toBe(firstMinuteOf(day.label, zone));
          expect(day.startMs).toBeLessThanOrEqual(ms);
          expect(localDate(day.startMs - 1, zone) < day.label).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('named periods', () => {
  const now = at('2026-11-21T23:30:00Z'); // already Sunday the 22nd in Berlin
  const berlin = (period: Parameters<typeof intervalOf>[0]) =>
    iso(intervalOf(period, now, 'Europe/Berlin', now - hour));

  it.each([
    ['today', '2026-11-21T23:00:00Z', '2026-11-22T23:00:00Z'],
    ['yesterday', '2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z'],
    ['week', '2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z'],
    ['last_week', '2026-11-08T23:00:00Z', '2026-11-15T23:00:00Z'],
    ['month', '2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z'],
    ['last_month', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
  ] as const)('%s', (period, from, to) => {
    expect(berlin(period)).toEqual([from, to]);
  });

  it('a session goes from its begin to this very millisecond', () => {
    expect(intervalOf('session', now, 'UTC', now - hour)).toEqual({ startMs: now - hour, endMs: now + 1 });
  });

  it('a session that a clock set back put into the future is empty, not reversed', () => {
    const { startMs, endMs } = intervalOf('session', now, 'UTC', now + hour);
    expect(endMs).toBeGreaterThanOrEqual(startMs);
  });

  it('knows the month before January', () => {
    expect(iso(intervalOf('last_month', at('2026-01-15T00:00:00Z'), 'UTC', 0))).toEqual([
      '2025-12-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
    ]);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => intervalOf('today', now, 'Mars/Olympus', 0)).toThrow(PeriodError);
    expect(isZone('Europe/Berlin')).toBe(true);
    expect(['', 'Mars/Olympus', '+02:00', 'Local'].some(isZone)).toBe(false);
  });
});

describe('ranges', () => {
  const now = at('2026-11-21T12:00:00Z');

  it('takes a date `to` in to its last moment', () => {
    expect(iso(parseRange('2026-11-01', '2026-11-30', now, 'Europe/Berlin'))).toEqual([
      '2026-10-31T23:00:00Z',
      '2026-11-30T23:00:00Z',
    ]);
  });

  it('leaves an instant `to` out', () => {
    expect(iso(parseRange('2026-11-01T00:00:00+01:00', '2026-11-02T00:00:00Z', now, 'Asia/Tokyo'))).toEqual([
      '2026-10-31T23:00:00Z',
      '2026-11-02T00:00:00Z',
    ]);
  });

  it('ends now without a `to`', () => {
    expect(parseRange('2026-11-01', undefined, now, 'UTC').endMs).toBe(now + 1);
    expect(parseRange('2027-01-01', undefined, now, 'UTC')).toEqual({
      startMs: at('2027-01-01T00:00:00Z'),
      endMs: at('2027-01-01T00:00:00Z'),
    });
  });

  it.each([
    ['2026-11-02', '2026-11-01', 'reversed', 'to'],
    ['2026-02-30', undefined, 'not_an_instant_or_date', 'from'],
    ['2026-11-01', '2026-13-01', 'not_an_instant_or_date', 'to'],
    ['yesterday', undefined, 'not_an_instant_or_date', 'from'],
    ['2026-11-01T00:00:00', undefined, 'not_an_instant_or_date', 'from'],
  ])('refuses %s to %s as %s, at %s', (from, to, reason, field) => {
    expect(() => parseRange(from, to, now, 'UTC')).toThrow(expect.objectContaining({ reason, field }));
  });
});

describe('buckets', () => {
  const november = parseRange('2026-11-01', '2026-11-30', 0, 'Europe/Berlin');

  it.each<[CalendarUnit, number, string, string]>([
    ['day', 30, '2026-11-01', '2026-11-30'],
    ['week', 6, '2026-W44', '2026-W49'],
    ['month', 1, '2026-11', '2026-11'],
  ])('by %s', (unit, count, first, last) => {
    const list = buckets(november, unit, 'Europe/Berlin');
    expect(list).toHaveLength(count);
    expect([list[0]?.label, list.at(-1)?.label]).toEqual([first, last]);
  });

  it.each([
    ['2026-01-01T12:00:00Z', '2026-W01'],
    ['2027-01-01T12:00:00Z', '2026-W53'],
    ['2024-12-30T12:00:00Z', '2025-W01'],
    ['2021-01-03T12:00:00Z', '2020-W53'],
    ['2026-11-21T12:00:00Z', '2026-W47'],
  ])('%s is in ISO week %s', (instant, week) => {
    expect(labelOf(at(instant), 'week', 'UTC')).toBe(week);
  });

  it('leaves out a date that a zone skipped', () => {
    const list = buckets(parseRange('2011-12-28', '2012-01-01', 0, 'Pacific/Apia'), 'day', 'Pacific/Apia');
    expect(list.map(({ label }) => label)).toEqual(['2011-12-28', '2011-12-29', '2011-12-31', '2012-01-01']);
  });

  it('refuses more rows than anybody reads', () => {
    const tooLong = { startMs: 0, endMs: (maxBuckets + 1) * 24 * hour };
    expect(() => buckets(tooLong, 'day', 'UTC')).toThrow(expect.objectContaining({ reason: 'too_many_buckets' }));
    expect(buckets(tooLong, 'week', 'UTC').length).toBeLessThan(maxBuckets);
  });

  it('has none for an empty interval', () => {
    expect(buckets({ startMs: 5, endMs: 5 }, 'day', 'UTC')).toEqual([]);
  });

  it('cover the interval without gap or overlap, each in its own unit', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom<CalendarUnit>('day', 'week', 'month'),
        fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2037-01-01T00:00:00Z') }),
        fc.integer({ min: 1, max: 120 * 24 * hour }),
        (zone, unit, startMs, length) => {
          const interval = { startMs, endMs: startMs + length };
          const list = buckets(interval, unit, zone);
          expect(list[0]?.startMs).toBe(interval.startMs);
          expect(list.at(-1)?.endMs).toBe(interval.endMs);
          list.forEach((bucket, index) => {
            expect(bucket.endMs).toBeGreaterThan(bucket.startMs);
            expect(bucket.endMs).toBe(list[index + 1]?.startMs ?? interval.endMs);
            expect(labelOf(bucket.startMs, unit, zone)).toBe(bucket.label);
            expect(labelOf(bucket.endMs - 1, unit, zone)).toBe(bucket.label);
          });
          expect(new Set(list.map(({ label }) => label)).size).toBe(list.length);
        },
      ),
    );
  });
});
