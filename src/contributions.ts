/**
 * Every id that package.json contributes or that other software calls, with its types. A test keeps package.json and
 * this file in step. Loaded before the first paint: types only from elsewhere, no run-time import.
 */
import type { ApiCommand, ApiResult, ApiValues } from './protocol/api/api';

export const extensionId = 'agent-meter.agent-meter';
export const displayName = 'Agent Meter';
export const statusBarItemId = 'agentMeter.meter';
/** Scheme of the read-only documents. */
export const documentScheme = 'agent-meter';
export const priceScheme = 'agent-meter-price';
export const pricesScheme = 'agent-meter-prices';
export const quotasScheme = 'agent-meter-quotas';
export const budgetsScheme = 'agent-meter-budgets';
export const planScheme = 'agent-meter-plan';
export const historyScheme = 'agent-meter-history';
export const insightScheme = 'agent-meter-insight';
export const walkthrough = { step: 'start', id: `${extensionId}#start` } as const;

/** The dashboard in an editor tab, and the view in the side bar. */
export const dashboardPanel = 'agentMeter.dashboard';
export const viewContainer = 'agentMeter';
export const overviewView = 'agentMeter.overview';

/** Commands of the palette. */
export const commands = {
  openDashboard: 'agentMeter.openDashboard',
  showCosts: 'agentMeter.showCosts',
  exportUsage: 'agentMeter.export',
  showQuotas: 'agentMeter.showQuotas',
  showPrice: 'agentMeter.showPrice',
  updatePrices: 'agentMeter.updatePrices',
  openConfiguration: 'agentMeter.openConfiguration',
  manageTiers: 'agentMeter.manageTiers',
  manageSubscriptions: 'agentMeter.manageSubscriptions',
  setBudget: 'agentMeter.setBudget',
  showBudget: 'agentMeter.showBudget',
  overrideBudget: 'agentMeter.overrideBudget',
  showQueue: 'agentMeter.showQueue',
  queryHistory: 'agentMeter.queryHistory',
  showPlanStatus: 'agentMeter.showPlanStatus',
  verifyAudit: 'agentMeter.verifyAudit',
  exportAudit: 'agentMeter.exportAudit',
  refresh: 'agentMeter.refresh',
  openLedgerFolder: 'agentMeter.openLedgerFolder',
  reprice: 'agentMeter.reprice',
  rebuildLedger: 'agentMeter.rebuildLedger',
  showLog: 'agentMeter.showLog',
  openWalkthrough: 'agentMeter.openWalkthrough',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** What each command of the palette takes and answers. */
export interface CommandSignatures {
  [commands.openDashboard]: () => Promise<void>;
  [commands.showCosts]: () => Promise<void>;
  /** Of a `DashboardSelection`; without one, of what the dashboard showed last. */
  [commands.exportUsage]: (selection?: unknown) => Promise<void>;
  [commands.showQuotas]: () => Promise<void>;
  [commands.showPrice]: () => Promise<void>;
  [commands.updatePrices]: () => Promise<void>;
  [commands.openConfiguration]: () => Promise<void>;
  [commands.manageTiers]: () => Promise<void>;
  [commands.manageSubscriptions]: () => Promise<void>;
  [commands.setBudget]: () => Promise<void>;
  [commands.showBudget]: () => Promise<void>;
  /** Of `{ budget, scopeId? }`; without it, of which one the user chooses. */
  [commands.overrideBudget]: (target?: unknown) => Promise<void>;
  [commands.showQueue]: () => Promise<void>;
  [commands.queryHistory]: () => Promise<void>;
  [commands.showPlanStatus]: () => Promise<void>;
  [commands.verifyAudit]: () => Promise<void>;
  [commands.exportAudit]: () => Promise<void>;
  [commands.refresh]: () => Promise<void>;
  [commands.openLedgerFolder]: () => Promise<void>;
  [commands.reprice]: () => Promise<void>;
  [commands.rebuildLedger]: () => Promise<void>;
  [commands.showLog]: () => Promise<void>;
  [commands.openWalkthrough]: () => Promise<void>;
}

/** Commands for other extensions: registered, not contributed, so the palette never lists them. */
export const apiCommandIds = {
  report: 'agentMeter.v1.report',
  status: 'agentMeter.v1.status',
  usage: 'agentMeter.v1.usage',
  reportQuota: 'agentMeter.v1.reportQuota',
  authorize: 'agentMeter.v1.authorize',
  release: 'agentMeter.v1.release',
  startRun: 'agentMeter.v1.startRun',
  endRun: 'agentMeter.v1.endRun',
  planStatus: 'agentMeter.v1.planStatus',
  override: 'agentMeter.v1.override',
  alert: 'agentMeter.v1.alert',
  queue: 'agentMeter.v1.queue',
  audit: 'agentMeter.v1.audit',
} as const satisfies Record<ApiCommand, string>;
export type ApiCommandId = (typeof apiCommandIds)[ApiCommand];

/** What a command of the API takes and answers. The argument is validated by the engine. */
export type ApiHandlers = { [C in ApiCommand]: (argument?: unknown) => Promise<ApiResult<ApiValues[C]>> };

export const settingsSection = 'agentMeter';

/** Settings with their defaults; the keys lie below `settingsSection`. */
export const settingDefaults = {
  timezone: '',
  dataDirectory: '',
  configFile: '',
  sources: {},
  /** Says less than `sources`, and gives way to it. */
  'claudeCode.enabled': true,
  'prices.update': 'off',
  'prices.url': '',
  'meter.show': ['today', 'limit'],
  'meter.limit': '',
} as const satisfies Record<string, string | boolean | readonly string[] | Readonly<Record<string, boolean>>>;
/** What the text of the meter can show, in any order. */
export const meterParts = ['today', 'month', 'session', 'limit', 'tokens'] as const;
export type MeterPart = (typeof meterParts)[number];
export type SettingKey = keyof typeof settingDefaults;

type Widened<T> = T extends string
  ? string
  : T extends boolean
    ? boolean
    : T extends readonly string[]
      ? readonly string[]
      : T extends object
        ? Readonly<Record<string, boolean>>
        : never;
export type SettingValue<K extends SettingKey> = Widened<(typeof settingDefaults)[K]>;
