import { describe, expect, it, vi } from 'vitest';
import { createFormat } from '../../../src/host/format';
import { meterText, spokenMoney, type MeterSettings } from '../../../src/host/meterText';
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
