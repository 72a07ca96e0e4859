import { beforeAll, describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../src/config/normalise/defaults';
import { insights } from '../../../src/engine/figures/dashboardInsights';
import { figures } from '../../../src/engine/figures/dashboardFigures';
import { requests } from '../../../src/engine/figures/dashboardRequests';
import type { DashboardSource } from '../../../src/engine/figures/source';
import { usage } from '../../../src/engine/figures/usage';
import { usdFromNanos } from '../../../src/shared/money';
import { insightsSchema, type Insight } from '../../../src/protocol/dashboard/dashboardInsights';
import { usageRequestSchema } from '../../../src/protocol/api/api';
import { event, openLedger, temporaryDirectory } from '../ledger/support';
import { ledgerOf, nowMs, sourceOf, view } from './support';

const dayMs = 86_400_000;
const failing = Array.from({ length: 200 }, (_, index) =>
  event(`failing-${index}`, {
    atMs: nowMs - 1 - (index % 29) * dayMs,
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    status: index % 4 === 0 ? 'retry' : index % 4 === 1 ? 'error' : 'ok',
    attribution: { agent: index < 100 ? 'planner' : 'writer', agentType: 'main', session: `s${index % 7}` },
    rating: { costNanos: 100_000_000 + index, pricing: 'rated' },
  }),
);
const before = event('before', { atMs: nowMs - 45 * dayMs, provider: 'openai', model: 'gpt-5-mini' });
let source: DashboardSource;

beforeAll(async () => {
  source = await sourceOf(await ledgerOf([...failing, before]));
});

function found(from: DashboardSource = source): Insight[] {
  return insightsSchema.parse(structuredClone(insights(nowMs, from))).insights;
}

describe('the insights of a ledger', () => {
  it('are told of each agent by itself, from exact sums', () => {
    const list = found();
    expect(list.map(({ kind, subject }) => [kind, subject.agent])).toEqual([
      ['failures', 'writer'],
      ['failures', 'planner'],
    ]);
    expect(list[1]).toMatchObject({
      spendNanos: 100 * 100_000_000 + 4_950,
      evidence: { requests: 100, amount: 50, ratio: 0.5 },
      billed: true,
    });
  });

  it('are proved by their query', () => {
    for (const { query, subject, spendNanos, evidence } of found()) {
      const { rows } = usage(usageRequestSchema.parse(query), view, nowMs, source);
      const mine = rows.find((row) => row['agent'] === subject.agent && row['agentType'] === subject.agentType);
      expect(mine).toMatchObject({ costUsd: usdFromNanos(spendNanos), events: evidence.requests });
    }
  });

  it('lead to the very failures', () => {
    const period = { kind: 'named', name: 'last_30_days' } as const;
    const filter = { agent: 'planner', status: 'failed' };
    const page = { sort: 'time', descending: true, search: '', offset: 0, limit: 100 } as const;
    const shown = requests({ period, filter }, page, view, nowMs, source);
    expect(shown.total).toBe(50);
    expect(new Set(shown.rows.map(({ status }) => status))).toEqual(new Set(['error', 'retry']));
    const { total, groups } = figures({ period, filter }, view, nowMs, source);
    expect(total.events).toBe(50);
    expect(groups.agent.map(({ name }) => name)).toEqual(['planner']);
    expect(figures({ period, filter: { status: 'ok' } }, view, nowMs, source).total.events).toBe(100);
  });

  it('know an idle plan by what its provider was used for before', () => {
    const origin = { layer: 'user', path: ['subscriptions', 0] } as const;
    const plan = { id: 'p', displayName: 'P', plan: null, monthlyFeeNanos: 20e9, cycleDay: 1, origin };
    const withPlan = (provider: string): Insight[] =>
      found({
        ...source,
        configuration: { ...defaultConfiguration, subscriptions: [{ ...plan, provider }] },
      }).filter(({ kind }) => kind === 'idlePlan');
    expect(withPlan('openai')).toMatchObject([{ savingNanos: 20e9, evidence: { requests: 0 } }]);
    expect(withPlan('google')).toEqual([]);
  });

  it('say what is only worth something where a subscription pays', () => {
    const provider = { capabilities: null, fixedMonthlyNanos: 0, electricity: null };
    const anthropic = { ...provider, billing: 'subscription', origin: { layer: 'user', path: [] } } as const;
    const paid = found({ ...source, configuration: { ...defaultConfiguration, providers: { anthropic } } });
    expect(paid.map(({ billed }) => billed)).toEqual([false, false]);
  });

  it('are none in an empty ledger', async () => {
    expect(found(await sourceOf(await openLedger(temporaryDirectory(), 1)))).toEqual([]);
  });
});
