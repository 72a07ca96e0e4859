/** Which subscriptions are told to be little used: counted over their own cycles, or as their providers say. */
import { describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { noUsage } from '../../../src/domain/usage/usageSums';
import { underuse, type ProviderUsage } from '../../../src/engine/alerts/underuse';
import type { QuotaState } from '../../../src/protocol/quota';

const nowMs = Date.parse('2026-11-25T00:00:00Z');
const file = `subscriptions:
  - { id: pro, display_name: Claude Pro, provider: claude, monthly_fee: 20, cycle_day: 5, quotas: [ { meter: tokens, period: day, limit: 1000 }, { meter: requests, window: 5h, limit: 10 } ] }
`;

interface Call {
  at: string;
  tokens: number;
  provider?: string;
}

function told(calls: Call[], states: Partial<QuotaState>[] = [], text = file): string[] {
  const usage: ProviderUsage = (of, _, { startMs, endMs }) => {
    const inside = calls.filter(({ at, provider = 'anthropic' }) => {
      const atMs = Date.parse(at);
      return atMs >= startMs && atMs < endMs && provider === of;
    });
    const tokens = inside.reduce((sum, call) => sum + call.tokens, 0);
    return { ...noUsage(), requests: inside.length, tokens };
  };
  const { configuration } = resolveConfiguration({ user: text });
  return underuse(usage, states as QuotaState[], configuration, 'UTC', nowMs).map(({ message }) => message);
}

const before = { at: '2026-10-20T12:00:00Z', tokens: 1 };

describe('C7 a subscription that is little used', () => {
  it('is told, by what was used since its own cycle began', () => {
    // Twenty days of a thousand tokens each are included so far.
    expect(told([before, { at: '2026-11-06T00:00:00Z', tokens: 2_400 }])).toEqual([
      'Claude Pro is used to 12% of what it includes so far: route more work there.',
    ]);
    expect(told([before, { at: '2026-11-06T00:00:00Z', tokens: 10_000 }])).toEqual([]);
    expect(told([before, { at: '2026-11-04T23:59:59Z', tokens: 10_000 }])).toHaveLength(1);
    expect(told([before, { at: '2026-11-06T00:00:00Z', tokens: 10_000, provider: 'openai' }])).toHaveLength(1);
  });

  it('is not told where nobody counted before the cycle, or nothing long says what is included', () => {
    expect(told([{ at: '2026-11-20T00:00:00Z', tokens: 1 }])).toEqual([]);
    expect(told([before], [], file.replace('{ meter: tokens, period: day, limit: 1000 }, ', ''))).toEqual([]);
    expect(told([before], [], 'subscriptions: [ { id: pro, provider: claude, monthly_fee: 20 } ]')).toEqual([]);
    expect(told([before], [], '')).toEqual([]);
  });

  it('is as the provider says, of a long window that is half over', () => {
    const observed = (window: string, percent: number, resetsAt: string): Partial<QuotaState>[] => {
      const reading = { percent, resetsAtMs: Date.parse(resetsAt), source: 'statusline' };
      return [{ subscription: 'pro', window, reading: reading as QuotaState['reading'] }];
    };
    // A week of which six days are over.
    expect(told([before], observed('7d', 90, '2026-11-26T00:00:00Z'))).toEqual([]);
    expect(told([before], observed('7d', 30, '2026-11-26T00:00:00Z'))[0]).toContain('used to 35%');
    // Of a week that has just begun, or of five hours, what was counted says more.
    expect(told([before], observed('7d', 90, '2026-12-01T00:00:00Z'))[0]).toContain('used to 0%');
    expect(told([before], observed('5h', 90, '2026-11-25T01:00:00Z'))[0]).toContain('used to 0%');
  });

  it('has the floors that the configuration names', () => {
    const calls = [before, { at: '2026-11-06T00:00:00Z', tokens: 2_400 }];
    expect(told(calls, [], `${file}alerts: { utilization: { subscription_floor: 0.1 } }\n`)).toEqual([]);
    expect(told(calls, [], `${file}alerts: { utilization: { subscription_floor: 0.13 } }\n`)).toHaveLength(1);
  });
});
