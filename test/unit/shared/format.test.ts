import { describe, expect, it } from 'vitest';
import { createFormat } from '../../../src/shared/format';
import { nowMs } from '../host/samples';

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

  it('leaves out cents where there are none, if room is short', () => {
    expect([0, 50, 41.37, 1234.5].map((usd) => format.shortMoney(usd))).toEqual(['$0', '$50', '$41.37', '$1,235']);
  });

  it('follows the display language', () => {
    expect(createFormat('de', 'UTC').money(4.12)).toBe('4,12\u00a0$');
    expect(createFormat('de', 'UTC').count(12_345)).toBe('12.345');
  });

  it('shows the configured currency, with the cents that it has', () => {
    const euro = createFormat('en', 'UTC', { code: 'EUR', perUsd: 0.92 });
    expect([0, 0.001, 4.12, 1086.94, 1086.96].map((usd) => euro.money(usd))).toEqual([
      '€0.00',
      '<€0.01',
      '€3.79',
      '€999.98',
      '€1,000',
    ]);
    expect(euro.fullMoney(1234.5)).toBe('€1,135.74');
    expect(euro.spokenMoney(4.12)).toBe('3.79 euros');
    const yen = createFormat('ja', 'UTC', { code: 'JPY', perUsd: 150 });
    expect([0.001, 4.12].map((usd) => yen.fullMoney(usd))).toEqual(['<￥1', '￥618']);
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

  it('says how long there is left, rounded up, and never less than a minute', () => {
    const left = (ms: number): string => format.until(nowMs + ms, nowMs);
    const hourMs = 3_600_000;
    expect([
      left(0),
      left(61_000),
      left(119 * 60_000),
      left(2 * hourMs),
      left(9.5 * hourMs),
      left(47 * hourMs),
      left(50 * hourMs),
    ]).toEqual(['in 1 min.', 'in 2 min.', 'in 119 min.', 'in 2 hr.', 'in 10 hr.', 'in 47 hr.', 'in 3 days']);
    expect(format.spokenUntil(nowMs + 9 * hourMs, nowMs)).toBe('in 9 hours');
  });

  it('writes bytes in their greatest unit', () => {
    expect([0, 999, 1500, 1_000_000_000, 5e15].map((bytes) => format.bytes(bytes))).toEqual([
      '0 byte',
      '999 byte',
      '1.5 kB',
      '1 GB',
      '5,000 TB',
    ]);
  });
});
