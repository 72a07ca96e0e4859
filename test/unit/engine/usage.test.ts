import { describe, expect, it } from 'vitest';
import { defaultTiers } from '../../../src/domain/prices/tier';
import { usage, type UsageSource } from '../../../src/engine/figures/usage';
import { noTotals, type LedgerQuery, type LedgerRow } from '../../../src/protocol/query';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const view = { window: 'w', timezone: 'Europe/Berlin', sessionStartMs: nowMs - 3_600_000 };

/** A ledger that answers one row of a million nano-dollars for every bucket and model. */
function sourceOf(models: readonly string[]): UsageSource & { asked: LedgerQuery[] } {
  const asked: LedgerQuery[] = [];
  return {
    asked,
    query: (query) => {
      asked.push(query);
      return query.buckets.flatMap(({ label }) =>
        models.map((model): LedgerRow => ({
          ...noTotals(),
          bucket: label,
          group: query.dimensions.includes('model') ? { provider: 'p', model } : {},
          costNanos: 1_000_000,
          events: 1,
        })),
      );
    },
    tiers: defaultTiers,
    payment: { providers: {}, subscriptions: [] },
    tierOf: (_provider, model) => (model.startsWith('big') ? 'premium' : 'low'),
  };
}

describe('usage', () => {
  it('answers the total alone where nothing is grouped', () => {
    const value = usage({ period: 'today' }, view, nowMs, sourceOf(['a', 'b']));
    expect(value).toMatchObject({
      from: '2026-11-20T23:00:00.000Z',
      to: '2026-11-21T23:00:00.000Z',
      timezone: 'Europe/Berlin',
      total: { costUsd: 0.002, events: 2 },
      rows: [],
    });
  });

  it('groups by tier, folding the models of one tier', () => {
    const value = usage({ period: 'today', groupBy: 'tier' }, view, nowMs, sourceOf(['big-1', 'big-2', 'small']));
    expect(value.rows.map(({ tier, costUsd, events }) => ({ tier, costUsd, events }))).toEqual([
      { tier: 'premium', costUsd: 0.002, events: 2 },
      { tier: 'low', costUsd: 0.001, events: 1 },
    ]);
  });

  it('filters by tier, and the total follows', () => {
    const request = { period: 'today', filter: { tier: 'premium' }, groupBy: ['model'] };
    const value = usage(request, view, nowMs, sourceOf(['big-1', 'small']));
    expect(value.rows.map(({ model }) => model)).toEqual(['big-1']);
    expect(value.total.costUsd).toBe(0.001);
  });

  it('folds weeks and months from days when both are asked for', () => {
    const source = sourceOf(['a']);
    const value = usage({ from: '2026-10-31', to: '2026-11-02', groupBy: ['week', 'month'] }, view, nowMs, source);
    expect(source.asked[0]?.buckets.map(({ label }) => label)).toEqual(['2026-10-31', '2026-11-01', '2026-11-02']);
    expect(value.rows.map(({ week, month, events }) => [week, month, events])).toEqual([
      ['2026-W44', '2026-10', 1],
      ['2026-W44', '2026-11', 1],
      ['2026-W45', '2026-11', 1],
    ]);
  });

  it('sums all rows into the total, also those beyond the limit', () => {
    const value = usage(
      { from: '2026-11-01', to: '2026-11-10', groupBy: 'day', limit: 3 },
      view,
      nowMs,
      sourceOf(['a']),
    );
    expect(value.rows).toHaveLength(3);
    expect(value.total.events).toBe(10);
  });

  it('takes the known names of a provider for one', () => {
    const source = sourceOf(['a']);
    usage({ period: 'today', filter: { provider: ['claude', 'gpt'], tier: 'low' } }, view, nowMs, source);
    expect(source.asked[0]?.filter).toEqual({ provider: ['anthropic', 'openai'] });
  });
});
