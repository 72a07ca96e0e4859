/**
 * What is configured, after every file, the environment and the defaults have been read, checked and brought together.
 * Made by `config/`, obeyed by `domain/` and `engine/`. Money in nano-dollars, prices in USD per million tokens, ratios of 1,
 * instants in epoch ms UTC. Plain data: it is sent between windows.
 */
import type { Modifier } from './vocabulary';

/** Where a piece of configuration is from. The workspace may tighten what the user wrote, never lift it. */
export const configurationLayers = ['default', 'user', 'environment', 'workspace'] as const;
export type ConfigurationLayer = (typeof configurationLayers)[number];

export interface Origin {
  layer: ConfigurationLayer;
  /** Keys and indices in the layer's file, as `['limits', 'global', 'max_cost_per_day']`. */
  path: readonly (string | number)[];
}

/** What a budget or a report is about. */
export const scopes = [
  'global',
  'provider',
  'tier',
  'project',
  'agent',
  'agent_type',
  'task',
  'run',
  'plan',
  'user',
  'team',
  'department',
  'request',
] as const;
export type Scope = (typeof scopes)[number];

/** `request`, `run` and `plan` have no clock: they last as long as the thing itself. */
export const budgetPeriods = ['request', 'run', 'plan', 'session', 'hour', 'day', 'week', 'month'] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

/** A limit in USD at most: more than anybody spends, and far below where nano-dollars stop being exact. */
export const maxUsd = 9_000_000;

export const measures = ['cost', 'tokens', 'requests', 'concurrent_agents'] as const;
export type Measure = (typeof measures)[number];

/** What happens at the limit of a hard budget. A soft one only warns. */
export const limitActions = ['warn', 'block', 'terminate', 'queue', 'fallback'] as const;
export type LimitAction = (typeof limitActions)[number];

export interface Budget {
  /** Stable over reloads and restarts: `global.day.cost`, `project:my-arpg.month.cost`, or the user's own. */
  id: string;
  scope: Scope;
  /** `null` in a scope other than `global`: every value has this budget for itself, but for those in `except`. */
  scopeId: string | null;
  except: readonly string[];
  period: BudgetPeriod;
  measure: Measure;
  /** Nano-dollars, tokens, requests or agents. 0 allows nothing. */
  limit: number;
  /** Part of the limit from which it warns. */
  softRatio: number;
  hard: boolean;
  action: LimitAction;
  origin: Origin;
}

/** USD per million tokens, two of the fees per thousand. A missing price is taken from the others (`domain/rateCard`). */
export interface ConfiguredPrice {
  /** `null`: of whatever provider. */
  provider: string | null;
  /** A model id, or a family's short name (`opus`). */
  model: string;
  /** In force from this instant on; `null`: always. */
  fromMs: number | null;
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite5m?: number;
  cacheWrite1h?: number;
  reasoning?: number;
  longContext?: readonly LongContextPrice[];
  webSearchesPerThousand?: number;
  requestsPerThousand?: number;
  /** What a service tier multiplies the tokens' part by, as `{ batch: 0.5 }`. */
  multipliers?: Readonly<Partial<Record<Modifier, number>>>;
  /** Assigned, whatever the price says. */
  tier?: string;
  origin: Origin;
}

export interface LongContextPrice {
  aboveTokens: number;
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite5m?: number;
  cacheWrite1h?: number;
}

/** What is said of a model whatever it costs. Where it has a price with a `tier`, that one counts. */
export interface ModelFacts {
  /** `null`: of whatever provider. */
  provider: string | null;
  model: string;
  /** Assigned, for a model whose entry gives no price. */
  tier: string | null;
  /** `null`: as its provider's. */
  capabilities: readonly Capability[] | null;
  origin: Origin;
}

/** A named range of what a model's tokens cost, USD per million (three parts input to one output); min inclusive. */
export interface Tier {
  id: string;
  display_name: string;
  description: string;
  price_range_min: number;
  /** `null`: no upper bound. */
  price_range_max: number | null;
  /** A theme colour id, or a hex colour. */
  color: string;
  /** A codicon. */
  icon: string;
}

export const billingModes = ['metered', 'subscription', 'free_tier', 'local'] as const;
export type BillingMode = (typeof billingModes)[number];

export const capabilities = ['tool_calls', 'streaming', 'vision', 'json_mode'] as const;
export type Capability = (typeof capabilities)[number];

export interface ProviderConfiguration {
  billing: BillingMode;
  /** `null`: as the data that ships with us says. */
  capabilities: readonly Capability[] | null;
  /** Of hardware; nano-dollars a month. */
  fixedMonthlyNanos: number;
  electricity: { watts: number; nanosPerKwh: number } | null;
  origin: Origin;
}

export const quotaMeters = [
  'requests',
  'tokens',
  'cost',
  'projects',
  'storage',
  'concurrent',
  'vram_gb',
  'tokens_per_second',
] as const;
export type QuotaMeter = (typeof quotaMeters)[number];

/** `cycle`: the subscription's own month. `gauge`: a level, reported from outside, that nothing resets. */
export type QuotaWindow =
  | { kind: 'calendar'; unit: 'minute' | 'hour' | 'day' | 'week' | 'month' }
  | { kind: 'rolling'; lengthMs: number }
  | { kind: 'cycle' }
  | { kind: 'gauge' };

export interface Quota {
  /** Stable: `anthropic.requests.minute`, `claude-pro.tokens.day`. */
  id: string;
  /** `null`: a limit of the provider's own. */
  subscription: string | null;
  provider: string;
  meter: QuotaMeter;
  window: QuotaWindow;
  /** As written in the file: `5h`, `day`, `cycle`. */
  windowName: string;
  /** Nano-dollars for `cost`, bytes for `storage`, else counts. */
  limit: number;
  origin: Origin;
}

export interface Subscription {
  id: string;
  displayName: string;
  provider: string;
  /** Key of the catalogue entry it is of. */
  plan: string | null;
  /** `null`: left out, and nobody knows its plan's. */
  monthlyFeeNanos: number | null;
  /** 1 to 31: the month's last day where it has fewer. */
  cycleDay: number;
  origin: Origin;
}

export const strategies = ['quality_first', 'balanced', 'budget', 'local_first'] as const;
export type Strategy = (typeof strategies)[number];

export const alertLevels = ['info', 'warning', 'critical', 'exceeded'] as const;
export type AlertLevel = (typeof alertLevels)[number];

export interface AlertThreshold {
  /** Of the limit, as 80. */
  percent: number;
  level: AlertLevel;
  message: string | null;
}

export type AlertChannel =
  | { type: 'in_app'; enabled: boolean }
  | { type: 'email'; enabled: boolean; recipients: readonly string[] }
  | { type: 'webhook'; enabled: boolean; url: string };

export type WhenQuotaExhausted = 'warn' | 'block' | 'queue' | 'fallback';

export interface Configuration {
  /** IANA; `null`: the setting's, else the machine's. */
  timezone: string | null;
  /** For display only. */
  currency: { code: string; perUsd: number };
  tiers: readonly Tier[];
  /** In no order that matters: one for each provider, model and `fromMs`. */
  prices: readonly ConfiguredPrice[];
  models: readonly ModelFacts[];
  /** Price of the user's list, as written; told by Show Price of Model. */
  pricesUpdated: string | null;
  /** By canonical id. */
  providers: Readonly<Record<string, ProviderConfiguration>>;
  subscriptions: readonly Subscription[];
  quotas: readonly Quota[];
  budgets: readonly Budget[];
  agentTypes: Readonly<Record<string, { strategy: Strategy }>>;
  /** Provider ids in order; `null`: the strategy's. */
  fallbackProviders: readonly string[] | null;
  strategy: Strategy;
  /** What happens to a request whose cost nobody can estimate. */
  unestimated: 'allow' | 'block';
  /** What to do when a quota is used up; `null`: block where the quota is configured, warn where it was only observed. */
  whenQuotaExhausted: WhenQuotaExhausted | null;
  alerts: {
    thresholds: readonly AlertThreshold[];
    channels: readonly AlertChannel[];
    anomaly: { percent: number; baselineDays: number; minNanos: number };
    utilization: { subscriptionFloor: number; totalFloor: number };
  };
  retention: { detailedDays: number | null; dailyDays: number | null; schedule: string };
  /** Name that a workspace gives its project; `null`: the folder's. */
  project: string | null;
}
