/** What was spent when, in stacked bars; the table behind it says the same. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import {
  stackKeys,
  type DashboardFigures,
  type DashboardSeries,
  type DashboardSpan,
  type StackKey,
} from '../../src/protocol/dashboard/dashboard';
import type { LimitLine } from '../../src/protocol/dashboard/dashboardMessages';
import { BarChart } from '../charts/barChart';
import { mostSeries } from '../charts/theme';
import { usePage } from '../context';
import { nanosPerUsd } from '../../src/shared/money';
import type { Text } from '../text';
import { CopyButton, Section, TableToggle } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { Dropdown } from '../ui/toolkit';
import { longSpanText } from './spans';
import { costColumn, countColumns } from './sums';

const titles = { hour: 'usageByHour', day: 'usageByDay', week: 'usageByWeek', month: 'usageByMonth' } as const;
const units = { hour: 'hour', day: 'day', week: 'weekOf', month: 'monthName' } as const;

export interface UsageChartProps {
  figures: DashboardFigures;
  limits: readonly LimitLine[];
  /** Only the bars, for a narrow place. */
  bare?: boolean;
}

export function UsageChart({ figures: { bars }, limits, bare = false }: UsageChartProps): VNode {
  const { page, text } = usePage();
  const [asTable, setAsTable] = useState(false);
  const { stack } = page.memory;
  const columns = columnsOf(bars, stack, text);
  const names = { provider: text.t('provider'), model: text.t('model'), tier: text.t('tier') };
  const title = text.t(titles[bars.unit]);
  return (
    <Section
      id="usage"
      title={title}
      actions={
        bare ? undefined : (
          <>
            <Dropdown
              label={text.t('stackBy')}
              value={stack}
              options={stackKeys.map((key) => ({ value: key, label: names[key] }))}
              onPick={(value) => page.remember({ stack: stackKeys.find((key) => key === value) ?? 'provider' })}
            />
            <TableToggle on={asTable} onToggle={() => setAsTable(!asTable)} />
            <CopyButton markdown={() => tableMarkdown(columns, bars.spans)} />
          </>
        )
      }
    >
      {asTable ? (
        <Table label={title} columns={columns} rows={bars.spans} keyOf={({ label }) => label} />
      ) : (
        <StackedBars bars={bars} limits={limits} title={title} low={bare} />
      )}
    </Section>
  );
}

interface StackedBarsProps {
  bars: DashboardFigures['bars'];
  limits: readonly LimitLine[];
  title: string;
  low: boolean;
}

function StackedBars({ bars, limits, title, low }: StackedBarsProps): VNode {
  const { page, text } = usePage();
  const { stack } = page.memory;
  const props = useMemo(() => {
    const shown = few(bars.stacks[stack], text);
    const filtered = Object.keys(page.shown?.state.selection.filter ?? {}).length > 0;
    const budget = bars.unit === 'day' && !filtered ? dailyBudget(limits) : null;
    return {
      label: title,
      categories: bars.spans.map((span) => spanText(span, bars.unit, text)),
      series: shown.map(({ title: name, values }) => ({ name, values: values.map((nanos) => text.amount(nanos)) })),
      line: budget === null ? null : { value: text.amount(budget), label: text.t('budgetLine', text.money(budget)) },
      axisText: (value: number) => text.roundMoney(value),
      titleOf: (place: number): string => {
        const span = bars.spans[place];
        return span === undefined ? '' : longSpanText(span, bars.unit, text);
      },
      valueText: (value: number) => text.amountMoney(value),
      totalText: text.t('total'),
      onPick: (series: number): void => {
        const name = shown[series]?.name ?? null;
        if (name !== null) page.setFilter(stack, name);
      },
    };
  }, [bars, limits, stack, text, title, page]);
  return (
    <>
      <BarChart height={low ? 'low' : 'tall'} {...props} />
      <ul class="legend">
        {few(bars.stacks[stack], text).map(({ name, title: words }, place) => (
          <li key={words}>
            {name === null ? (
              <span>
                <span class={`mark series-${place % mostSeries}`} />
                {words}
              </span>
            ) : (
              <button type="button" title={text.t('filterBy', name)} onClick={() => page.setFilter(stack, name)}>
                <span class={`mark series-${place % mostSeries}`} />
                {words}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

interface ShownSeries {
  /** By which a click filters; `null`: it can't. */
  name: string | null;
  title: string;
  values: number[];
}

/** As many as have a colour of their own; the rest is one. */
function few(series: readonly DashboardSeries[], text: Text): ShownSeries[] {
  const most = series.length <= mostSeries ? mostSeries : mostSeries - 1;
  const shown = series
    .slice(0, most)
    .map(({ name, costNanos }) => ({ name, title: name ?? text.t('none'), values: costNanos }));
  const rest = series.slice(most);
  if (rest.length === 0) return shown;
  const values = (rest[0]?.costNanos ?? []).map((_, place) =>
    rest.reduce((sum, { costNanos }) => sum + (costNanos[place] ?? 0), 0),
  );
  return [...shown, { name: null, title: text.t('other'), values }];
}

/** Of all that is spent in a day; a filter makes it another question. */
function dailyBudget(limits: readonly LimitLine[]): number | null {
  const daily = limits.flatMap(({ wholePeriod, limit }) => (wholePeriod === 'day' && limit !== null ? [limit] : []));
  return daily.length === 0 ? null : Math.min(...daily) * nanosPerUsd;
}

export function spanText({ startMs }: DashboardSpan, unit: DashboardFigures['bars']['unit'], text: Text): string {
  if (unit === 'hour') return text.hour(startMs);
  return unit === 'month' ? text.month(startMs) : text.shortDay(startMs);
}

function columnsOf(
  { unit, spans, stacks }: DashboardFigures['bars'],
  stack: StackKey,
  text: Text,
): Column<DashboardSpan>[] {
  const places = new Map(spans.map(({ label }, place) => [label, place]));
  return [
    {
      key: 'span',
      title: text.t(units[unit]),
      align: 'start',
      text: (span) => longSpanText(span, unit, text),
      sort: ({ startMs }) => startMs,
    },
    costColumn(text),
    ...few(stacks[stack], text).map(({ title, values }, place): Column<DashboardSpan> => {
      const valueOf = ({ label }: DashboardSpan): number => values[places.get(label) ?? 0] ?? 0;
      return {
        key: `series-${place}`,
        title,
        align: 'end',
        text: (span) => text.money(valueOf(span)),
        sort: valueOf,
        wide: true,
      };
    }),
    ...countColumns<DashboardSpan>(text).slice(0, 1),
  ];
}
