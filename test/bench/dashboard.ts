/** What the dashboard asks of a large ledger: each question alone, and all of a page, as the engine answers them. */
import * as path from 'node:path';
import { defaultConfiguration } from '../../src/config/normalise/defaults';
import { defaultTiers } from '../../src/domain/prices/tier';
import { dashboard } from '../../src/engine/figures/dashboardAnswer';
import type { DashboardSource } from '../../src/engine/figures/source';
import type { DashboardCall, DashboardFigures, DashboardSelection } from '../../src/protocol/dashboard/dashboard';
import { Ledger } from '../../src/ledger/ledger';
import { batchesOf, endMs } from './scale';
import { median, timed, type Row } from './stats';
import { measurePage } from './page';

const zone = 'Europe/Berlin';
const goalMs = 50;

export async function measureDashboard(events: number, folder: string, distDirectory: string): Promise<Row[]> {
  const directory = path.join(folder, 'dashboard');
  const wasmPath = path.join(distDirectory, 'sql-wasm.wasm');
  const open = (epoch: number): Promise<Ledger> =>
    Ledger.open({ directory, epoch, wasmPath, now: () => endMs, log: () => undefined });
  const filling = await open(1);
  for (const batch of batchesOf(0, events, events)) await filling.append({ events: batch, cursors: [] });
  await filling.checkpoint();
  await filling.close();

  const selection: DashboardSelection = { period: { kind: 'named', name: 'last_90_days' }, filter: {} };
  const page = { sort: 'time', descending: true, search: '', offset: 0, limit: 100 } as const;
  const calls: [string, DashboardCall][] = [
    ['all figures of a page, 90 days', { ask: 'figures', selection }],
    [
      'all figures of a page, this month',
      { ask: 'figures', selection: { ...selection, period: { kind: 'named', name: 'month' } } },
    ],
    [
      'all figures of a page, filtered',
      { ask: 'figures', selection: { ...selection, filter: { project: 'project-3' } } },
    ],
    ['requests, the newest', { ask: 'requests', selection, page }],
    ['requests, in the middle', { ask: 'requests', selection, page: { ...page, offset: Math.floor(events / 2) } }],
    ['requests, by cost', { ask: 'requests', selection, page: { ...page, sort: 'cost' } }],
    ['requests, searched', { ask: 'requests', selection, page: { ...page, search: 'haiku' } }],
    ['insights', { ask: 'insights' }],
    ['export as FOCUS', { ask: 'export', selection, format: 'focus' }],
  ];
  const start = performance.now();
  const ledger = await open(2);
  const spent = new Map<string, number>();
  const source = await sourceOf(ledger, spent);
  const view = { window: 'w', timezone: zone, sessionStartMs: endMs };
  dashboard(calls[0]?.[1], view, endMs, source);
  const rows: Row[] = [
    {
      what: `dashboard: from opening a ledger of ${events} events to its first figures`,
      measured: `${Math.round(performance.now() - start)} ms`,
      goal: '≤ 500 ms',
      met: performance.now() - start <= 500,
    },
  ];
  for (const [name, call] of calls) {
    const times: number[] = [];
    const slowest: number[] = [];
    for (let run = 0; run < 7; run++) {
      spent.clear();
      times.push((await timed(() => Promise.resolve(dashboard(call, view, endMs, source)))).ms);
      slowest.push(Math.max(0, ...spent.values()));
    }
    const longest = median(slowest);
    const measured = `${median(times).toFixed(1)} ms, its slowest query ${longest.toFixed(1)} ms`;
    rows.push({ what: `dashboard: ${name}`, measured, goal: `a query ≤ ${goalMs} ms`, met: longest <= goalMs });
  }
  const shown = dashboard(calls[0]?.[1], view, endMs, source) as DashboardFigures;
  await ledger.close();
  return [...rows, ...(await measurePage(shown, folder, distDirectory))];
}

/** Notes how long each question to the ledger takes. */
async function sourceOf(ledger: Ledger, spent: Map<string, number>): Promise<DashboardSource> {
  const activity = await ledger.activity();
  const note = <T>(ask: () => T): T => {
    const begin = performance.now();
    const answer = ask();
    spent.set(String(spent.size), performance.now() - begin);
    return answer;
  };
  return {
    query: (query) => note(() => ledger.query(query)),
    activity: {
      page: (page) => note(() => activity.page(page)),
      lifetimes: (interval) => note(() => activity.lifetimes(interval)),
      meanDurations: (interval) => note(() => activity.meanDurations(interval)),
    },
    tierOf: (_provider, model) => (model.includes('opus') ? 'premium' : 'medium'),
    tiers: defaultTiers,
    payment: { providers: {}, subscriptions: [] },
    configuration: defaultConfiguration,
    priceOf: () => null,
    quotas: () => [],
  };
}
