import fc from '../../support/properties';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { firstDayOf, hourAt } from '../../../src/domain/time/zone';
import { dayMs } from '../../../src/shared/time';

const hourMs = 3_600_000;
const hours = (atMs: number, zone: string): [string, string] => {
  const { startMs, endMs } = hourAt(atMs, zone);
  return [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
};

describe('an hour', () => {
  it('is the one that local clocks show, of zones with half hours, too', () => {
    expect(hours(Date.parse('2026-11-21T12:40:00Z'), 'UTC')).toEqual([
      '2026-11-21T12:00:00.000Z',
      '2026-11-21T13:00:00.000Z',
    ]);
    expect(hours(Date.parse('2026-11-21T12:40:00Z'), 'Asia/Kolkata')).toEqual([
      '2026-11-21T12:30:00.000Z',
      '2026-11-21T13:30:00.000Z',
    ]);
  });

  it('ends and begins where clocks change by half an hour', () => {
    // Lord Howe goes back from 02:00 to 01:30 at 15:00 UTC: the hour of one is an hour long, and then half an hour.
    const zone = 'Australia/Lord_Howe';
    const change = Date.parse('2026-04-04T15:00:00Z');
    expect(hours(change - 1, zone)).toEqual(['2026-04-04T14:00:00.000Z', '2026-04-04T15:00:00.000Z']);
    expect(hours(change, zone)).toEqual(['2026-04-04T15:00:00.000Z', '2026-04-04T15:30:00.000Z']);
    // In October it goes forward from 02:00 to 02:30.
    const forward = Date.parse('2026-10-03T15:30:00Z');
    expect(hours(forward, zone)).toEqual(['2026-10-03T15:30:00.000Z', '2026-10-03T16:00:00.000Z']);
    expect(hours(forward - 1, zone)).toEqual(['2026-10-03T14:30:00.000Z', '2026-10-03T15:30:00.000Z']);
    // Caracas went back by half an hour at 03:00.
    const caracas = Date.parse('2007-12-09T07:00:00Z');
    expect(hours(caracas - 1, 'America/Caracas')).toEqual(['2007-12-09T06:00:00.000Z', '2007-12-09T07:00:00.000Z']);
    // And forward at 02:30, in the middle of an hour, which ends there.
    const middle = Date.parse('2016-05-01T07:00:00Z');
    expect(hours(middle - 1, 'America/Caracas')).toEqual(['2016-05-01T06:30:00.000Z', '2016-05-01T07:00:00.000Z']);
  });

  it('holds its instant, and the next one begins where it ends', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Caracas', 'Asia/Kathmandu');
    const instants = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2030, 0) });
    fc.assert(
      fc.property(instants, zones, (atMs, zone) => {
        const { startMs, endMs } = hourAt(atMs, zone);
        expect(startMs <= atMs && atMs < endMs && endMs - startMs <= hourMs).toBe(true);
        expect(hourAt(endMs, zone).startMs).toBe(endMs);
        expect(hourAt(startMs, zone)).toEqual({ startMs, endMs });
        const shown = (ms: number): number => DateTime.fromMillis(ms, { zone }).hour;
        expect([shown(startMs), shown(endMs - 1)]).toEqual([shown(atMs), shown(atMs)]);
      }),
    );
  });
});

it('a month begins on its first day, also the one behind December', () => {
  expect(firstDayOf(2026, 10) * dayMs).toBe(Date.parse('2026-11-01'));
  expect(firstDayOf(2026, 12) * dayMs).toBe(Date.parse('2027-01-01'));
});
