/** Days, weeks and months in words, and as the rows of a table. */
import type { DashboardFigures, DashboardSpan } from '../../src/protocol/dashboard/dashboard';
import type { Text } from '../text';
import type { Column } from '../ui/table';
import { costColumn, countColumns } from './sums';

export function longSpanText(span: DashboardSpan, unit: DashboardFigures['bars']['unit'], text: Text): string {
  if (unit === 'hour') return `${text.hour(span.startMs)}–${text.hour(span.endMs)}`;
  if (unit === 'month') return text.month(span.startMs);
  return unit === 'day' ? text.day(span.startMs) : `${text.day(span.startMs)} – ${text.day(span.endMs - 1)}`;
}

export function spanColumns(unit: 'day' | 'week', text: Text): Column<DashboardSpan>[] {
  return [
    {
      key: 'span',
      title: text.t(unit === 'day' ? 'day' : 'weekOf'),
      align: 'start',
      text: (span) => longSpanText(span, unit, text),
      sort: ({ startMs }) => startMs,
    },
    costColumn(text),
    ...countColumns<DashboardSpan>(text),
  ];
}
