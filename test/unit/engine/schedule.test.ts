import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { isDue } from '../../../src/engine/upkeep/schedule';

const nightly = '0 2 * * *';
const at = (text: string, zone = 'Europe/Berlin'): number => DateTime.fromISO(text, { zone }).toMillis();

/** Instants at which it is due, when it is asked every ten minutes and done at once. */
function runs(from: string, to: string, zone: string): string[] {
  const done: string[] = [];
  let lastMs = at(from, zone);
  for (let nowMs = lastMs; nowMs <= at(to, zone); nowMs += 600_000) {
    if (!isDue(nightly, zone, lastMs, nowMs)) continue;
    lastMs = nowMs;
    done.push(DateTime.fromMillis(nowMs, { zone }).toFormat('MM-dd HH:mm ZZ'));
  }
  return done;
}

describe('a nightly schedule', () => {
  it('is due at two in the zone, once a day', () => {
    expect(runs('2026-11-20T12:00', '2026-11-23T01:00', 'Europe/Berlin')).toEqual([
      '11-21 02:00 +01:00',
      '11-22 02:00 +01:00',
    ]);
    expect(runs('2026-11-20T12:00', '2026-11-22T01:00', 'Asia/Kathmandu')).toEqual(['11-21 02:00 +05:45']);
  });

  it('is due once where the clock skips the hour, and once where it comes twice', () => {
    expect(runs('2026-03-28T12:00', '2026-03-30T12:00', 'Europe/Berlin')).toEqual([
      '03-29 03:00 +02:00',
      '03-30 02:00 +02:00',
    ]);
    expect(runs('2026-10-24T12:00', '2026-10-26T12:00', 'Europe/Berlin')).toEqual([
      '10-25 02:00 +02:00',
      '10-26 02:00 +01:00',
    ]);
  });

  it('is caught up once after a sleep of any length', () => {
    const lastMs = at('2026-11-20T02:00');
    for (const wake of ['2026-11-21T02:00', '2026-11-21T09:13', '2026-12-24T18:00', '2028-01-01T00:00']) {
      expect(isDue(nightly, 'Europe/Berlin', lastMs, at(wake)), wake).toBe(true);
      expect(isDue(nightly, 'Europe/Berlin', at(wake), at(wake) + 60_000), `after ${wake}`).toBe(false);
    }
    expect(isDue(nightly, 'Europe/Berlin', lastMs, at('2026-11-21T01:59'))).toBe(false);
  });

  it('is due when it never was, and when the last time is in the future', () => {
    expect(isDue(nightly, 'UTC', null, 0)).toBe(true);
    expect(isDue(nightly, 'UTC', at('2036-01-01'), at('2026-01-01'))).toBe(true);
  });
});
