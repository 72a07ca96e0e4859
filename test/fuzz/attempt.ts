/** What is done with each file: read, resolved in every place where a file can stand, asked for its names, edited. */
import { addTier, changeTier, removeTier } from '../../src/config/edit/tiers';
import { removeBudgetLimit, setBudgetLimit } from '../../src/config/edit/budgets';
import { applyEdits, type EditOutcome } from '../../src/config/edit/outcome';
import { setPath } from '../../src/config/edit/edit';
import { setPrice } from '../../src/config/edit/prices';
import { addSubscription, changeSubscription } from '../../src/config/edit/subscriptions';
import { parseConfiguration } from '../../src/config/parse';
import { nodeAt } from '../../src/config/read/located';
import { resolveConfiguration } from '../../src/config/resolve/resolve';
import { symbolsOf } from '../../src/config/symbols';
import type { Budget, Configuration } from '../../src/protocol/configuration';
import type { ConfigurationIssue } from '../../src/protocol/configurationIssue';
import type { Random } from '../torture/random';

const edits: readonly ((text: string) => EditOutcome)[] = [
  (text) => addTier(text, { id: 'fuzz', price_range_min: 1, price_range_max: 2 }),
  (text) => changeTier(text, 'low', { color: 'charts.red', display_name: 'A: b # c' }),
  (text) => removeTier(text, 'premium', { evenIfUsed: true }),
  (text) => setBudgetLimit(text, { scope: 'global', scopeId: null, period: 'day', measure: 'cost' }, 7.5),
  (text) => removeBudgetLimit(text, { scope: 'project', scopeId: null, period: 'month', measure: 'cost' }),
  (text) =>
    setPrice(
      text,
      { provider: 'claude', model: 'opus' },
      { from: '2026-03-01', input_per_million: 1, output_per_million: 2 },
    ),
  (text) => addSubscription(text, { id: 'fuzz', provider: 'openai', monthly_fee: 3 }),
  (text) => changeSubscription(text, 'claude-pro', { cycle_day: 31 }),
  (text) => setPath(text, ['usage', 'retention', 'daily'], 'forever'),
];

/** Throws what is wrong; answers how many errors the file has, and whether the edit was made. */
export function attempt(text: string, random: Random): { errors: number; edited: boolean } {
  const parsed = parseConfiguration(text);
  const { configuration, user } = resolveConfiguration({ user: parsed });
  const errors = user?.issues.filter(({ severity }) => severity === 'error').length ?? 0;
  checkIssues(user?.issues ?? [], text.length);
  checkConfiguration(configuration);
  for (const trusted of [true, false]) {
    const resolved = resolveConfiguration({ user: 'budget_per_day: 10\n', workspaces: [{ text: parsed, trusted }] });
    checkConfiguration(resolved.configuration);
    checkNotLifted(resolved.configuration.budgets);
  }
  for (const { range } of symbolsOf(parsed)) {
    if (range.start.offset > range.end.offset) throw new Error('a name that ends before it begins');
  }
  nodeAt(parsed.root, random.below(text.length + 1));
  // Edits read a text several times.
  if (!random.chance(0.3)) return { errors, edited: false };
  const outcome = random.pick(edits)(text);
  if (outcome.ok) {
    if (applyEdits(text, outcome.edits) !== outcome.text) throw new Error('edits do not come to the text answered');
    if (!parsed.broken && parseConfiguration(outcome.text).broken)
      throw new Error('an edit broke a file that was right');
  }
  return { errors, edited: outcome.ok };
}

function checkIssues(issues: readonly ConfigurationIssue[], length: number): void {
  for (const { range, message, fix } of issues) {
    const { start, end } = range;
    if (!(start.offset >= 0 && start.offset <= end.offset && end.offset <= length))
      throw new Error('an issue outside of the text');
    if (message === '' || /undefined|\[object|NaN/.test(message)) throw new Error(`an issue says “${message}”`);
    for (const edit of fix?.edits ?? [])
      if (edit.offset + edit.length > length) throw new Error('a fix outside of the text');
  }
}

function checkConfiguration(configuration: Configuration): void {
  const { budgets, quotas, tiers, prices, subscriptions } = configuration;
  for (const { id, limit, softRatio } of budgets) {
    if (!Number.isSafeInteger(limit) || limit < 0 || !(softRatio >= 0 && softRatio <= 1))
      throw new Error(`budget ${id} of ${limit}`);
  }
  for (const { id, limit } of quotas)
    if (!(Number.isFinite(limit) && limit >= 0)) throw new Error(`quota ${id} of ${limit}`);
  for (const { input, output } of prices) if (!(input >= 0 && output >= 0)) throw new Error('a price below 0');
  for (const list of [budgets, quotas, tiers, subscriptions]) {
    if (new Set(list.map(({ id }) => id)).size !== list.length) throw new Error('an id that stands for two');
  }
  JSON.stringify(configuration);
}

function checkNotLifted(budgets: readonly Budget[]): void {
  const held = budgets.some(
    ({ scope, period, measure, limit, hard }) =>
      scope === 'global' && period === 'day' && measure === 'cost' && hard && limit <= 10_000_000_000,
  );
  if (!held) throw new Error('a workspace lifted the user’s limit');
}
