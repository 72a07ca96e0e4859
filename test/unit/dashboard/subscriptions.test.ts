import { beforeAll, describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../src/config/normalise/defaults';
import { subscriptions } from '../../../src/engine/figures/subscriptions';
import type { DashboardSource } from '../../../src/engine/figures/source';
import type { Subscription } from '../../../src/protocol/configuration';
import { event } from '../ledger/event';
import { ledgerOf, sourceOf, zone } from './support';

/** Half of a cycle that begins on the first has passed in a zone without a change of clocks: 30 days from midnight. */
const halfMs = Date.parse('2026-11-15T23:00:00Z');

const plan = (id: string, provider: string, fee: number | null, cycleDay = 1): Subscription => ({
  id,
  displayName: id.toUpperCase(),
  provider,
  plan: null,
  monthlyFeeNanos: fee === null ? null : fee * 1e9,
  cycleDay,
  origin: { layer: 'user', path: [] },
});

let source: DashboardSource;
const of = (...plans: Subscription[]): ReturnType<typeof subscriptions> =>
  subscriptions(zone, halfMs, { ...source, configuration: { ...defaultConfiguration, subscriptions: plans } });

beforeAll(async () => {
  const call = (id: string, provider: string, at: string, dollars: number): ReturnType<typeof event> =>
    event(id, { provider, atMs: Date.parse(at), rating: { costNanos: dollars * 1e9, pricing: 'rated' } });
  source = await sourceOf(
    await ledgerOf([
      call('in', 'anthropic', '2026-11-10T12:00:00Z', 6),
      call('at the very begin', 'anthropic', '2026-10-31T23:00:00Z', 4),
      call('before', 'anthropic', '2026-10-31T22:59:59Z', 100),
      call('of another', 'openai', '2026-11-10T12:00:00Z', 1),
    ]),
  );
});

describe('what a subscription is worth', () => {
  it('is what its provider’s calls of the cycle would cost, against the fee and the time', () => {
    expect(of(plan('pro', 'anthropic', 20))).toEqual([
      {
        id: 'pro',
        label: 'PRO',
        provider: 'anthropic',
        feeNanos: 20e9,
        worthNanos: 10e9,
        pace: 1,
        renewsAtMs: Date.parse('2026-11-30T23:00:00Z'),
        requests: 2,
      },
    ]);
  });

  it('begins on the day of its own cycle', () => {
    const [own] = of(plan('pro', 'anthropic', 20, 11));
    expect(own).toMatchObject({ worthNanos: 0, requests: 0, renewsAtMs: Date.parse('2026-12-10T23:00:00Z') });
  });

  it('is shared by the fees among several plans of one provider, the best used first', () => {
    const all = of(plan('team', 'anthropic', 30), plan('pro', 'anthropic', 10), plan('plus', 'openai', 1));
    expect(all.map(({ id, worthNanos }) => [id, worthNanos])).toEqual([
      ['plus', 1e9],
      ['team', 7.5e9],
      ['pro', 2.5e9],
    ]);
  });

  it('is not measured by a fee that nobody knows', () => {
    expect(of(plan('kimi', 'anthropic', null))).toMatchObject([{ feeNanos: null, worthNanos: 10e9, pace: null }]);
    const all = of(plan('kimi', 'anthropic', null), plan('pro', 'anthropic', 20), plan('plus', 'openai', 1));
    expect(all.map(({ id, feeNanos, worthNanos, pace }) => [id, feeNanos, worthNanos, pace])).toEqual([
      ['plus', 1e9, 1e9, 2],
      ['kimi', null, null, null],
      ['pro', 20e9, null, null],
    ]);
  });

  it('leaves out what costs nothing', () => {
    expect(of(plan('free', 'anthropic', 0))).toEqual([]);
  });
});
