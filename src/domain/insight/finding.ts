/**
 * What insights are found in, and what they have in common. A workload is all that one agent, of one type, had one model do in
 * the last 30 days. Money is integer nano-dollars; rates are nano-dollars a token and may be fractions, savings are rounded
 * down once. Nothing is extrapolated: a monthly saving is what the last 30 days would have cost less.
 */
import type { UsageRequest } from '../../protocol/api/api';
import type { Configuration } from '../../protocol/configuration';
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import type { Interval } from '../../protocol/query';
import type { QuotaState } from '../../protocol/quota';
import { nanosPerUsd } from '../../shared/money';
import type { Nanos } from '../money';

export const windowDays = 30;

/** Fewer say nothing. */
export const fewestRequests = 50;
/** Less is not worth reading about: a dollar spent, half a dollar saved. */
export const leastSpend: Nanos = nanosPerUsd;
export const leastSaving: Nanos = 500_000_000;

/** Nano-dollars a token, by the list price in force. */
export interface WorkloadRates {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** What the provider's batch API multiplies them by; `null`: it has none that we know. */
  batch: number | null;
  /** USD a million, three parts input to one output. */
  blended: number;
}

export interface Workload {
  provider: string;
  model: string;
  agent: string | null;
  agentType: string | null;
  tier: string | null;
  /** `null`: no price is known. */
  rates: WorkloadRates | null;
  /** Metered: every call is paid for. */
  billed: boolean;
  local: boolean;
  costNanos: Nanos;
  requests: number;
  /** Those that ended in an error, or were made again. */
  failures: number;
  failedNanos: Nanos;
  /** Those of a run or a session, and how many of these there were. */
  inRuns: number;
  runs: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** All that one provider was used for. */
export interface ProviderUse {
  provider: string;
  costNanos: Nanos;
  requests: number;
  unpriced: number;
}

export interface InsightInputs {
  interval: Interval;
  workloads: readonly Workload[];
  uses: readonly ProviderUse[];
  /** Providers of which anything was counted in the 60 days before: what was never metered can't be called idle. */
  known: ReadonlySet<string>;
  quotas: readonly QuotaState[];
  configuration: Pick<
    Configuration,
    'tiers' | 'subscriptions' | 'providers' | 'budgets' | 'agentTypes' | 'strategy' | 'alerts' | 'whenQuotaExhausted'
  >;
}

/** One file each; the list is `insights.ts`. */
export type Finder = (inputs: InsightInputs) => Insight[];

export function contextOf({ input, cacheRead, cacheWrite }: Workload): number {
  return input + cacheRead + cacheWrite;
}

/** What its tokens cost by the list; the part of it that is context. */
export function listCost(
  workload: Workload,
  { input, output, cacheRead, cacheWrite }: WorkloadRates,
): {
  context: number;
  all: number;
} {
  const context = workload.input * input + workload.cacheRead * cacheRead + workload.cacheWrite * cacheWrite;
  return { context, all: context + workload.output * output };
}

export type WorkloadFinding = Pick<Insight, 'kind' | 'instead' | 'confidence' | 'operations'> & {
  amount: number | null;
  ratio: number | null;
  /** Any number: it is rounded down, and kept between nothing and what was spent. */
  saving: number;
};

/** Workloads that are too small to tell anything from are left out, and so is what would save next to nothing. */
export function ofWorkloads(
  { interval, workloads }: InsightInputs,
  find: (workload: Workload) => WorkloadFinding | null,
): Insight[] {
  return workloads.flatMap((workload): Insight[] => {
    if (workload.local || workload.requests < fewestRequests || workload.costNanos < leastSpend) return [];
    const found = find(workload);
    if (found === null) return [];
    const { kind, instead, confidence, operations, amount, ratio, saving } = found;
    const savingNanos = Math.floor(Math.max(0, Math.min(saving, workload.costNanos)));
    if (!(savingNanos >= leastSaving)) return [];
    const { provider, model, agent, agentType, requests, costNanos, billed } = workload;
    return [
      {
        id: JSON.stringify([kind, provider, model, agent, agentType]),
        kind,
        subject: { provider, model, agent, agentType, plan: null },
        instead,
        evidence: { requests, amount, ratio },
        spendNanos: costNanos,
        savingNanos,
        billed,
        confidence,
        query: queryOf(interval, { provider, model }, ['agent', 'agentType']),
        operations,
      },
    ];
  });
}

export function queryOf(
  { startMs, endMs }: Interval,
  filter: NonNullable<UsageRequest['filter']>,
  groupBy: NonNullable<UsageRequest['groupBy']>,
): UsageRequest {
  return { from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString(), filter, groupBy };
}
