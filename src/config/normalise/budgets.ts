/**
 * Every way of writing a budget → one list. Amounts in nano-dollars. A limit is hard unless it, or the map it stands in,
 * says `hard_stop: false`; it warns from 0.8 of it on, or from the `warning_threshold` of `budgets:`; those of
 * `budget_per_plan` and `budget_per_day` from 0.9; each from a `warning_threshold` beside it. An id depends on nothing but
 * the limit's own place.
 */
import { canonicalProvider } from '../../domain/prices/provider';
import { nanosFromUsd } from '../../domain/money';
import type { Budget, LimitAction, Origin } from '../../protocol/configuration';
import type { Path } from '../issue';
import type { FileEntries } from '../schema/file';
import { perBackendText, type BudgetsEntry, type RuleEntry, type ShortBudgetEntry } from '../schema/limits';
import { budgetId, type BudgetKey } from './budgetKey';
import { defaultSoftRatio } from './defaults';
import { scopedLimits, type ScopedLimit } from './scopedLimits';

export const shortSoftRatio = 0.9;

/** A limit that its file takes away with `null`. */
export interface Removal extends BudgetKey {
  id: string;
  origin: Origin;
}

export interface BudgetsOfFile {
  budgets: Budget[];
  removals: Removal[];
}

/** What all ways of writing come down to. */
export interface WrittenBudget extends BudgetKey {
  id?: string;
  except?: readonly string[];
  /** In USD, or a count; `null` takes it away. */
  limit: number | null;
  /** At the limit, where it is hard. */
  action: LimitAction;
  hardStop?: boolean | undefined;
  warningThreshold?: number | undefined;
  softRatio?: number;
  path: Path;
}

export function budgetsOfFile(entries: FileEntries, origin: (path: Path) => Origin): BudgetsOfFile {
  const written: WrittenBudget[] = [
    ...scopedLimits(entries).map(fromScopedLimit),
    ...fromBudgets(entries.budgets ?? {}),
    ...fromShort(entries, 'budget_per_plan'),
    ...fromShort(entries, 'budget_per_day'),
  ];
  const budgets: Budget[] = [];
  const removals: Removal[] = [];
  const taken = new Map<string, number>();
  for (const one of written) {
    const { scope, scopeId, period, measure } = one;
    const base = one.id ?? budgetId(one);
    const times = (taken.get(base) ?? 0) + 1;
    taken.set(base, times);
    const id = times === 1 ? base : `${base}~${times}`;
    const key = { id, scope, scopeId, period, measure, origin: origin(one.path) };
    if (one.limit === null) {
      removals.push(key);
      continue;
    }
    const hard = (one.hardStop ?? true) && one.action !== 'warn';
    budgets.push({
      ...key,
      except: one.except ?? [],
      limit: measure === 'cost' ? nanosFromUsd(one.limit) : one.limit,
      softRatio: one.warningThreshold ?? one.softRatio ?? entries.budgets?.warning_threshold ?? defaultSoftRatio,
      hard,
      action: hard ? one.action : 'warn',
    });
  }
  return { budgets, removals };
}

function fromScopedLimit({ hardStop, warningThreshold, ...limit }: ScopedLimit): WrittenBudget {
  return { ...limit, action: usualAction(limit), hardStop, warningThreshold };
}

function usualAction({ period, measure }: BudgetKey): LimitAction {
  if (measure === 'concurrent_agents') return 'queue';
  return period === 'run' ? 'terminate' : 'block';
}

function fromBudgets(budgets: BudgetsEntry): WrittenBudget[] {
  const hardStop = budgets.hard_stop;
  const everything = { scope: 'global', scopeId: null, measure: 'cost', action: 'block', hardStop } as const;
  const written: WrittenBudget[] = [];
  const { daily_limit_usd: daily, monthly_limit_usd: monthly } = budgets;
  if (daily !== undefined) {
    written.push({
      ...everything,
      id: 'daily_limit_usd',
      period: 'day',
      limit: daily,
      path: ['budgets', 'daily_limit_usd'],
    });
  }
  if (monthly !== undefined) {
    const path = ['budgets', 'monthly_limit_usd'];
    written.push({ ...everything, id: 'monthly_limit_usd', period: 'month', limit: monthly, path });
  }
  for (const [name, text] of Object.entries(budgets.per_backend ?? {})) {
    const [, amount = null, period = 'month'] = perBackendText.exec(text ?? '') ?? [];
    written.push({
      scope: 'provider',
      scopeId: canonicalProvider(name),
      period: period as 'hour' | 'day' | 'week' | 'month',
      measure: 'cost',
      limit: amount === null ? null : Number(amount),
      action: 'fallback',
      hardStop,
      path: ['budgets', 'per_backend', name],
    });
  }
  for (const [index, rule] of (budgets.rules ?? []).entries()) {
    written.push(fromRule(rule, hardStop, ['budgets', 'rules', index]));
  }
  return written;
}

function fromRule(rule: RuleEntry, hardStop: boolean | undefined, path: Path): WrittenBudget {
  const { scope, period, measure = 'cost' } = rule;
  const inScope = (name: string) => (scope === 'provider' ? canonicalProvider(name) : name);
  const scopeId = rule.scope_id === undefined ? null : inScope(rule.scope_id);
  const key: BudgetKey = { scope, scopeId, period, measure };
  return {
    ...key,
    id: rule.id ?? `rule.${budgetId(key)}`,
    except: (rule.except ?? []).map(inScope),
    limit: rule.limit,
    action: rule.action ?? usualAction(key),
    hardStop: rule.hard_stop ?? hardStop,
    warningThreshold: rule.warning_threshold,
    path,
  };
}

function fromShort(entries: FileEntries, key: 'budget_per_plan' | 'budget_per_day'): WrittenBudget[] {
  const entry = entries[key];
  if (entry === undefined) return [];
  return [shortBudgetOf(key, entry, [key])];
}

export function shortBudgetOf(
  key: 'budget_per_plan' | 'budget_per_day',
  entry: NonNullable<ShortBudgetEntry> | null,
  path: Path,
): WrittenBudget {
  const long = typeof entry === 'object' && entry !== null ? entry : { limit: entry };
  return {
    id: key,
    scope: key === 'budget_per_plan' ? 'plan' : 'global',
    scopeId: null,
    period: key === 'budget_per_plan' ? 'plan' : 'day',
    measure: 'cost',
    limit: long.limit,
    action: 'block',
    hardStop: 'hard_stop' in long ? long.hard_stop : undefined,
    warningThreshold: 'warning_threshold' in long ? long.warning_threshold : undefined,
    softRatio: shortSoftRatio,
    path,
  };
}

/** With providers to fall back on, wherever they are named, that is what happens at the limit of a plan or a day. */
export function withFallback(budgets: readonly Budget[], hasFallback: boolean): Budget[] {
  return budgets.map((budget) =>
    hasFallback && budget.hard && shortIds.has(budget.id) ? { ...budget, action: 'fallback' } : budget,
  );
}

const shortIds: ReadonlySet<string> = new Set(['budget_per_plan', 'budget_per_day']);
