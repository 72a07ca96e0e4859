/** Asks the engine what the dashboard needs; its answers are parsed like everything that comes from another thread. */
import type * as z from 'zod';
import type { ApiResult } from '../../protocol/api/api';
import {
  exportSchema,
  figuresSchema,
  requestsSchema,
  type DashboardCall,
  type DashboardExport,
  type DashboardFigures,
  type DashboardRequests,
} from '../../protocol/dashboard/dashboard';
import { insightsSchema, type DashboardInsights } from '../../protocol/dashboard/dashboardInsights';
import type { EngineCommand } from '../../protocol/rpc';

export type AskEngine = (command: EngineCommand, argument: unknown) => Promise<ApiResult<unknown>>;

async function ask<T>(engine: AskEngine, call: DashboardCall, schema: z.ZodType<T>): Promise<ApiResult<T>> {
  const result = await engine('dashboard', call);
  return result.ok ? { ok: true, value: schema.parse(result.value) } : result;
}

export function askFigures(
  engine: AskEngine,
  selection: (DashboardCall & { ask: 'figures' })['selection'],
): Promise<ApiResult<DashboardFigures>> {
  return ask(engine, { ask: 'figures', selection }, figuresSchema);
}

export function askRequests(
  engine: AskEngine,
  call: Omit<DashboardCall & { ask: 'requests' }, 'ask'>,
): Promise<ApiResult<DashboardRequests>> {
  return ask(engine, { ask: 'requests', ...call }, requestsSchema);
}

export function askInsights(engine: AskEngine): Promise<ApiResult<DashboardInsights>> {
  return ask(engine, { ask: 'insights' }, insightsSchema);
}

export function askExport(
  engine: AskEngine,
  call: Omit<DashboardCall & { ask: 'export' }, 'ask'>,
): Promise<ApiResult<DashboardExport>> {
  return ask(engine, { ask: 'export', ...call }, exportSchema);
}
