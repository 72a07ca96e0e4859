/** *Query Cost History…*: what a period has cost, by what is asked for, as a table or as comma-separated values. */
import { env, l10n, window, workspace } from 'vscode';
import type { UsageRequest } from '../../protocol/api/api';
import {
  filterKeys,
  groupings,
  namedPeriods,
  type FilterKey,
  type Grouping,
  type NamedPeriod,
} from '../../protocol/vocabulary';
import type { AskApi } from '../engine/askApi';
import { createFormat, type Currency } from '../../shared/format';
import { historyCsv, historyDocument, type History } from '../documents/historyDocument';
import { groupingWords } from '../documents/groupingWords';
import { namesOf } from './configure/setBudget';
import { askAll, choose, worded, type Answer, type Choice, type Place, type Step } from './configure/steps';

interface Draft {
  period: Pick<UsageRequest, 'period' | 'from' | 'to'>;
  periodName: string;
  groupBy: Grouping[];
  filter: { key: FilterKey; value: string } | null;
  as: 'table' | 'csv';
}

const mostRows = 10_000;

/** Answers the text of the table; `null`: there is none to be shown. */
export async function queryHistory(ask: AskApi, currency?: Currency): Promise<string | null> {
  const start: Draft = { period: { period: 'last_week' }, periodName: '', groupBy: [], filter: null, as: 'table' };
  const draft = await askAll(l10n.t('Query Cost History'), start, [askPeriod, askGrouping, askFilter(ask), askForm]);
  if (draft === null) return null;
  const { period, groupBy, filter, as } = draft;
  const usage = await ask('usage', {
    ...period,
    groupBy,
    ...(filter !== null && { filter: { [filter.key]: filter.value } }),
    limit: mostRows,
  });
  const history: History = { usage, groupBy, question: questionWords(draft) };
  if (as === 'table') return historyDocument(history, createFormat(env.language, usage.timezone, currency));
  const document = await workspace.openTextDocument({ content: historyCsv(history) });
  await window.showTextDocument(document, { preview: false });
  return null;
}

function questionWords({ periodName, groupBy, filter }: Draft): string {
  const by = groupBy.map(groupingWords).join(', ');
  const only = filter === null ? '' : `${groupingWords(filter.key)} ${filter.value}`;
  if (by === '') return only === '' ? periodName : l10n.t('{0}; only {1}', periodName, only);
  return only === '' ? l10n.t('{0}, by {1}', periodName, by) : l10n.t('{0}, by {1}; only {2}', periodName, by, only);
}

export function periodName(period: NamedPeriod): string {
  switch (period) {
    case 'today':
      return l10n.t('Today');
    case 'yesterday':
      return l10n.t('Yesterday');
    case 'week':
      return l10n.t('This week');
    case 'last_week':
      return l10n.t('Last week');
    case 'month':
      return l10n.t('This month');
    case 'last_month':
      return l10n.t('Last month');
    case 'session':
      return l10n.t('Since this window opened');
  }
}

const dates = /^(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|to|–|\s)\s*(\d{4}-\d{2}-\d{2}))?$/;

/** `2026-11-01 2026-11-15`, or one date alone: from then until now. `null`: no dates, or the wrong way round. */
export function datesOf(text: string): { from: string; to?: string } | null {
  const [, from, to] = dates.exec(text) ?? [];
  if (from === undefined || !isDate(from)) return null;
  if (to === undefined) return { from };
  return isDate(to) && from <= to ? { from, to } : null;
}

function isDate(text: string): boolean {
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}

const askPeriod: Step<Draft> = async (draft, place) =>
  into(
    await choose<{ name: string; period: Draft['period'] }>({
      ...place,
      placeholder: l10n.t('Which period? Choose, or type dates: 2026-11-01 2026-11-15'),
      choices: namedPeriods.map((period) => ({
        label: periodName(period),
        description: period,
        value: { name: periodName(period), period: { period } },
      })),
      other: {
        validate: (text) =>
          datesOf(text) === null ? l10n.t('One date or two, the earlier first: 2026-11-01 2026-11-15.') : null,
        item: (text) => ({ label: text, value: { name: text, period: datesOf(text) ?? {} } }),
      },
    }),
    ({ name, period }) => ({ ...draft, period, periodName: name }),
  );

const pairs: readonly (readonly Grouping[])[] = [
  ['provider', 'model'],
  ['day', 'provider'],
  ['day', 'project'],
  ['project', 'agent'],
];

const askGrouping: Step<Draft> = async (draft, place) =>
  into(
    await choose<Grouping[]>({
      ...place,
      placeholder: l10n.t('By what? Choose, or type several: day, project'),
      choices: [
        { label: l10n.t('The total alone'), value: [] },
        ...[...groupings.map((one) => [one]), ...pairs].map((list) => ({
          ...worded(list.map(groupingWords).join(', '), list.join(', ')),
          value: [...list],
        })),
      ],
      other: {
        validate: (text) =>
          groupingsOf(text) === null
            ? l10n.t('Up to six different names of the list, with commas: day, project.')
            : null,
        item: (text) => {
          const value = groupingsOf(text) ?? [];
          // What is typed finds its item by the description.
          return { label: value.map(groupingWords).join(', '), description: text, value };
        },
      },
    }),
    (groupBy) => ({ ...draft, groupBy }),
  );

/** Up to six different ones; `null`: something else stands there. */
export function groupingsOf(text: string): Grouping[] | null {
  const names = text.split(',').map((name) => name.trim());
  const known = names.flatMap((name) => groupings.filter((one) => one.toLowerCase() === name.toLowerCase()));
  const isFine = known.length === names.length && known.length <= 6 && new Set(known).size === known.length;
  return isFine ? known : null;
}

/** Whose name it is is asked at once; back from there leads to the key, so it is one step. */
function askFilter(ask: AskApi): Step<Draft> {
  return async (draft, place) => {
    for (;;) {
      const key = await askFilterKey(place);
      if (key.kind !== 'answer') return key;
      if (key.value === null) return { kind: 'answer', value: { ...draft, filter: null } };
      const name = await askFilterValue(ask, key.value, { ...place, hasBack: true });
      if (name.kind === 'cancelled') return name;
      if (name.kind === 'answer')
        return { kind: 'answer', value: { ...draft, filter: { key: key.value, value: name.value } } };
    }
  };
}

function askFilterKey(place: Place): Promise<Answer<FilterKey | null>> {
  const all: Choice<FilterKey | null> = { label: l10n.t('Everything'), value: null };
  return choose<FilterKey | null>({
    ...place,
    placeholder: l10n.t('All of it, or of one only? Whose name is asked next'),
    choices: [all, ...filterKeys.map((key) => worded(groupingWords(key), key))],
  });
}

async function askFilterValue(ask: AskApi, key: FilterKey, place: Place): Promise<Answer<string>> {
  const names = await namesOf(ask, key);
  return await choose({
    ...place,
    placeholder: l10n.t('{0}: which one? Choose, or type a name', groupingWords(key)),
    choices: names.map((name) => ({ label: name, value: name })),
    other: {
      validate: (text) => (text.length > 256 ? l10n.t('At most {0} letters.', 256) : null),
      item: (text) => ({ label: text, value: text }),
    },
  });
}

const askForm: Step<Draft> = async (draft, place) =>
  into(
    await choose<Draft['as']>({
      ...place,
      placeholder: l10n.t('As what?'),
      choices: [
        { label: l10n.t('Table'), detail: l10n.t('To read, in an editor'), value: 'table' },
        { label: 'CSV', detail: l10n.t('For a spreadsheet, in an editor to be saved'), value: 'csv' },
      ],
    }),
    (as) => ({ ...draft, as }),
  );

function into<T>(answer: Answer<T>, write: (value: T) => Draft): Answer<Draft> {
  return answer.kind === 'answer' ? { kind: 'answer', value: write(answer.value) } : answer;
}
