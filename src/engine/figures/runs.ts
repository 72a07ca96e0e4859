/** Agent runs: the calls of a run where the agent names one, else those of its session. */
import type { DashboardFilter, DashboardRun } from '../../protocol/dashboard/dashboard';
import { noTotals, type Interval, type LedgerTotals } from '../../protocol/query';
import { sum } from '../../domain/totals';
import type { DashboardSource } from './source';
import { rowsOf, type Row, type TierOf } from './rows';
import { costliest, toSums } from './sums';

interface Found {
  rows: Row[];
  firstMs: number;
  lastMs: number;
}

/** The costliest first. Calls of neither a run nor a session are in no run. */
export function runsOf(
  interval: Interval,
  filter: DashboardFilter,
  tierOf: TierOf,
  source: DashboardSource,
): DashboardRun[] {
  const dimensions = ['run', 'session', 'agent', 'project'] as const;
  const found = new Map<string, Found>();
  for (const row of rowsOf(source, tierOf, [{ ...interval, label: '' }], dimensions, filter)) {
    const key = keyOf(row.group);
    if (key === null) continue;
    const run = found.get(key);
    if (run === undefined) found.set(key, { rows: [row], firstMs: Infinity, lastMs: -Infinity });
    else run.rows.push(row);
  }
  for (const { run, session, firstMs, lastMs } of source.activity.lifetimes(interval)) {
    const one = found.get(keyOf({ run, session }) ?? '');
    if (one === undefined) continue;
    one.firstMs = Math.min(one.firstMs, firstMs);
    one.lastMs = Math.max(one.lastMs, lastMs);
  }
  return [...found.values()].map((run) => toRun(run, interval)).toSorted(costliest);
}

function keyOf({ run, session }: Row['group']): string | null {
  if (typeof run === 'string') return `run ${run}`;
  return typeof session === 'string' ? `session ${session}` : null;
}

/** A run that several agents or projects share is told by the costliest. */
function toRun({ rows, firstMs, lastMs }: Found, interval: Interval): DashboardRun {
  const [first] = rows.toSorted((a, b) => b.sums.costNanos - a.sums.costNanos);
  const group = first?.group ?? {};
  const sums: LedgerTotals = rows.length === 0 ? noTotals() : sum(rows.map((row) => row.sums));
  return {
    kind: typeof group.run === 'string' ? 'run' : 'session',
    id: group.run ?? group.session ?? '',
    agent: group.agent ?? null,
    project: group.project ?? null,
    // What lies in a part of a slot is not among the lifetimes.
    firstMs: Number.isFinite(firstMs) ? Math.max(firstMs, interval.startMs) : interval.startMs,
    lastMs: Number.isFinite(lastMs) ? Math.min(lastMs, interval.endMs) : interval.endMs,
    ...toSums(sums),
  };
}
