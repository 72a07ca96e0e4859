import fc from '../../support/properties';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { daysEndMs, defaultRetention, detailsEndMs, monthAt } from '../../../src/domain/retention';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham', 'Pacific/Apia'];
const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2031, 0, 1) });

describe('retention', () => {
  it('ends where days of the zone begin', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (nowMs, zone) => {
        const today = DateTime.fromMillis(nowMs, { zone }).startOf('day');
        expect(detailsEndMs(defaultRetention, nowMs, zone)).toBe(today.minus({ days: 90 }).toMillis());
        expect(daysEndMs(defaultRetention, nowMs, zone)).toBe(today.minus({ days: 365 }).toMillis());
      }),
    );
  });

  it('never forgets the days of what still has details, and nothing where it is told so', () => {
    const policy = { ...defaultRetention, detailedDays: 400, dailyDays: 10 };
    const nowMs = Date.UTC(2026, 10, 21);
    expect(daysEndMs(policy, nowMs, 'UTC')).toBe(detailsEndMs(policy, nowMs, 'UTC'));
    expect(detailsEndMs({ ...policy, detailedDays: Infinity }, nowMs, 'UTC')).toBe(-Infinity);
  });

  it('knows the month of an instant, and a place in it that is inside in every zone', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), fc.constantFrom(...zones), (atMs, zone, other) => {
        const month = monthAt(atMs, zone);
        const begin = DateTime.fromMillis(atMs, { zone }).startOf('month');
        expect([month.startMs, month.endMs]).toEqual([begin.toMillis(), begin.plus({ months: 1 }).toMillis()]);
        const middle = DateTime.fromMillis(month.middleMs, { zone: other });
        expect(middle.toFormat('yyyy-MM')).toBe(begin.toFormat('yyyy-MM'));
      }),
    );
  });
});
