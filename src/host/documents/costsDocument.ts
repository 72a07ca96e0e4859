/** The text of *Show Costs*: Markdown that reads as plain text. Pure. */
import { l10n } from 'vscode';
import type { UsageRow, UsageValue } from '../../protocol/api/api';
import type { Totals } from '../../protocol/api/apiParts';
import type { Grouping } from '../../protocol/vocabulary';
import { billedSection, localSection } from './billedSection';
import { documentText } from '../../shared/escape';
import { currencyNote } from './currencyNote';
import type { Format } from '../../shared/format';
import { left, right, textTable, type Column } from '../../shared/markdownTable';

/** One table: what today and this month cost by the same groupings. */
export interface CostSection {
  title: string;
  heads: readonly string[];
  groupBy: readonly Grouping[];
  today: UsageValue;
  month: UsageValue;
}

export interface Costs {
  today: UsageValue;
  month: UsageValue;
  session: UsageValue;
  sections: readonly CostSection[];
  nowMs: number;
}

/** Unpriced calls have no cost; they are not calls for $0. */
export function costCell(total: Totals | undefined, format: Format): string {
  if (total === undefined || total.events === 0) return '–';
  if (total.unpricedEvents === total.events) return l10n.t('unpriced');
  const cost = format.fullMoney(total.costUsd);
  return total.unpricedEvents === 0 ? cost : l10n.t('{0} + {1} unpriced', cost, format.count(total.unpricedEvents));
}

function tokenColumns(): Column[] {
  return [
    right(l10n.t('Input')),
    right(l10n.t('Output')),
    right(l10n.t('Cache read')),
    right(l10n.t('Cache write')),
    right(l10n.t('Calls')),
  ];
}

function tokenCells({ tokens, events }: Totals, format: Format): string[] {
  return [tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite, events].map((count) => format.count(count));
}

function groupOf(row: UsageRow, groupBy: readonly Grouping[]): (string | null)[] {
  return groupBy.map((grouping) => {
    const value = row[grouping];
    return typeof value === 'string' ? value : null;
  });
}

function summary({ today, month, session }: Costs, format: Format): string {
  const since = format.time(Date.parse(session.from));
  const rows = [
    { name: l10n.t('Today'), total: today.total },
    { name: l10n.t('This month'), total: month.total },
    { name: l10n.t('This window, since {0}', since), total: session.total },
  ];
  return textTable(
    [left(l10n.t('Period')), right(l10n.t('Cost')), ...tokenColumns()],
    rows.map(({ name, total }) => [name, costCell(total, format), ...tokenCells(total, format)]),
  );
}

function section({ title, heads, groupBy, today, month }: CostSection, format: Format): string {
  const ofToday = new Map(today.rows.map((row) => [JSON.stringify(groupOf(row, groupBy)), row]));
  const rows = [...month.rows].sort((a, b) => b.costUsd - a.costUsd || b.tokens.total - a.tokens.total);
  const table = textTable(
    [...heads.map(left), right(l10n.t('Today')), right(l10n.t('This month')), ...tokenColumns()],
    [
      ...rows.map((row) => {
        const group = groupOf(row, groupBy);
        return [
          ...group.map((name) => (name === null ? l10n.t('(none)') : documentText(name))),
          costCell(ofToday.get(JSON.stringify(group)), format),
          costCell(row, format),
          ...tokenCells(row, format),
        ];
      }),
      [
        ...heads.map((_, index) => (index === 0 ? l10n.t('Total') : '')),
        costCell(today.total, format),
        costCell(month.total, format),
        ...tokenCells(month.total, format),
      ],
    ],
  );
  return `## ${title}\n\n${table}`;
}

export function costsDocument(costs: Costs, format: Format): string {
  const { today, month, sections, nowMs } = costs;
  const byProvider =
    sections.find(({ groupBy }) => groupBy.length === 1 && groupBy[0] === 'provider')?.month.rows ?? [];
  const asOf = l10n.t('As of {0} ({1}).', format.instant(nowMs), documentText(month.timezone));
  const notes = [
    l10n.t(
      'Tokens and calls by provider, project and model are this month’s. Input excludes what was read from or written to the cache.',
    ),
    l10n.t('Costs of calls are API-equivalent, at list prices: not what a subscription bills.'),
    ...currencyNote(format),
    ...(month.total.unpricedEvents > 0
      ? [l10n.t('For unpriced calls no price is known; they are in the tokens and calls, but not in the costs.')]
      : []),
  ];
  return [
    `# ${l10n.t('Agent costs')}`,
    asOf,
    summary(costs, format),
    ...billedSection(today, month, format),
    ...localSection(today, month, byProvider, format),
    ...sections.map((one) => section(one, format)),
    notes.map((note) => `- ${note}`).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}
