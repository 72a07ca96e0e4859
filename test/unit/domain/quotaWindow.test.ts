import fc from '../../support/properties';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { cycleAt } from '../../../src/domain/time/cycle';
import {
  grainOf,
  parseQuotaWindow,
  quotaInterval,
  quotaWindowName,
  roughLengthMs,
} from '../../../src/domain/time/quotaWindow';
import type { QuotaWindow } from '../../../src/protocol/configuration';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'America/St_Johns',
];
const zone = fc.constantFrom(...zones);
const instant = fc.integer({ min: Date.parse('2015-01-01T00:00:00Z'), max: Date.parse('2035-01-01T00:00:00Z') });
const cycleDay = fc.integer({ min: 1, max: 31 });
const calendar = fc.constantFrom('minute', 'hour', 'day', 'week', 'month' as const);
const window: fc.Arbitrary<QuotaWindow> = fc.oneof(
  calendar.map((unit): QuotaWindow => ({ kind: 'calendar', unit: unit as 'day' })),
  fc.constant<QuotaWindow>({ kind: 'cycle' }),
);

describe('C2 windows have one name', () => {
  it.each([
    ['5h', { kind: 'rolling', lengthMs: 18_000_000 }, '5h'],
    ['7d', { kind: 'rolling', lengthMs: 604_800_000 }, '7d'],
    ['1w', { kind: 'rolling', lengthMs: 604_800_000 }, '7d'],
    ['90m', { kind: 'rolling', lengthMs: 5_400_000 }, '90m'],
    ['60m', { kind: 'rolling', lengthMs: 3_600_000 }, '1h'],
    [' Day ', { kind: 'calendar', unit: 'day' }, 'day'],
    ['cycle', { kind: 'cycle' }, 'cycle'],
    ['gauge', { kind: 'gauge' }, 'gauge'],
  ])('%s', (text, expected, name) => {
    const parsed = parseQuotaWindow(text);
    expect(parsed).toEqual(expected);
    expect(parsed === null ? null : quotaWindowName(parsed)).toBe(name);
  });

  it.each(['', 'year', '0h', '5', 'h', '-5h', '5.5h', '367d', '1e3h'])('“%s” is none', (text) => {
    expect(parseQuotaWindow(text)).toBeNull();
  });
});

describe('C2 the interval of a window', () => {
  it('holds its instant, and the next begins where it ends', () => {
    fc.assert(
      fc.property(window, instant, zone, cycleDay, (one, atMs, where, day) => {
        const now = quotaInterval(one, atMs, where, day);
        expect(now).not.toBeNull();
        if (now === null) return;
        expect(now.startMs).toBeLessThanOrEqual(atMs);
        expect(now.endMs).toBeGreaterThan(atMs);
        expect(quotaInterval(one, now.endMs, where, day)?.startMs).toBe(now.endMs);
        expect(quotaInterval(one, now.endMs - 1, where, day)).toEqual(now);
        expect(quotaInterval(one, now.startMs, where, day)).toEqual(now);
      }),
      { numRuns: 2000 },
    );
  });

  it('is luxon’s, but for hours that a clock change cuts', () => {
    fc.assert(
      fc.property(calendar, instant, zone, (unit, atMs, where) => {
        const oracle = DateTime.fromMillis(atMs, { zone: where });
        const interval = quotaInterval({ kind: 'calendar', unit: unit as 'day' }, atMs, where);
        const start = oracle.startOf(unit);
        const end = start.plus({ [unit]: 1 }).startOf(unit);
        if (unit === 'hour' && start.offset !== end.offset) return;
        expect(interval).toEqual({ startMs: start.toMillis(), endMs: end.toMillis() });
      }),
      { numRuns: 3000 },
    );
  });

  it('is cut where clocks change by half an hour', () => {
    const hour = (text: string): string[] => {
      const { startMs, endMs } = quotaInterval(
        { kind: 'calendar', unit: 'hour' },
        Date.parse(text),
        'Australia/Lord_Howe',
      ) ?? {
        startMs: 0,
        endMs: 0,
      };
      return [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(11, 16));
    };
    // 2026-04-05, 02:00 +11 becomes 01:30 +10:30; 2026-10-04, 02:00 +10:30 becomes 02:30 +11.
    expect(hour('2026-04-04T14:50:00Z')).toEqual(['14:00', '15:00']);
    expect(hour('2026-04-04T15:10:00Z')).toEqual(['15:00', '15:30']);
    expect(hour('2026-10-03T15:40:00Z')).toEqual(['15:30', '16:00']);
  });

  it('of a rolling window ends with the step under way and has its length', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 2000 }), fc.constantFrom('s', 'm', 'h'), (atMs, count, unit) => {
        const parsed = parseQuotaWindow(`${count}${unit}`);
        if (parsed?.kind !== 'rolling') throw new Error('no rolling window');
        const interval = quotaInterval(parsed, atMs, 'UTC');
        const { lengthMs } = parsed;
        const grain = grainOf(lengthMs);
        if (interval === null) throw new Error('no interval');
        expect(interval.endMs - interval.startMs).toBe(lengthMs);
        expect(interval.endMs % grain).toBe(0);
        expect(atMs).toBeLessThan(interval.endMs);
        expect(interval.endMs - atMs).toBeLessThanOrEqual(grain);
        expect(grain).toBeLessThanOrEqual(Math.max(1000, lengthMs / 60));
      }),
    );
  });

  it('of a gauge is none', () => {
    expect(quotaInterval({ kind: 'gauge' }, 0, 'UTC')).toBeNull();
  });
});

describe('C1 a cycle', () => {
  it('begins on its day of the month, or on the last day of a shorter one, as luxon says', () => {
    fc.assert(
      fc.property(instant, zone, cycleDay, (atMs, where, day) => {
        const today = DateTime.fromMillis(atMs, { zone: where }).startOf('day');
        const anchored = (month: DateTime): DateTime =>
          month
            .startOf('month')
            .set({ day: Math.min(day, month.startOf('month').daysInMonth ?? 0) })
            .startOf('day');
        const inThisMonth = anchored(today);
        const begun = inThisMonth.toISODate() !== null && (inThisMonth.toISODate() ?? '') <= (today.toISODate() ?? '');
        const start = begun ? inThisMonth : anchored(today.startOf('month').minus({ months: 1 }));
        const end = begun ? anchored(today.startOf('month').plus({ months: 1 })) : inThisMonth;
        const cycle = cycleAt(atMs, day, where);
        expect({ startMs: cycle.startMs, endMs: cycle.endMs }).toEqual({
          startMs: start.toMillis(),
          endMs: end.toMillis(),
        });
        expect(cycle.days).toBe(
          Math.round(
            end.setZone('UTC', { keepLocalTime: true }).diff(start.setZone('UTC', { keepLocalTime: true }), 'days')
              .days,
          ),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['2024-02-29T12:00:00Z', 31, '2024-02-29', '2024-03-31'],
    ['2025-02-28T12:00:00Z', 31, '2025-02-28', '2025-03-31'],
    ['2025-02-27T12:00:00Z', 29, '2025-01-29', '2025-02-28'],
    ['2026-11-30T12:00:00Z', 31, '2026-11-30', '2026-12-31'],
    ['2026-01-14T12:00:00Z', 15, '2025-12-15', '2026-01-15'],
  ])('at %s, of day %i: %s to %s', (at, day, from, to) => {
    const { startMs, endMs } = cycleAt(Date.parse(at), day, 'UTC');
    expect([startMs, endMs].map((ms) => new Date(ms).toISOString().slice(0, 10))).toEqual([from, to]);
  });
});

/** What names no window is none of these. */
const windowOf = (name: string): QuotaWindow => parseQuotaWindow(name) ?? { kind: 'rolling', lengthMs: 1 };

it.each([
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 7 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['cycle', 30 * 86_400_000],
  ['5h', 5 * 3_600_000],
  ['gauge', null],
])('a window of %s is about %s ms long', (name, lengthMs) => {
  expect(roughLengthMs(windowOf(name))).toBe(lengthMs);
});

it.each(['45s', '90s', '7m', '5h', '7d'])('%s is called so', (name) => {
  expect(quotaWindowName(windowOf(name))).toBe(name);
});
