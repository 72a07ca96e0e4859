/** *Set Budget…*: what is limited, for whom, how far and how strictly; written into the user's configuration when all is said. */
import { l10n } from 'vscode';
import { maxUsd, measures, scopes, type BudgetPeriod, type Measure, type Scope } from '../../../protocol/configuration';
import type { Outline } from '../../../protocol/language';
import type { Grouping } from '../../../protocol/vocabulary';
import { countText } from '../../../shared/money';
import type { AskApi } from '../../engine/askApi';
import { measuresOf, periodsOf, scopeWords } from '../../documents/budgetWords';
import type { ConfigurationEditor } from '../../language/languageEditor';
import { measureWords, periodWords } from '../../documents/limitWords';
import { askAll, askText, choose, tellChange, worded, type Answer, type Choice, type Step } from './steps';

export interface BudgetDraft {
  scope: Scope;
  /** `null`: each one has the budget for itself, or there is nobody to name. */
  scopeId: string | null;
  period: BudgetPeriod;
  measure: Measure;
  /** USD, or a count; `null`: not said yet. */
  limit: number | null;
  /** `null`: not said yet. */
  hard: boolean | null;
}

type Limits = Outline['budgets'];

/** No event says of which department it is. */
const offered = scopes.filter((scope) => scope !== 'department');
const longestId = 128;
const mostCount = 1e15;

export async function setBudget(editor: ConfigurationEditor, ask: AskApi): Promise<void> {
  const { budgets } = await editor.userOutline();
  const start: BudgetDraft = {
    scope: 'global',
    scopeId: null,
    period: 'day',
    measure: 'cost',
    limit: null,
    hard: null,
  };
  const draft = await askAll(l10n.t('Set Budget'), start, [
    askScope,
    { ask: askWhose(ask), where: ({ scope }) => groupings[scope] !== undefined },
    { ask: askPeriod, where: ({ scope }) => periodsOf(scope).length > 1 },
    { ask: askMeasure, where: ({ scope, period }) => measuresOf(scope, period).length > 1 },
    askLimit(budgets),
    askHard(budgets),
  ]);
  if (draft === null) return;
  const { scope, scopeId, period, measure, limit, hard } = draft;
  if (limit === null || hard === null) return;
  const document = await editor.openUserFile();
  const budget = { scope, scopeId, period, measure };
  const changed = await editor.apply(document, [{ kind: 'setBudget', budget, limit, hard }]);
  await tellChange(document, l10n.t('The budget is in your configuration.'), changed);
}

/** What holds now for what the draft is about. */
function presentOf(draft: BudgetDraft, budgets: Limits): Limits[number] | undefined {
  const { scope, scopeId, period, measure } = draft;
  return budgets.find(
    (one) => one.scope === scope && one.scopeId === scopeId && one.period === period && one.measure === measure,
  );
}

const askScope: Step<BudgetDraft> = async (draft, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('What is the budget about?'),
      active: draft.scope,
      choices: offered.map((value) => worded(scopeWords(value), value)),
    }),
    (scope) => (scope === draft.scope ? draft : ofScope(draft, scope)),
  );

/** What was answered for another scope and can't be of this one is forgotten. */
function ofScope(draft: BudgetDraft, scope: Scope): BudgetDraft {
  const [first = 'day'] = periodsOf(scope);
  const period = periodsOf(scope).includes(draft.period) ? draft.period : first;
  return ofPeriod({ ...draft, scope, scopeId: null }, period);
}

function ofPeriod(draft: BudgetDraft, period: BudgetPeriod): BudgetDraft {
  const isOffered = measuresOf(draft.scope, period).includes(draft.measure);
  return ofMeasure({ ...draft, period }, isOffered ? draft.measure : 'cost');
}

/** Another limit is asked for anew. */
function ofMeasure(draft: BudgetDraft, measure: Measure): BudgetDraft {
  return { ...draft, measure, limit: null, hard: null };
}

const groupings: Readonly<Partial<Record<Scope, Grouping>>> = {
  provider: 'provider',
  tier: 'tier',
  project: 'project',
  agent: 'agent',
  agent_type: 'agentType',
  task: 'task',
  plan: 'plan',
  user: 'user',
  team: 'team',
};

/** Names of this month's spend are offered; any other is taken. */
function askWhose(ask: AskApi): Step<BudgetDraft> {
  return async (draft, place) => {
    const grouping = groupings[draft.scope];
    const names = grouping === undefined ? [] : await namesOf(ask, grouping);
    const each: Choice<string | null> = { label: l10n.t('Each by itself'), description: draft.scope, value: null };
    return into(
      await choose<string | null>({
        ...place,
        placeholder: l10n.t('For whom? Choose, or type a name'),
        active: draft.scopeId,
        choices: [each, ...names.map((name) => ({ label: name, value: name }))],
        other: {
          validate: validateName,
          item: (text) => ({ label: text, description: l10n.t('not seen yet'), value: text }),
        },
      }),
      (scopeId) => (scopeId === draft.scopeId ? draft : { ...draft, scopeId, limit: null, hard: null }),
    );
  };
}

/** Of this month's spend, the dearest first. A question must not fail for want of suggestions. */
export async function namesOf(ask: AskApi, grouping: Grouping): Promise<string[]> {
  try {
    const { rows } = await ask('usage', { period: 'month', groupBy: grouping, limit: 200 });
    return rows.flatMap((row) => (typeof row[grouping] === 'string' ? [row[grouping]] : []));
  } catch {
    return [];
  }
}

const askPeriod: Step<BudgetDraft> = async (draft, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('In which period does it begin anew?'),
      active: draft.period,
      choices: periodsOf(draft.scope).map((value) => worded(periodWords(value), value)),
    }),
    (period) => (period === draft.period ? draft : ofPeriod(draft, period)),
  );

const askMeasure: Step<BudgetDraft> = async (draft, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('What is limited?'),
      active: draft.measure,
      choices: measures
        .filter((value) => measuresOf(draft.scope, draft.period).includes(value))
        .map((value) => worded(measureWords(value), value)),
    }),
    (measure) => (measure === draft.measure ? draft : ofMeasure(draft, measure)),
  );

/** The limit that holds now stands there already: it is what is changed. */
function askLimit(budgets: Limits): Step<BudgetDraft> {
  return async (draft, place) => {
    const { measure, limit } = draft;
    const now = limit ?? presentOf(draft, budgets)?.limit ?? null;
    return into(
      await askText({
        ...place,
        prompt:
          measure === 'cost'
            ? l10n.t('Limit in USD, for example 5 or 12.50; 0 allows nothing')
            : l10n.t('Limit, a whole number of {0}; 0 allows nothing', measureWords(measure)),
        value: now === null ? '' : String(now),
        validate: (text) => validateLimit(text, measure),
      }),
      (text) => ({ ...draft, limit: Number(text) }),
    );
  };
}

function askHard(budgets: Limits): Step<BudgetDraft> {
  return async (draft, place) =>
    into(
      await choose({
        ...place,
        placeholder: l10n.t('What happens at the limit?'),
        active: draft.hard ?? presentOf(draft, budgets)?.hard ?? true,
        choices: [
          {
            label: l10n.t('Hard'),
            detail: l10n.t('Calls that ask are refused or queued, runs that use it up end'),
            value: true,
          },
          { label: l10n.t('Soft'), detail: l10n.t('It warns, and work goes on'), value: false },
        ],
      }),
      (hard) => ({ ...draft, hard }),
    );
}

export function validateName(text: string): string | null {
  if (text === '') return l10n.t('A name is needed.');
  return text.length > longestId ? l10n.t('At most {0} letters.', longestId) : null;
}

/** Plain decimal: to the cent and beyond for money, whole for the rest. */
export function validateLimit(text: string, measure: string): string | null {
  if (measure === 'cost') {
    if (!/^\d+(\.\d{1,9})?$/.test(text)) return l10n.t('An amount in USD, for example 12.50.');
    return Number(text) > maxUsd ? l10n.t('At most {0} USD.', countText(maxUsd)) : null;
  }
  if (!/^\d+$/.test(text)) return l10n.t('A whole number.');
  return Number(text) > mostCount ? l10n.t('At most {0}.', countText(mostCount)) : null;
}

function into<T>(answer: Answer<T>, write: (value: T) => BudgetDraft): Answer<BudgetDraft> {
  return answer.kind === 'answer' ? { kind: 'answer', value: write(answer.value) } : answer;
}
