/** One page of single calls: those that still have their details, under the page's filters and a search. */
import { dashboardFilterKeys, type DashboardFilter, type DashboardRequests } from '../../protocol/dashboard/dashboard';
import type { DashboardSelection, RequestRow, RequestsPage } from '../../protocol/dashboard/dashboard';
import { callStatuses } from '../../protocol/vocabulary';
import type { Activity } from '../../ledger/queries/activityQuery';
import type { AttributionSet } from '../../ledger/tables/attributionSet';
import type { View } from '../support/view';
import type { DashboardSource } from './source';
import { intervalOfSelection } from './dashboardInterval';
import { statusesOf, tiersAt, type TierOf } from './rows';

const searched = ['provider', 'model', 'project', 'agent', 'agentType', 'run', 'session', 'task'] as const;

export function requests(
  { period, filter }: DashboardSelection,
  page: RequestsPage,
  view: View,
  nowMs: number,
  source: DashboardSource,
): DashboardRequests {
  const tierOf = tiersAt(nowMs, source);
  const { total, sortedOf, rows } = source.activity.page({
    interval: intervalOfSelection(period, nowMs, view.timezone),
    matches: matcher(filter, page.search, tierOf),
    sort: page.sort,
    descending: page.descending,
    offset: page.offset,
    limit: page.limit,
  });
  return { total, sortedOf, offset: page.offset, rows: rows.map((row) => toRow(row, tierOf)) };
}

/** `null`: everything matches. */
function matcher(filter: DashboardFilter, search: string, tierOf: TierOf): ((one: AttributionSet) => boolean) | null {
  const needle = search.trim().toLowerCase();
  const wanted = dashboardFilterKeys.flatMap((key) => {
    const value = filter[key];
    return value === undefined ? [] : [{ key, value }];
  });
  if (needle === '' && wanted.length === 0) return null;
  return (one) =>
    wanted.every(({ key, value }) =>
      key === 'tier'
        ? tierOf(one.get('provider'), one.get('model')) === value
        : key === 'status'
          ? statusesOf(value).includes(one.get('status') ?? '')
          : one.get(key) === value,
    ) &&
    (needle === '' || searched.some((field) => one.get(field)?.toLowerCase().includes(needle) === true));
}

function toRow({ attribution: about, ...activity }: Activity, tierOf: TierOf): RequestRow {
  const provider = about.get('provider') ?? '';
  const model = about.get('model') ?? '';
  const status = about.get('status');
  return {
    ...activity,
    provider,
    model,
    tier: tierOf(provider, model),
    project: about.get('project'),
    agent: about.get('agent'),
    agentType: about.get('agentType'),
    run: about.get('run'),
    session: about.get('session'),
    task: about.get('task'),
    status: callStatuses.find((known) => known === status) ?? 'ok',
    pricing: about.pricing,
  };
}
