/** *Set Budget…*: what is limited, for whom, how far and how strictly; written into the user's configuration. */
import { l10n } from 'vscode';
import { scopes, measures, type BudgetPeriod, type Measure, type Scope } from '../../protocol/configuration';
import type { Grouping } from '../../protocol/vocabulary';
import type { AskApi } from '../askApi';
import { measuresOf, periodsOf, scopeWords } from '../budgetWords';
import type { ConfigurationEditor } from '../languageEditor';
import { measureWords, periodWords } from '../limitWords';
import { askAll, askText, choose, type Answer, type Choice, type Step } from './steps';
import { told } from './toldChange';

export interface BudgetDraft {
  scope: Scope;
  /** `null`: each one has the budget for itself, or there is nobody to name. */
  scopeId: string | null;
  period: BudgetPeriod;
  measure: Measure;
  /** USD, or a count. */
  limit: number;
  hard: boolean;
}

/** No event says of which department it is. */
const offered = scopes.filter((scope) => scope !== 'department');
const longestId = 128;
const mostUsd = 1_000_000;
const mostCount = 1e15;

export async function setBudget(editor: ConfigurationEditor, ask: AskApi): Promise<void> {
  const start: BudgetDraft = {
    scope: 'global',
    scopeId: null,
    period: 'day',
    measure: 'cost',
    limit: 0,
    hard: true,
  };
  const draft = await askAll(l10n.t('Set Budget'), start, [
    askScope,
    askWhose(ask),
    askPeriod,
    askMeasure,
    askLimit,
    askHard,
  ]);
  if (draft === null) return;
  const document = await editor.openUserFile();
  const { scope, scopeId, period, measure, limit, hard } = draft;
  await editor.apply(document, [{ kind: 'setBudget', budget: { scope, scopeId, period, measure }, limit, hard }]);
  await told(document, l10n.t('The budget is in your configuration.'));
}

const askScope: Step<BudgetDraft> = async (draft, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('What is the budget about?'),
      active: draft.scope,
      choices: offered.map((value) => ({ label: scopeWords(value), description: value, value })),
    }),
    (scope) => ({ ...draft, scope, scopeId: null }),
  );

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
    if (grouping === undefined) {
      const only: Choice<string | null> = { label: scopeWords(draft.scope), value: null };
      const answer = await choose({ ...place, placeholder: l10n.t('For whom?'), choices: [only] });
      return into(answer, (scopeId) => ({ ...draft, scopeId }));
    }
    const names = await namesOf(ask, grouping);
    const each: Choice<string | null> = { label: l10n.t('Each by itself'), description: draft.scope, value: null };
    return into(
      await choose<string | null>({
        ...place,
        placeholder: l10n.t('For whom? Choose, or type a name'),
        choices: [each, ...names.map((name) => ({ label: name, value: name }))],
        other: {
          validate: validateName,
          item: (text) => ({ label: text, description: l10n.t('not seen yet'), value: text }),
        },
      }),
      (scopeId) => ({ ...draft, scopeId }),
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
      choices: periodsOf(draft.scope).map((value) => ({ label: periodWords(value), description: value, value })),
    }),
    (period) => ({ ...draft, period }),
  );

const askMeasure: Step<BudgetDraft> = async (draft, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('What is limited?'),
      choices: measures
        .filter((value) => measuresOf(draft.scope, draft.period).includes(value))
        .map((value) => ({ label: measureWords(value), description: value, value })),
    }),
    (measure) => ({ ...draft, measure }),
  );

const askLimit: Step<BudgetDraft> = async (draft, place) =>
  into(
    await askText({
      ...place,
      prompt:
        draft.measure === 'cost'
          ? l10n.t('Limit in USD, for example 5 or 12.50; 0 allows nothing')
          : l10n.t('Limit, a whole number of {0}; 0 allows nothing', measureWords(draft.measure)),
      value: draft.limit === 0 ? '' : String(draft.limit),
      validate: (text) => validateLimit(text, draft.measure),
    }),
    (text) => ({ ...draft, limit: Number(text) }),
  );

const askHard: Step<BudgetDraft> = async (draft, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('What happens at the limit?'),
      active: draft.hard,
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

export function validateName(text: string): string | null {
  if (text === '') return l10n.t('A name is needed.');
  return text.length > longestId ? l10n.t('At most {0} letters.', longestId) : null;
}

/** Plain decimal: to the cent and beyond for money, whole for the rest. */
export function validateLimit(text: string, measure: string): string | null {
  if (measure === 'cost') {
    if (!/^\d+(\.\d{1,9})?$/.test(text)) return l10n.t('An amount in USD, for example 12.50.');
    return Number(text) > mostUsd ? l10n.t('At most {0}.', mostUsd) : null;
  }
  if (!/^\d+$/.test(text)) return l10n.t('A whole number.');
  return Number(text) > mostCount ? l10n.t('At most {0}.', mostCount) : null;
}

function into<T>(answer: Answer<T>, write: (value: T) => BudgetDraft): Answer<BudgetDraft> {
  return answer.kind === 'answer' ? { kind: 'answer', value: write(answer.value) } : answer;
}
