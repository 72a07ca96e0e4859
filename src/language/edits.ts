/** What commands ask of a configuration's text: what it says of tiers, subscriptions and budgets, and what to replace to change it. */
import type { Connection } from 'vscode-languageserver';
import { setBudget } from '../config/edit/budgets';
import { removePath, setPath } from '../config/edit/edit';
import { inTurn, type EditOutcome } from '../config/edit/outcome';
import type { Plain } from '../config/edit/render';
import { pathText } from '../config/issue';
import { defaultConfiguration } from '../config/normalise/defaults';
import { parseConfiguration } from '../config/parse';
import { knownPlans } from '../config/normalise/providers';
import { find } from '../config/read/located';
import { parseFile } from '../config/read/parsedFile';
import { resolveConfiguration } from '../config/resolve/resolve';
import { starterConfiguration } from '../config/starter';
import { symbolsOf } from '../config/symbols';
import {
  editMethod,
  editQuestionSchema,
  outlineMethod,
  outlineQuestionSchema,
  starterMethod,
  starterQuestionSchema,
  type ConfigurationOperation,
  type EditAnswer,
  type EditQuestion,
  type Outline,
} from '../protocol/language';
import { usdFromNanos } from '../shared/money';

export function serveEdits(connection: Pick<Connection, 'onRequest'>): void {
  connection.onRequest(outlineMethod, (question: unknown) => outline(outlineQuestionSchema.parse(question).text));
  connection.onRequest(editMethod, (question: unknown): unknown => edit(editQuestionSchema.parse(question)));
  connection.onRequest(starterMethod, (question: unknown) => starter(starterQuestionSchema.parse(question).layer));
}

/** All or nothing. */
export function edit({ text, operations }: EditQuestion): EditAnswer {
  const outcome = inTurn(
    text,
    operations.map((operation) => (now: string) => perform(now, operation)),
  );
  return outcome.ok ? { edits: [...outcome.edits] } : { refused: outcome.message };
}

function perform(text: string, operation: ConfigurationOperation): EditOutcome {
  switch (operation.kind) {
    case 'set':
      return setPath(text, operation.path, operation.value as Plain);
    case 'remove':
      return removePath(text, operation.path);
    case 'setBudget':
      return setBudget(text, operation.budget, operation.limit, operation.hard);
    case 'append': {
      const list = find(parseConfiguration(text).root, operation.path)?.node;
      if (list?.kind !== 'list') return setPath(text, operation.path, [operation.value as Plain]);
      return setPath(text, [...operation.path, list.items.length], operation.value as Plain);
    }
  }
}

export function outline(text: string): Outline {
  const parsed = parseConfiguration(text);
  const { configuration } = resolveConfiguration({ user: parsed });
  const entries = (parsed.entries.tiers ?? []).map(({ id, remove }, index) => ({
    id,
    removes: remove === true,
    path: [...parsed.filePath(['tiers', index])],
  }));
  const builtIn = new Set(defaultConfiguration.tiers.map(({ id }) => id));
  return {
    broken: brokenAt(text),
    tiers: configuration.tiers.map((tier) => ({
      tier: { ...tier },
      builtIn: builtIn.has(tier.id),
      path: entries.find(({ id, removes }) => id === tier.id && !removes)?.path ?? null,
    })),
    removedTiers: entries.filter(({ removes }) => removes).map(({ id, path }) => ({ id, path })),
    subscriptions: configuration.subscriptions.map(
      ({ id, displayName, provider, plan, cycleDay, monthlyFeeNanos, origin }) => ({
        id,
        displayName,
        provider,
        plan,
        cycleDay,
        monthlyFeeUsd: monthlyFeeNanos === null ? null : usdFromNanos(monthlyFeeNanos),
        path: [...origin.path],
      }),
    ),
    budgets: configuration.budgets.map(({ scope, scopeId, period, measure, limit, hard }) => ({
      scope,
      scopeId,
      period,
      measure,
      limit: measure === 'cost' ? usdFromNanos(limit) : limit,
      hard,
    })),
    references: symbolsOf(parsed)
      .filter(({ role }) => role === 'reference')
      .map(({ kind, id, path, range }) => ({ kind, id, where: pathText(path), line: range.start.line })),
    plans: knownPlans.map(({ id, displayName, provider, monthlyFeeUsd, source, asOf }) => ({
      id,
      displayName,
      provider,
      monthlyFeeUsd,
      source,
      asOf,
    })),
  };
}

/** The same that refuses an edit. */
function brokenAt(text: string): Outline['broken'] {
  const { problems, positions } = parseFile(text);
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem === undefined) return null;
  const { line, character } = positions.at(problem.start);
  return { message: problem.message, line, character };
}

function starter(layer: 'user' | 'workspace'): string {
  return layer === 'user' ? starterConfiguration() : workspaceStarter;
}

/** A workspace's file says little: what it says holds for everybody who opens it. */
const workspaceStarter = `# What holds for this project. It may tighten your own limits and never lift them; saving is enough.
# Each key, its unit and its default: docs/reference/configuration.md of the extension.

# The project's name in reports and budgets. Left out: the folder's.
# project: my-project

# limits:
#   per_project:
#     my-project: { max_cost_per_day: 20 } # USD
`;
