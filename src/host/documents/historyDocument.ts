/** The answer to *Query Cost History…*: a table to read, and comma-separated values for a spreadsheet. Pure. */
import { l10n } from 'vscode';
import type { UsageRow, UsageValue } from '../../protocol/api/api';
import type { Totals } from '../../protocol/api/apiParts';
import { csv } from '../../shared/csv';
import type { Grouping } from '../../protocol/vocabulary';
import { costCell } from './costsDocument';
import { documentSentence, documentText } from '../../shared/escape';
import { currencyNote } from './currencyNote';
import type { Format } from '../../shared/format';
import { groupingWords } from './groupingWords';
import { left, right, textTable, type Column } from '../../shared/markdownTable';

export interface History {
  usage: UsageValue;
  groupBy: readonly Grouping[];
  /** What was asked, in words. */
  question: string;
}

function groupOf(row: UsageRow, groupBy: readonly Grouping[]): (string | null)[] {
  return groupBy.map((grouping) => (typeof row[grouping] === 'string' ? row[grouping] : null));
}

export function historyDocument({ usage, groupBy, question }: History, format: Format): string {
  const { from, to, timezone, total, rows } = usage;
  const columns: Column[] = [
    ...(groupBy.length === 0 ? [''] : groupBy.map(groupingWords)).map(left),
    ...[
      l10n.t('Cost'),
      l10n.t('Input'),
      l10n.t('Output'),
      l10n.t('Cache read'),
      l10n.t('Cache write'),
      l10n.t('Calls'),
    ].map(right),
  ];
  const figures = (totals: Totals): string[] => [
    costCell(totals, format),
    ...[
      totals.tokens.input,
      totals.tokens.output,
      totals.tokens.cacheRead,
      totals.tokens.cacheWrite,
      totals.events,
    ].map((count) => format.count(count)),
  ];
  const lines = rows.map((row) => [
    ...groupOf(row, groupBy).map((name) => (name === null ? l10n.t('(none)') : documentText(name))),
    ...figures(row),
  ]);
  const sum = [l10n.t('Total'), ...groupBy.slice(1).map(() => ''), ...figures(total)];
  const period = l10n.t(
    '{0} to {1} ({2}).',
    format.instant(Date.parse(from)),
    format.instant(Date.parse(to)),
    documentText(timezone),
  );
  const found = total.events === 0 ? l10n.t('No call is found.') : textTable(columns, [...lines, sum]);
  const about = [period, ...currencyNote(format)].join(' ');
  return `# ${l10n.t('Cost history')}\n\n${documentSentence(question)}\n\n${about}\n\n${found}\n`;
}

/** A row for each group, or the one sum; costs in USD. */
export function historyCsv({ usage, groupBy }: History): string {
  const head = [
    ...groupBy,
    'cost_usd',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'requests',
    'unpriced_requests',
  ];
  const figures = ({ costUsd, tokens, events, unpricedEvents }: Totals): number[] => [
    costUsd,
    tokens.input,
    tokens.output,
    tokens.cacheRead,
    tokens.cacheWrite,
    events,
    unpricedEvents,
  ];
  const rows = usage.rows.map((row) => [...groupOf(row, groupBy), ...figures(row)]);
  return csv(head, groupBy.length === 0 ? [figures(usage.total)] : rows);
}
