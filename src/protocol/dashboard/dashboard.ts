/**
 * What the dashboard asks of the engine, and the figures it gets: everything a page shows for one period and one set of
 * filters, in one answer. Money in nano-dollars, instants in epoch ms UTC, intervals half-open; labels of days, weeks and
 * months are those of the ledger's zone. Group sums equal the total, which is that of `agentMeter.v1.usage`.
 */
import * as z from 'zod';
import { apiErrorCodes } from '../api/api';
import type { DashboardInsights } from './dashboardInsights';
import { callStatuses, pricings } from '../vocabulary';

export const dashboardPeriods = [
  'today',
  'yesterday',
  'week',
  'last_week',
  'month',
  'last_month',
  'last_30_days',
  'last_90_days',
] as const;
export type DashboardPeriod = (typeof dashboardPeriods)[number];

const periodSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('named'), name: z.enum(dashboardPeriods) }),
  /** Calendar dates, both inside. */
  z.object({ kind: z.literal('custom'), from: z.iso.date(), to: z.iso.date() }),
]);
export type PeriodSelection = z.infer<typeof periodSchema>;

/** By what the page groups, and a click on a row filters. */
export const groupKeys = ['provider', 'model', 'tier', 'agent', 'project'] as const;
export type GroupKey = (typeof groupKeys)[number];

/** `session` and `run` are filtered by from the table of runs, `status` from an insight. */
export const dashboardFilterKeys = [...groupKeys, 'run', 'session', 'status'] as const;
export type DashboardFilterKey = (typeof dashboardFilterKeys)[number];

const name = z.string().min(1).max(512);
/** As a `status`: what ended in an error, and what was made again. */
export const failedStatus = 'failed';

const filterSchema = z.partialRecord(z.enum(dashboardFilterKeys), name);
export type DashboardFilter = z.infer<typeof filterSchema>;

export const selectionSchema = z.object({ period: periodSchema, filter: filterSchema });
export type DashboardSelection = z.infer<typeof selectionSchema>;

export const defaultSelection: DashboardSelection = { period: { kind: 'named', name: 'month' }, filter: {} };

export const requestSorts = ['time', 'cost', 'tokens', 'duration'] as const;
const pageSchema = z.object({
  sort: z.enum(requestSorts),
  descending: z.boolean(),
  /** Part of a name: of a model, a project, an agent, a run, a session or a task. */
  search: z.string().max(200),
  offset: z.int().min(0),
  limit: z.int().min(1).max(500),
});
export type RequestsPage = z.infer<typeof pageSchema>;

export const exportFormats = ['csv', 'json', 'focus'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const dashboardCallSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('figures'), selection: selectionSchema }),
  z.object({ ask: z.literal('requests'), selection: selectionSchema, page: pageSchema }),
  z.object({ ask: z.literal('insights') }),
  z.object({ ask: z.literal('export'), selection: selectionSchema, format: z.enum(exportFormats) }),
]);
export type DashboardCall = z.infer<typeof dashboardCallSchema>;

const interval = z.object({ startMs: z.number(), endMs: z.number() });

const sums = z.object({
  costNanos: z.number(),
  events: z.number(),
  unpricedEvents: z.number(),
  estimatedEvents: z.number(),
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});
export type DashboardSums = z.infer<typeof sums>;

const group = sums.extend({ name: z.string().nullable() });
export type DashboardGroup = z.infer<typeof group>;

/** A span of the calendar and what it cost. */
const span = sums.extend({ label: z.string(), startMs: z.number(), endMs: z.number() });
export type DashboardSpan = z.infer<typeof span>;

/** One colour of the stacked bars: nano-dollars per bucket. */
const series = z.object({ name: z.string().nullable(), costNanos: z.array(z.number()) });
export type DashboardSeries = z.infer<typeof series>;

export const stackKeys = ['provider', 'model', 'tier'] as const;
export type StackKey = (typeof stackKeys)[number];

const comparison = sums.extend({
  name: z.string().nullable(),
  errorEvents: z.number(),
  retryEvents: z.number(),
  /** Of those of the latest requests with details that say how long they took. `null`: none does. */
  meanDurationMs: z.number().nullable(),
});
export type ProviderComparison = z.infer<typeof comparison>;

/** Calls that belong together: an agent's run where it names one, else its session. */
const run = sums.extend({
  kind: z.enum(['run', 'session']),
  id: z.string(),
  agent: z.string().nullable(),
  project: z.string().nullable(),
  /** Of the quarter of an hour in which its first and its last call of the period lie. */
  firstMs: z.number(),
  lastMs: z.number(),
});
export type DashboardRun = z.infer<typeof run>;

/** What is paid, as against what the calls would cost by the API. Dollars, as `agentMeter.v1.usage` answers them. */
const billed = z.object({
  usageUsd: z.number(),
  charges: z.array(z.object({ id: z.string(), label: z.string(), costUsd: z.number() })),
  totalUsd: z.number(),
});

/** A plan, and what its provider's calls of the present billing cycle would have cost by the API. */
const subscription = z.object({
  id: z.string(),
  label: z.string(),
  provider: z.string(),
  /** `null`: not known. */
  feeNanos: z.number().nullable(),
  /** Of several plans of one provider, its part of the calls; `null`: the fees that would tell it are not all known. */
  worthNanos: z.number().nullable(),
  /** Worth ÷ fee ÷ elapsed part of the cycle: below 1 the API would be cheaper. */
  pace: z.number().nullable(),
  renewsAtMs: z.number(),
  /** Of the provider. */
  requests: z.number(),
});
export type DashboardSubscription = z.infer<typeof subscription>;

export const figuresSchema = z.object({
  asOfMs: z.number(),
  timezone: z.string(),
  interval,
  previousInterval: interval,
  total: sums,
  /** Of the same part of the interval before: up to now where the period runs. */
  previous: sums,
  /** What it will have cost at its end if it goes on as so far; `null`: it is over, or too young to tell. */
  projectedNanos: z.number().nullable(),
  /** `null`: the filters leave out what charges are for. */
  billed: billed.nullable(),
  bars: z.object({
    unit: z.enum(['hour', 'day', 'week', 'month']),
    spans: z.array(span),
    stacks: z.record(z.enum(stackKeys), z.array(series)),
  }),
  groups: z.record(z.enum(groupKeys), z.array(group)),
  providers: z.array(comparison),
  /** What filters can be set to in this period. */
  choices: z.record(z.enum(groupKeys), z.array(z.string())),
  /** The costliest first. */
  runs: z.array(run),
  runCount: z.number(),
  /** Whatever the period and the filters. */
  subscriptions: z.array(subscription),
  /** Whatever the period: the latest weeks, days and months, under the filters. */
  weeks: z.array(span),
  days: z.array(span),
  months: z.array(span),
});
export type DashboardFigures = z.infer<typeof figuresSchema>;

const requestRow = z.object({
  /** Unique among the rows; not the idempotency key. */
  id: z.string(),
  atMs: z.number(),
  provider: z.string(),
  model: z.string(),
  tier: z.string().nullable(),
  project: z.string().nullable(),
  agent: z.string().nullable(),
  agentType: z.string().nullable(),
  run: z.string().nullable(),
  session: z.string().nullable(),
  task: z.string().nullable(),
  status: z.enum(callStatuses),
  pricing: z.enum(pricings),
  costNanos: z.number().nullable(),
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  reasoning: z.number(),
  webSearches: z.number(),
  durationMs: z.number().nullable(),
});
export type RequestRow = z.infer<typeof requestRow>;

export const requestsSchema = z.object({
  /** How many there are to page through. */
  total: z.number(),
  /** Sorted were only so many of the latest, because there are more than can be sorted at once. `null`: all. */
  sortedOf: z.number().nullable(),
  offset: z.number(),
  rows: z.array(requestRow),
});
export type DashboardRequests = z.infer<typeof requestsSchema>;

export const exportSchema = z.object({
  fileName: z.string(),
  text: z.string(),
  rows: z.number(),
  costNanos: z.number(),
});
export type DashboardExport = z.infer<typeof exportSchema>;

export interface DashboardAnswers {
  figures: DashboardFigures;
  requests: DashboardRequests;
  insights: DashboardInsights;
  export: DashboardExport;
}

/** As an `ApiResult`, told apart where it arrives. */
export const failureSchema = z.object({ code: z.enum(apiErrorCodes), message: z.string() });
export type DashboardFailure = z.infer<typeof failureSchema>;
