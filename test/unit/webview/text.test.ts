import { describe, expect, it } from 'vitest';
import { dashboardStrings } from '../../../src/protocol/dashboard/dashboardStrings';
import { createText } from '../../../webview/text';

const english = createText('en', 'Europe/Berlin', {});

describe('what the page says', () => {
  it('shows money to the cent, and never nothing for something', () => {
    expect(english.money(4_120_000_000)).toBe('$4.12');
    expect(english.money(0)).toBe('$0.00');
    expect(english.money(1)).toBe('<$0.01');
    expect(createText('de', 'UTC', {}).money(1_234_500_000_000)).toBe('1.234,50\u00a0$');
    expect(createText('ja', 'UTC', {}).money(4_120_000_000)).toBe('$4.12');
  });

  it('shows the configured currency, with the cents that it has', () => {
    const euro = createText('de', 'UTC', {}, { code: 'EUR', perUsd: 0.92 });
    expect(euro.money(4_120_000_000)).toBe('3,79\u00a0€');
    expect(euro.roundMoney(euro.amount(12_000_000_000_000))).toBe('11.040\u00a0€');
    const yen = createText('en', 'UTC', {}, { code: 'JPY', perUsd: 150 });
    expect([1_000_000, 4_120_000_000].map((nanos) => yen.money(nanos))).toEqual(['<¥1', '¥618']);
    expect(yen.currencyNote).toBe('Shown in JPY, at 150 a dollar; counted in USD.');
    expect(english.currencyNote).toBeNull();
    expect(createText('en', 'UTC', {}, { code: 'CAD', perUsd: 1.4 }).money(1_000_000_000)).toBe('CA$1.40');
  });

  it('shows days and hours of the ledger’s zone', () => {
    const midnight = Date.parse('2026-11-20T23:30:00Z');
    expect(english.day(midnight)).toBe('Nov 21, 2026');
    expect(createText('en', 'UTC', {}).day(midnight)).toBe('Nov 20, 2026');
    expect(createText('de', 'Europe/Berlin', {}).hour(midnight)).toBe('00:30');
    expect([1, 7].map((day) => english.weekday(day))).toEqual(['Mon', 'Sun']);
  });

  it('uses the host’s translations, and English where there is none', () => {
    const text = createText('de', 'UTC', { totalCost: 'Gesamtkosten', ofBudget: '{1}: {0}' });
    expect(text.t('totalCost')).toBe('Gesamtkosten');
    expect(text.t('ofBudget', '64 %', '$200')).toBe('$200: 64 %');
    expect(text.t('tokens')).toBe(dashboardStrings.tokens);
    expect(text.counted(1, 'oneRequest', 'requestsCount')).toBe('1 request');
    expect(text.counted(1_200, 'oneRequest', 'requestsCount')).toBe('1.200 requests');
  });

  it('puts a name in as it is, whatever is in it', () => {
    expect(english.t('filterBy', '{0}$&{1}')).toBe('Show only {0}$&{1}');
  });

  it('survives a language and a zone that nobody knows', () => {
    const text = createText('x-nobody', 'Mars/Olympus', {});
    expect(text.money(1_000_000_000)).toBe('$1.00');
    // As the status bar does it: of no zone that is known, the machine's.
    expect(text.instant(0)).toBe(createText('en', '', {}).instant(0));
  });

  it('shows small shares to a tenth of a percent, and times in their unit', () => {
    expect([0.64, 0.0123, 0, 1].map((ratio) => english.percent(ratio))).toEqual(['64%', '1.2%', '0%', '100%']);
    expect([850, 4_240].map((ms) => english.duration(ms))).toEqual(['850 ms', '4.2 sec']);
  });
});
