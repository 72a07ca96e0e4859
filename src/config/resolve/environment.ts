/** Variables of the environment that stand for keys of the file, and count over the user's. */
import { nanosFromUsd } from '../../domain/money';
import { maxUsd, type Budget, type Origin } from '../../protocol/configuration';
import type { ConfigurationIssue } from '../../protocol/configurationIssue';
import { shortBudgetOf, shortSoftRatio } from '../normalise/budgets';
import { unique } from '../normalise/settings';
import { TextPositions } from '../textPositions';
import { emptyLayer, type Layer } from './layer';
import { budgetVariables, fallbackVariable } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

const amount = /^\$?\d{1,7}(?:\.\d{1,9})?$/;

/** An empty variable is as good as none. */
export function layerOfEnvironment(environment: Environment): { layer: Layer; issues: ConfigurationIssue[] } {
  const issues: ConfigurationIssue[] = [];
  const budgets: Budget[] = [];
  const names = (environment[fallbackVariable] ?? '').split(',').map((name) => name.trim());
  const fallbackProviders = unique(names.filter((name) => name !== ''));
  for (const [variable, key] of Object.entries(budgetVariables)) {
    const text = environment[variable]?.trim() ?? '';
    if (text === '') continue;
    const limit = amount.test(text) ? Number(text.replace('$', '')) : Number.NaN;
    if (!(limit <= maxUsd)) {
      issues.push(environmentIssue(variable, `${variable} must be an amount of USD, as 2.00`));
      continue;
    }
    const { scope, scopeId, period, measure, action } = shortBudgetOf(key, limit, []);
    const origin: Origin = { layer: 'environment', path: [variable] };
    const softRatio = shortSoftRatio;
    const nanos = nanosFromUsd(limit);
    budgets.push({
      id: key,
      scope,
      scopeId,
      except: [],
      period,
      measure,
      limit: nanos,
      softRatio,
      hard: true,
      action,
      origin,
    });
  }
  const settings = fallbackProviders.length > 0 ? { fallbackProviders } : {};
  return { layer: { ...emptyLayer(), budgets, settings }, issues };
}

function environmentIssue(variable: string, message: string): ConfigurationIssue {
  const range = new TextPositions('').span(0, 0);
  return { severity: 'error', code: 'environment', message, path: [variable], range };
}
