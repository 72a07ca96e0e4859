import { describe, expect, it } from 'vitest';
import { createFormat } from '../../../src/host/format';

describe('F1 figures in the status bar', () => {
  const format = createFormat('en', 'Europe/Berlin');

  it.each([
    [0, '$0.00'],
    [0.000_001, '<$0.01'],
    [0.0099, '<$0.01'],
    [0.01, '$0.01'],
    [4.119, '$4.12'],
    [999.994, '$999.99'],
    [999.996, '$1,000'],
    [1234.5, '$1,235'],
    [1_234_567, '$1,234,567'],
  ])('shows %d dollars as %s', (usd, shown) => {
    expect(format.money(usd)).toBe(shown);
  });

  it('keeps the cents of a large sum in a report', () => {
    expect([0, 0.001, 1234.5].map((usd) => format.fullMoney(usd))).toEqual(['$0.00', '<$0.01', '$1,234.50']);
  });

  it('follows the display language', () => {
    expect(createFormat('de', 'UTC').money(4.12)).toBe('4,12\u00a0$');
    expect(createFormat('de', 'UTC').count(12_345)).toBe('12.345');
  });

  it('shortens token counts', () => {
    expect([999, 1_250, 1_230_000].map((tokens) => format.compact(tokens))).toEqual(['999', '1.3K', '1.2M']);
  });

  it('tells instants in the zone of the ledger', () => {
    const atMs = Date.parse('2026-11-20T23:30:00Z');
    expect(format.time(atMs)).toBe('00:30');
    expect(format.instant(atMs)).toBe('2026-11-21 00:30');
  });

  it('tells an age, but none below a minute and none from a clock that ran ahead', () => {
    const nowMs = Date.parse('2026-11-21T12:00:00Z');
    expect(format.ago(nowMs - 59_999, nowMs)).toBeNull();
    expect(format.ago(nowMs + 5000, nowMs)).toBeNull();
    expect(format.ago(nowMs - 120_000, nowMs)).toBe('2 min. ago');
    expect(format.ago(nowMs - 7_300_000, nowMs)).toBe('2 hr. ago');
    expect(format.ago(nowMs - 3 * 86_400_000, nowMs)).toBe('3 days ago');
  });

  it('survives a language and a zone that this runtime does not know', () => {
    const odd = createFormat('qps_ploc!', 'Moon/Base');
    expect(odd.money(4.12)).toBe('$4.12');
    expect(odd.time(0)).toMatch(/^\d\d:\d\d$/);
  });
});
