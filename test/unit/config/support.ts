/** Reading configurations in tests: what they come to, and what is said of them. */
import { readFileSync } from 'node:fs';
import type { Budget } from '../../../src/protocol/configuration';
import type { ConfigurationIssue } from '../../../src/protocol/configurationIssue';
import { resolveConfiguration, type Resolved } from '../../../src/config/resolve/resolve';

export const everyForm = readFileSync(new URL('everyForm.yaml', import.meta.url), 'utf8');

/** Of a user's file alone. */
export function resolveUser(text: string): Resolved['configuration'] {
  return resolveConfiguration({ user: text }).configuration;
}

export function issuesOf(text: string): ConfigurationIssue[] {
  return resolveConfiguration({ user: text }).user?.issues ?? [];
}

/** `error unknown_key budget_per_da` with the text that is underlined. */
export function shown(text: string, issues: readonly ConfigurationIssue[] = issuesOf(text)): string[] {
  return issues.map(
    ({ severity, code, range }) => `${severity} ${code} ${text.slice(range.start.offset, range.end.offset)}`,
  );
}

/** `global.day.cost 5 hard block`, money in USD; `≥ 0.9` where it warns from another part than 0.8. */
export function budgetText({ id, measure, limit, hard, action, softRatio, except }: Budget): string {
  const amount = measure === 'cost' ? limit / 1e9 : limit;
  const manner = `${hard ? `hard ${action}` : 'soft'}${softRatio === 0.8 ? '' : ` ≥ ${softRatio}`}`;
  return `${id} ${amount} ${manner}${except.length > 0 ? ` except ${except.join(', ')}` : ''}`;
}

/** Without the budgets of the default layer. */
export function writtenBudgets(text: string): string[] {
  const { budgets } = resolveUser(text);
  return budgets.filter(({ origin }) => origin.layer !== 'default').map(budgetText);
}
