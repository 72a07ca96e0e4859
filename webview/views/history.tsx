/** What was, whatever the period: weeks, days and months of the last year, under the filters. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { DashboardFigures, DashboardSpan } from '../../src/protocol/dashboard/dashboard';
import { BarChart } from '../charts/barChart';
import { usePage } from '../context';
import type { Text } from '../text';
import { CopyButton, Section, TableToggle } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { HeatMap } from './heatMap';
import { longSpanText, spanColumns } from './spans';
import { addedUp, costColumn, countColumns, ratio } from './sums';
import { dayMs } from '../../src/shared/time';

export function History({ figures }: { figures: DashboardFigures }): VNode {
  return (
    <>
      <WeeklyTrend weeks={figures.weeks} />
      <HeatMap days={figures.days} />
      <Months months={figures.months} asOfMs={figures.asOfMs} />
    </>
  );
}

/** Shown even if nothing was used in them. */
const fewestWeeks = 12;

/** Without the weeks before the first use: their room is for the others. */
function sinceFirstUse(weeks: readonly DashboardSpan[]): readonly DashboardSpan[] {
  const first = weeks.findIndex(({ events }) => events > 0);
  return weeks.slice(Math.max(0, Math.min(first === -1 ? weeks.length : first, weeks.length - fewestWeeks)));
}

function WeeklyTrend({ weeks: all }: { weeks: readonly DashboardSpan[] }): VNode {
  const { page, text } = usePage();
  const [asTable, setAsTable] = useState(false);
  const weeks = useMemo(() => sinceFirstUse(all), [all]);
  const title = text.t('weeklyTrend');
  const columns = spanColumns('week', text);
  const bars = useMemo(
    () => ({
      label: title,
      categories: weeks.map(({ startMs }) => text.shortDay(startMs)),
      series: [{ name: text.t('cost'), values: weeks.map(({ costNanos }) => text.amount(costNanos)) }],
      line: null,
      axisText: (value: number) => text.roundMoney(value),
      titleOf: (place: number): string => {
        const week = weeks[place];
        return week === undefined ? '' : longSpanText(week, 'week', text);
      },
      valueText: (value: number) => text.amountMoney(value),
      totalText: text.t('total'),
    }),
    [weeks, text, title, page],
  );
  return (
    <Section
      id="weeks"
      title={title}
      actions={
        <>
          <TableToggle on={asTable} onToggle={() => setAsTable(!asTable)} />
          <CopyButton markdown={() => tableMarkdown(columns, weeks)} />
        </>
      }
    >
      {asTable ? (
        <Table label={title} columns={columns} rows={weeks} keyOf={({ label }) => label} />
      ) : (
        <BarChart height="low" {...bars} />
      )}
    </Section>
  );
}

interface Month extends DashboardSpan {
  /** Of the day's average, as a month that runs is not whole, against that of the month before; `null`: nothing was spent in it. */
  change: number | null;
  dayNanos: number;
}

function Months({ months, asOfMs }: { months: readonly DashboardSpan[]; asOfMs: number }): VNode {
  const { text } = usePage();
  const days = months.map(({ costNanos, startMs, endMs }) =>
    Math.round(costNanos / Math.max(1, Math.ceil((Math.min(endMs, asOfMs) - startMs) / dayMs))),
  );
  const rows = months
    .map((month, place): Month => {
      const [dayNanos = 0, before = 0] = [days[place], days[place - 1]];
      return { ...month, dayNanos, change: before === 0 ? null : ratio(dayNanos - before, before) };
    })
    .filter(({ events }) => events > 0)
    .toReversed();
  const columns = monthColumns(text);
  const footer: Month = { label: '', startMs: 0, endMs: 0, change: null, dayNanos: 0, ...addedUp(rows) };
  return (
    <Section
      id="months"
      title={text.t('monthly')}
      actions={<CopyButton markdown={() => tableMarkdown(columns, rows, footer)} />}
    >
      <Table label={text.t('monthly')} columns={columns} rows={rows} keyOf={({ label }) => label} footer={footer} />
    </Section>
  );
}

function monthColumns(text: Text): Column<Month>[] {
  return [
    {
      key: 'month',
      title: text.t('monthName'),
      align: 'start',
      text: ({ label, startMs }) => (label === '' ? text.t('total') : text.month(startMs)),
      sort: ({ startMs }) => startMs,
    },
    costColumn(text),
    {
      key: 'change',
      title: text.t('change'),
      align: 'end',
      text: ({ change }) => (change === null ? '–' : `${change > 0 ? '+' : ''}${text.percent(change)}`),
      sort: ({ change }) => change ?? 0,
    },
    {
      key: 'average',
      title: text.t('average'),
      align: 'end',
      text: ({ label, dayNanos }) => (label === '' ? '' : text.money(dayNanos)),
      wide: true,
      sort: ({ dayNanos }) => dayNanos,
    },
    ...countColumns<Month>(text),
  ];
}
