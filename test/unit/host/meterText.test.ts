import { describe, expect, it, vi } from 'vitest';
import { createFormat } from '../../../src/shared/format';
import { meterText, spokenMoney, type MeterSettings } from '../../../src/host/meter/meterText';
import type { LimitState } from '../../../src/protocol/snapshot';
import { nowMs, snapshot, totals, view } from './samples';

vi.mock('vscode', () => import('./vscodeMock'));

const format = createFormat('en', 'UTC');
const settings: MeterSettings = { show: ['today', 'limit'], limit: '' };
const text = (...[changes, rest]: Parameters<typeof view>): string =>
  meterText(view(changes, rest), settings, format, nowMs).text;
const label = (...[changes, rest]: Parameters<typeof view>): string =>
  meterText(view(changes, rest), settings, format, nowMs).label;

const importing = { filesDone: 1, filesTotal: 10, bytesDone: 437, bytesTotal: 1000 };

describe('F1 the status bar item', () => {
  it('shows what today cost', () => {
    expect(text()).toBe('$(pulse) $4.12');
    expect(label()).toBe('Agent Meter: 4 dollars 12 cents spent today, 80 dollars 50 cents this month.');
  });

  it('shows and speaks the configured currency', () => {
    const euro = createFormat('en', 'UTC', { code: 'EUR', perUsd: 0.5 });
    const shown = meterText(view(), settings, euro, nowMs);
    expect(shown.text).toBe('$(pulse) €2.06');
    expect(shown.label).toBe('Agent Meter: 2.06 euros spent today, 40.25 euros this month.');
  });

  it('shows the last known figures of today before the engine runs', () => {
    expect(text({}, { live: false, engine: { kind: 'starting' } })).toBe('$(pulse) $4.12');
  });

  it('never shows a figure of yesterday as today’s', () => {
    const over = { day: { startMs: nowMs - 86_400_000, endMs: nowMs } };
    expect(text(over)).toBe('$(pulse) –');
    expect(label(over)).toBe('Agent Meter: Today’s spend is not known yet.');
    expect(text({}, { snapshot: null, engine: { kind: 'starting' } })).toBe('$(pulse) –');
  });

  it('turns only while an import runs, and never says 100% before it is done', () => {
    expect(text({ import: importing })).toBe('$(sync~spin) $4.12 · 43%');
    expect(text({ import: { ...importing, bytesDone: 1000 } })).toBe('$(sync~spin) $4.12 · 99%');
    expect(text({ import: { ...importing, bytesTotal: 0 } })).toBe('$(sync~spin) $4.12 · 10%');
    expect(label({ import: importing })).toContain('Reading logs, 43% done.');
  });

  it('says that it does not work instead of showing a stale figure', () => {
    expect(text({}, { engine: { kind: 'failed', reason: 'No folder.' } })).toBe('$(warning) Agent Meter');
    expect(text({}, { engine: { kind: 'restarting', reason: 'exit code 1' } })).toBe('$(warning) Agent Meter');
    expect(label({}, { engine: { kind: 'failed', reason: 'No folder.' } })).toContain('does not work. No folder.');
  });

  it('warns beside the figure when the engine reports an error, not when it warns', () => {
    const problem = { id: 'disk', message: 'The disk is full.' };
    expect(text({ problems: [{ ...problem, severity: 'error' }] })).toBe('$(warning) $4.12');
    expect(text({ problems: [{ ...problem, severity: 'warning' }] })).toBe('$(pulse) $4.12');
    expect(label({ problems: [{ ...problem, severity: 'error' }] })).toContain('The disk is full.');
  });

  it('does not take the emptiness of a ledger that can not be opened for $0.00', () => {
    const problems = [{ id: 'disk', severity: 'error', message: 'No permission.' }] as const;
    expect(text({ ledgerOpen: false, problems: [...problems] })).toBe('$(warning) –');
  });

  it('has no icon in its label', () => {
    for (const one of [label(), label({ import: importing })]) expect(one).not.toContain('$(');
  });

  it.each([
    [0, '0 dollars'],
    [0.004, 'less than 1 cent'],
    [0.01, '1 cent'],
    [1, '1 dollar'],
    [1.01, '1 dollar 1 cent'],
    [1999.99, '1,999 dollars'],
  ])('speaks %d as %s', (usd, spoken) => {
    expect(spokenMoney(usd, format)).toBe(spoken);
  });

  it('takes its figures from today’s total', () => {
    const free = { total: totals(0, 0), byProvider: [] };
    expect(text({ ...snapshot(), today: free })).toBe('$(pulse) $0.00');
  });
});

const quota: LimitState = {
  id: 'pro.tokens.day',
  kind: 'quota',
  byDefault: false,
  momentary: false,
  label: 'Claude Pro',
  measure: 'tokens',
  period: 'day',
  used: 630_000,
  limit: 1_000_000,
  percent: 63.9,
  pace: null,
  level: 'ok',
  resetsAtMs: nowMs + 3 * 3_600_000,
  source: 'counted',
  asOfMs: nowMs,
  confidence: 'medium',
};

describe('F1 the tightest limit', () => {
  const shown = (
    changes: Partial<LimitState>,
    more: Partial<MeterSettings> = {},
    live = true,
  ): ReturnType<typeof meterText> => {
    const limits = [
      { ...quota, ...changes },
      { ...quota, id: 'other', label: 'Other', percent: 12 },
    ];
    return meterText(view({ limits }, { live }), { ...settings, ...more }, format, nowMs);
  };

  it('stands beside today’s spend, and is said in words', () => {
    expect(shown({}).text).toBe('$(pulse) $4.12 · 63%');
    expect(shown({}).label).toContain('Claude Pro · tokens a day: 63% used, resets in 3 hours.');
    expect(shown({ resetsAtMs: null }).label).toContain('Claude Pro · tokens a day: 63% used.');
  });

  it('is not one that ships with us and that nobody asked for, until it warns', () => {
    expect(shown({ byDefault: true }).text).toBe('$(pulse) $4.12 · 12%');
    expect(shown({ byDefault: true }, { limit: quota.id }).text).toBe('$(pulse) $4.12 · 63%');
    expect(shown({ byDefault: true, percent: 80, level: 'warning' }).text).toBe('$(pulse) $4.12 · 80%');
  });

  it('is not one of a moment, however many agents are at work, unless it is chosen', () => {
    const agents = { measure: 'concurrent_agents', momentary: true, percent: 100, level: 'exceeded' } as const;
    expect(shown(agents).text).toBe('$(pulse) $4.12 · 12%');
    expect(shown(agents).level).toBe('ok');
    expect(shown(agents, { limit: quota.id }).text).toBe('$(pulse) $4.12 · 100%');
  });

  it('is not shown as used once its reset has passed: then the next one is', () => {
    expect(shown({ resetsAtMs: nowMs }).text).toBe('$(pulse) $4.12 · 12%');
    expect(text({ limits: [{ ...quota, resetsAtMs: nowMs - 1 }] })).toBe('$(pulse) $4.12');
  });

  it('is 100% only when it is used up, and colours the item only when it is crossed', () => {
    expect(shown({ percent: 99.99 })).toMatchObject({ text: '$(pulse) $4.12 · 99%', level: 'ok' });
    expect(shown({ percent: 80, level: 'warning' }).level).toBe('warning');
    expect(shown({ percent: 100, level: 'exceeded' })).toMatchObject({
      text: '$(pulse) $4.12 · 100%',
      level: 'exceeded',
    });
    expect(shown({ percent: 100, level: 'exceeded', resetsAtMs: nowMs }).level).toBe('ok');
    expect(shown({ percent: 100, level: 'exceeded' }, {}, false).level).toBe('ok');
  });

  it('can be another one, and the text can be of other parts', () => {
    expect(shown({}, { limit: 'other' }).text).toBe('$(pulse) $4.12 · 12%');
    expect(shown({}, { limit: 'gone' }).text).toBe('$(pulse) $4.12 · 63%');
    expect(shown({}, { show: ['limit', 'month', 'tokens'] }).text).toBe(
      '$(pulse) 63% · $80.50 this month · 2.1M tokens',
    );
    expect(shown({}, { show: ['session'] }).text).toBe('$(pulse) $0.40 in this window');
    expect(shown({}, { show: [] }).text).toBe('$(pulse) –');
  });

  it('gives way to the progress of an import', () => {
    expect(text({ limits: [quota], import: importing })).toBe('$(sync~spin) $4.12 · 43%');
  });
});
