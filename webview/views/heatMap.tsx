/** A year of days as a calendar: a grid that arrows walk through, a day's cost in each cell, a click for that day. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { DashboardSpan } from '../../src/protocol/dashboard/dashboard';
import { usePage } from '../context';
import { CopyButton, Section, TableToggle } from '../ui/section';
import { Table, tableMarkdown } from '../ui/table';
import { spanColumns } from './spans';
import { costText } from './sums';

const levels = 4;

export function HeatMap({ days }: { days: readonly DashboardSpan[] }): VNode {
  const { text } = usePage();
  const [asTable, setAsTable] = useState(false);
  const columns = spanColumns('day', text);
  const used = days.filter(({ events }) => events > 0).toReversed();
  return (
    <Section
      id="days"
      title={text.t('heatMap')}
      note={asTable ? '' : text.t('heatMapNote')}
      actions={
        <>
          <TableToggle on={asTable} onToggle={() => setAsTable(!asTable)} />
          <CopyButton markdown={() => tableMarkdown(columns, used)} />
        </>
      }
    >
      {asTable ? (
        <Table label={text.t('heatMap')} columns={columns} rows={used} keyOf={({ label }) => label} />
      ) : (
        <Calendar days={days} />
      )}
    </Section>
  );
}

/** The first day is a Monday. */
function Calendar({ days }: { days: readonly DashboardSpan[] }): VNode {
  const { page, text } = usePage();
  const [focused, setFocused] = useState(days.length - 1);
  const limits = useMemo(() => quantiles(days.map(({ costNanos }) => costNanos)), [days]);
  const walk = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 7, ArrowLeft: -7 };
    const next = focused + (steps[event.key] ?? 0);
    if (steps[event.key] === undefined || next < 0 || next >= days.length) return;
    event.preventDefault();
    setFocused(next);
    const cells = (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-place="${next}"]`);
    cells?.focus();
  };
  return (
    <div class="heat-frame">
      <table class="heat" role="grid" aria-label={text.t('heatMap')} onKeyDown={walk}>
        <thead>
          <tr>
            <td />
            {monthHeads(days, (atMs) => text.shortMonth(atMs)).map(({ title, weeks }, place) => (
              <th key={place} scope="colgroup" colSpan={weeks}>
                {weeks > 2 ? title : ''}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[0, 1, 2, 3, 4, 5, 6].map((weekday) => (
            <tr key={weekday}>
              <th scope="row">{weekday % 2 === 0 ? text.weekday(weekday + 1) : ''}</th>
              {days.map((day, place) =>
                place % 7 === weekday ? (
                  <td
                    key={day.label}
                    role="gridcell"
                    data-place={place}
                    tabIndex={place === focused ? 0 : -1}
                    class={`level-${levelOf(day.costNanos, limits)}`}
                    title={`${text.day(day.startMs)}: ${costText(day, text)}`}
                    aria-label={`${text.day(day.startMs)}: ${costText(day, text)}`}
                    onFocus={() => setFocused(place)}
                    onClick={() => showDay(day)}
                    onKeyDown={({ key }) => {
                      if (key === 'Enter' || key === ' ') showDay(day);
                    }}
                  />
                ) : null,
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );

  function showDay({ label }: DashboardSpan): void {
    page.remember({ tab: 'overview' });
    page.setPeriod({ kind: 'custom', from: label, to: label });
  }
}

/** From which cost on a day is of each level: the quarters of the days on which something was spent. */
function quantiles(costs: readonly number[]): number[] {
  const spent = costs.filter((cost) => cost > 0).toSorted((a, b) => a - b);
  return Array.from(
    { length: levels - 1 },
    (_, level) => spent[Math.floor((spent.length * (level + 1)) / levels)] ?? Infinity,
  );
}

function levelOf(cost: number, limits: readonly number[]): number {
  return cost === 0 ? 0 : 1 + limits.filter((limit) => cost >= limit).length;
}

function monthHeads(
  days: readonly DashboardSpan[],
  monthText: (atMs: number) => string,
): { title: string; weeks: number }[] {
  const heads: { title: string; weeks: number }[] = [];
  for (let place = 0; place < days.length; place += 7) {
    const title = monthText(days[place]?.startMs ?? 0);
    const last = heads.at(-1);
    if (last?.title === title) last.weeks++;
    else heads.push({ title, weeks: 1 });
  }
  return heads;
}
