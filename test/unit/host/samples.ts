/** Snapshots and totals to render. */
import type { Totals } from '../../../src/protocol/api/apiParts';
import type { MeterSnapshot } from '../../../src/protocol/snapshot';
import type { MeterView } from '../../../src/host/meter/meterView';

export const nowMs = Date.parse('2026-11-21T14:05:00Z');

export function totals(costUsd: number, events = 1, unpricedEvents = 0): Totals {
  const tokens = { input: 1200, output: 340, cacheRead: 2_000_000, cacheWrite: 50_000, total: 2_051_540 };
  return { costUsd, tokens, events, unpricedEvents };
}

export function snapshot(changes: Partial<MeterSnapshot> = {}): MeterSnapshot {
  return {
    version: 7,
    asOfMs: nowMs,
    timezone: 'UTC',
    currency: { code: 'USD', perUsd: 1 },
    day: { startMs: Date.parse('2026-11-21T00:00:00Z'), endMs: Date.parse('2026-11-22T00:00:00Z') },
    today: { total: totals(4.12), byProvider: [{ provider: 'anthropic', total: totals(4.12) }] },
    month: {
      total: totals(80.5),
      byProvider: [
        { provider: 'anthropic', total: totals(70.5) },
        { provider: 'openai', total: totals(10) },
      ],
    },
    agents: [
      { agent: 'claude-code', costUsd: 3.09 },
      { agent: 'reviewer', costUsd: 1.03 },
    ],
    burn: { lastHourUsd: 1.35, projectedUsd: 7.02 },
    session: { startMs: Date.parse('2026-11-21T14:02:00Z'), total: totals(0.4) },
    alerts: [],
    overrides: [],
    notice: null,
    limits: [],
    billed: {
      todayUsd: 4.12,
      monthUsd: 80.5,
      modes: [
        { provider: 'anthropic', mode: 'metered' },
        { provider: 'openai', mode: 'metered' },
      ],
    },
    unpriced: [],
    estimated: [],
    sources: [
      {
        id: 'claude-code',
        label: 'Claude Code',
        state: 'watching',
        files: 406,
        skippedLines: 0,
        lastEventMs: nowMs - 120_000,
      },
    ],
    import: null,
    ledgerOpen: true,
    problems: [],
    ledgerDirectory: '/data/agent-meter',
    ledgerEvents: 12,
    ...changes,
  };
}

export function view(changes: Partial<MeterSnapshot> = {}, rest: Partial<MeterView> = {}): MeterView {
  return { engine: { kind: 'ready' }, snapshot: snapshot(changes), live: true, ...rest };
}
