/** When an override is to end, as people write it. */
import { describe, expect, it } from 'vitest';
import { untilOf } from '../../../src/host/documents/untilText';

const nowMs = Date.parse('2026-11-21T14:05:00Z');
const at = (text: string, zone = 'UTC'): string => {
  const until = untilOf(text, nowMs, zone);
  return 'ms' in until ? new Date(until.ms).toISOString().slice(0, 16) : until.wrong;
};

describe('untilOf', () => {
  it.each([
    ['2 h', '2026-11-21T16:05'],
    ['2', '2026-11-21T16:05'],
    ['0.5', '2026-11-21T14:35'],
    ['1,5 hours', '2026-11-21T15:35'],
    ['90 min', '2026-11-21T15:35'],
    ['90m', '2026-11-21T15:35'],
    ['3 d', '2026-11-24T14:05'],
    ['18:30', '2026-11-21T18:30'],
    ['9:00', '2026-11-22T09:00'],
    ['14:05', '2026-11-22T14:05'],
    ['2026-11-28', '2026-11-28T00:00'],
    ['2026-11-28 18:30', '2026-11-28T18:30'],
    ['2026-11-28T8:30', '2026-11-28T08:30'],
  ])('takes %s', (text, expected) => expect(at(text)).toBe(expected));

  it('goes by the clock of the zone, over a change of it', () => {
    expect(at('18:30', 'Asia/Kolkata')).toBe('2026-11-22T13:00');
    expect(at('2026-11-28', 'America/New_York')).toBe('2026-11-28T05:00');
    // Summer time begins on the 14th at 2.
    expect(at('2027-03-13 12:00', 'America/New_York')).toBe('2027-03-13T17:00');
    expect(at('2027-03-14 12:00', 'America/New_York')).toBe('2027-03-14T16:00');
    expect(at('2027-03-14', 'America/New_York')).toBe('2027-03-14T05:00');
  });

  it('takes a zone that it does not know for this machine’s', () => {
    expect(at('2026-11-28', 'Mars/Olympus')).toBe(at('2026-11-28', ''));
  });

  it.each([
    ['0', 'past'],
    ['0 min', 'past'],
    ['2026-11-21', 'past'],
    ['2026-11-21 14:05', 'past'],
    ['2025-01-01', 'past'],
    ['400 d', 'far'],
    ['2099-01-01', 'far'],
    ['', 'unreadable'],
    ['soon', 'unreadable'],
    ['-1', 'unreadable'],
    ['24:00', 'unreadable'],
    ['12:60', 'unreadable'],
    ['2027-02-30', 'unreadable'],
    ['2027-02-28 25:00', 'unreadable'],
  ])('refuses %s', (text, wrong) => expect(at(text)).toBe(wrong));
});
