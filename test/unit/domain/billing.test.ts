import { describe, expect, it } from 'vitest';
import { chargesOf } from '../../../src/domain/accrual';
import { billedIn, billingModeOf, type Payment } from '../../../src/domain/prices/billing';
import type { BillingMode, ProviderConfiguration, Subscription } from '../../../src/protocol/configuration';

const usd = 1_000_000_000;
const dayMs = 86_400_000;
const startMs = Date.parse('2026-11-01T00:00:00Z');
const origin = { layer: 'user', path: [] } as const;

const provider = (billing: BillingMode, more: Partial<ProviderConfiguration> = {}): ProviderConfiguration => ({
  billing,
  capabilities: null,
  fixedMonthlyNanos: 0,
  electricity: null,
  origin,
  ...more,
});
const subscription = (id: string, monthlyFeeNanos: number | null): Subscription => ({
  id,
  displayName: `The ${id}`,
  provider: 'anthropic',
  plan: null,
  monthlyFeeNanos,
  cycleDay: 1,
  origin,
});
const payment: Payment = {
  subscriptions: [subscription('pro', 30 * usd), subscription('gift', 0), subscription('kimi', null)],
  providers: {
    anthropic: provider('subscription'),
    google: provider('free_tier'),
    mine: provider('local', { fixedMonthlyNanos: 60 * usd, electricity: { watts: 1_000, nanosPerKwh: usd / 4 } }),
    unplugged: provider('local', { electricity: { watts: 0, nanosPerKwh: usd } }),
    solar: provider('local', { electricity: { watts: 500, nanosPerKwh: 0 } }),
  },
};

describe('A4 how a provider is paid for', () => {
  it.each([
    ['anthropic', 'subscription'],
    ['google', 'free_tier'],
    ['mine', 'local'],
    ['ollama', 'local'],
    ['openai', 'metered'],
    ['constructor', 'metered'],
  ])('%s: %s', (name, mode) => expect(billingModeOf(name, payment)).toBe(mode));
});

describe('A5 what costs without being used', () => {
  it('is each fee, the hardware and the electricity, but nothing that costs nothing or nobody knows what', () => {
    expect(chargesOf(payment)).toEqual([
      {
        kind: 'subscription',
        id: 'pro',
        label: 'The pro',
        provider: 'anthropic',
        accrual: { by: 'cycle', feeNanos: 30 * usd, cycleDay: 1 },
      },
      {
        kind: 'hardware',
        id: 'mine',
        label: 'mine',
        provider: 'mine',
        accrual: { by: 'cycle', feeNanos: 60 * usd, cycleDay: 1 },
      },
      {
        kind: 'electricity',
        id: 'mine',
        label: 'mine',
        provider: 'mine',
        accrual: { by: 'power', watts: 1_000, nanosPerKwh: usd / 4 },
      },
    ]);
  });

  it('is billed beside the metered calls, day by day and up to now', () => {
    const usage = [
      { provider: 'openai', costNanos: 7 * usd },
      { provider: 'anthropic', costNanos: 100 * usd },
      { provider: 'ollama', costNanos: 5 * usd },
    ];
    const month = { startMs, endMs: startMs + 30 * dayMs };
    // Ten days have begun: a third of the fees, and 24 kWh a day.
    const billed = billedIn(month, 'UTC', startMs + 9 * dayMs, payment, usage);
    expect(billed.usageNanos).toBe(7 * usd);
    expect(billed.charges.map(({ kind, nanos }) => [kind, nanos])).toEqual([
      ['subscription', 10 * usd],
      ['hardware', 20 * usd],
      ['electricity', 60 * usd],
    ]);
    expect(billed.totalNanos).toBe(97 * usd);
    expect(billedIn(month, 'UTC', startMs + 9 * dayMs, payment, [], new Set(['anthropic']))).toMatchObject({
      charges: [{ id: 'pro' }],
      totalNanos: 10 * usd,
    });
    expect(billedIn(month, 'UTC', startMs - 1, payment, []), 'not begun').toMatchObject({ charges: [], totalNanos: 0 });
  });
});
