/** What holds where no file says otherwise. Its budgets only warn. */
import { nanosFromUsd } from '../../domain/money';
import { defaultRetention } from '../../domain/retention';
import { defaultTiers } from '../../domain/prices/tier';
import type { AlertThreshold, Budget, Configuration, Strategy } from '../../protocol/configuration';
import { budgetId, type BudgetKey } from './budgetKey';

export const defaultSoftRatio = 0.8;

export const defaultThresholds: readonly AlertThreshold[] = [
  { percent: 50, level: 'info', message: null },
  { percent: 80, level: 'warning', message: null },
  { percent: 95, level: 'critical', message: null },
  { percent: 100, level: 'exceeded', message: null },
];

/** By type of agent: how models are chosen, and what a request should cost at most, in USD. */
export const agentTypeDefaults: Readonly<Record<string, { strategy: Strategy; perRequest: number }>> = {
  planning: { strategy: 'quality_first', perRequest: 1 },
  coding: { strategy: 'balanced', perRequest: 0.5 },
  review: { strategy: 'quality_first', perRequest: 0.5 },
  testing: { strategy: 'budget', perRequest: 0.1 },
  documentation: { strategy: 'budget', perRequest: 0.05 },
};

function soft(key: Omit<BudgetKey, 'measure'>, usd: number, path: readonly string[]): Budget {
  const cost = { ...key, measure: 'cost' } as const;
  return {
    id: budgetId(cost),
    ...cost,
    except: [],
    limit: nanosFromUsd(usd),
    softRatio: defaultSoftRatio,
    hard: false,
    action: 'warn',
    origin: { layer: 'default', path },
  };
}

export const defaultBudgets: readonly Budget[] = [
  soft({ scope: 'global', scopeId: null, period: 'month' }, 500, ['limits', 'global', 'max_cost_per_month']),
  soft({ scope: 'project', scopeId: null, period: 'month' }, 50, [
    'limits',
    'per_project',
    'default',
    'max_cost_per_month',
  ]),
  soft({ scope: 'request', scopeId: null, period: 'request' }, 1, ['limits', 'per_request', 'max_cost']),
  ...Object.entries(agentTypeDefaults).map(([type, { perRequest }]) =>
    soft({ scope: 'agent_type', scopeId: type, period: 'request' }, perRequest, [
      'limits',
      'per_agent_type',
      type,
      'max_cost_per_request',
    ]),
  ),
];

/** With no file and no variable of the environment. */
export const defaultConfiguration: Configuration = {
  timezone: null,
  currency: { code: 'USD', perUsd: 1 },
  tiers: defaultTiers,
  prices: [],
  models: [],
  pricesUpdated: null,
  providers: {},
  subscriptions: [],
  quotas: [],
  budgets: defaultBudgets,
  agentTypes: Object.fromEntries(Object.entries(agentTypeDefaults).map(([type, { strategy }]) => [type, { strategy }])),
  fallbackProviders: null,
  strategy: 'balanced',
  unestimated: 'allow',
  whenQuotaExhausted: null,
  alerts: {
    thresholds: defaultThresholds,
    channels: [{ type: 'in_app', enabled: true }],
    anomaly: { percent: 200, baselineDays: 14, minNanos: nanosFromUsd(5) },
    utilization: { subscriptionFloor: 0.5, totalFloor: 0.7 },
  },
  retention: {
    detailedDays: defaultRetention.detailedDays,
    dailyDays: defaultRetention.dailyDays,
    schedule: defaultRetention.schedule,
  },
  project: null,
};
