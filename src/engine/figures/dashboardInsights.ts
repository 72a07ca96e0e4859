/**
 * What could be paid less for, found in the last 30 days. Two questions to the ledger's sums: who had which model do what, and
 * which providers were used before; the rest is added up from those.
 */
import { billingModeOf } from '../../domain/prices/billing';
import { windowDays, type InsightInputs, type Workload, type WorkloadRates } from '../../domain/insight/finding';
import { findInsights } from '../../domain/insight/insights';
import { blendedPrice } from '../../domain/prices/tier';
import type { DashboardInsights } from '../../protocol/dashboard/dashboardInsights';
import type { Interval, LedgerRow } from '../../protocol/query';
import { sum } from '../../domain/totals';
import type { DashboardSource } from './source';
import { tiersAt } from './rows';

const dayMs = 86_400_000;
const beforeDays = 60;

export function insights(nowMs: number, source: DashboardSource): DashboardInsights {
  const interval = { startMs: nowMs - windowDays * dayMs, endMs: nowMs };
  const rows = source.query({
    buckets: [{ ...interval, label: '' }],
    dimensions: ['provider', 'model', 'agent', 'agentType', 'run', 'session', 'status'],
    filter: {},
  });
  const inputs: InsightInputs = {
    interval,
    workloads: workloadsOf(rows, nowMs, source),
    uses: usesOf(rows),
    known: usedBefore(interval, source),
    quotas: source.quotas(nowMs),
    configuration: source.configuration,
  };
  return { asOfMs: nowMs, insights: findInsights(inputs) };
}

function groupedBy(rows: readonly LedgerRow[], keyOf: (row: LedgerRow) => string): LedgerRow[][] {
  const groups = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function workloadsOf(rows: readonly LedgerRow[], nowMs: number, source: DashboardSource): Workload[] {
  const tierOf = tiersAt(nowMs, source);
  const keyOf = ({ group }: LedgerRow): string =>
    JSON.stringify([group.provider, group.model, group.agent, group.agentType]);
  return groupedBy(rows, keyOf).map((mine): Workload => {
    const { provider, model, agent, agentType } = mine[0]?.group ?? {};
    const all = sum(mine);
    const failed = sum(mine.filter(({ group }) => group.status === 'error' || group.status === 'retry'));
    const inRuns = mine.filter((row) => runOf(row) !== null);
    const mode = billingModeOf(provider ?? '', source.configuration);
    return {
      provider: provider ?? '',
      model: model ?? '',
      agent: agent ?? null,
      agentType: agentType ?? null,
      tier: tierOf(provider, model),
      rates: ratesOf(provider ?? '', model ?? '', nowMs, source),
      billed: mode === 'metered',
      local: mode === 'local',
      costNanos: all.costNanos,
      requests: all.events,
      failures: failed.events,
      failedNanos: failed.costNanos,
      inRuns: sum(inRuns).events,
      runs: new Set(inRuns.map(runOf)).size,
      input: all.input,
      output: all.output,
      cacheRead: all.cacheRead,
      cacheWrite: all.cacheWrite5m + all.cacheWrite1h,
    };
  });
}

function runOf({ group: { run, session } }: LedgerRow): string | null {
  if (typeof run === 'string') return `run ${run}`;
  return typeof session === 'string' ? `session ${session}` : null;
}

/** `null`: no price of this very model is known. */
function ratesOf(provider: string, model: string, nowMs: number, source: DashboardSource): WorkloadRates | null {
  const match = source.priceOf(provider, model, nowMs);
  if (match === null || match.estimated) return null;
  const { base, decimals } = match.card;
  const nanos = (rate: number): number => rate / 10 ** (decimals - 9);
  const batch = match.multipliers.batch;
  return {
    input: nanos(base.input),
    output: nanos(base.output),
    cacheRead: nanos(base.cacheRead),
    cacheWrite: nanos(base.cacheWrite5m),
    batch: batch?.certain === true ? batch.ratio[0] / batch.ratio[1] : null,
    blended: blendedPrice(match.card),
  };
}

function usesOf(rows: readonly LedgerRow[]): InsightInputs['uses'] {
  return groupedBy(rows, ({ group }) => group.provider ?? '').map((mine) => {
    const { costNanos, events, unpricedEvents } = sum(mine);
    return { provider: mine[0]?.group.provider ?? '', costNanos, requests: events, unpriced: unpricedEvents };
  });
}

function usedBefore({ startMs }: Interval, source: DashboardSource): ReadonlySet<string> {
  const bucket = { startMs: startMs - beforeDays * dayMs, endMs: startMs, label: '' };
  const rows = source.query({ buckets: [bucket], dimensions: ['provider'], filter: {} });
  return new Set(rows.flatMap(({ group, events }) => (events > 0 && group.provider != null ? [group.provider] : [])));
}
