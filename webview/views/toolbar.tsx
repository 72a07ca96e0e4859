/** The period and the filters; what is chosen is remembered with the window. */
import type { VNode } from 'preact';
import {
  groupKeys,
  type DashboardFigures,
  type DashboardFilterKey,
  type DashboardSelection,
  type GroupKey,
} from '../../src/protocol/dashboard/dashboard';
import type { DashboardString } from '../../src/protocol/dashboard/dashboardStrings';
import { usePage } from '../context';
import { Icon } from '../ui/icon';
import { Button, Dropdown } from '../ui/toolkit';
import { custom, isNamed, isoDate, periodOptions } from './period';

const all = '';

const filterNames: Readonly<Record<GroupKey, DashboardString>> = {
  provider: 'allProviders',
  model: 'allModels',
  tier: 'allTiers',
  agent: 'allAgents',
  project: 'allProjects',
};

export interface ToolbarProps {
  selection: DashboardSelection;
  figures: DashboardFigures;
}

export function Toolbar({ selection, figures }: ToolbarProps): VNode {
  const { page, text } = usePage();
  const { filter } = selection;
  return (
    <div class="toolbar">
      <PeriodPicker selection={selection} figures={figures} />
      <div class="filters" role="group" aria-label={text.t('filters')}>
        {groupKeys.map((key) => (
          <Dropdown
            key={key}
            label={text.t(key)}
            value={filter[key] ?? all}
            options={[
              { value: all, label: text.t(filterNames[key]) },
              ...withChosen(figures.choices[key], filter[key]).map((value) => ({ value, label: value })),
            ]}
            onPick={(value) => page.setFilter(key, value === all ? null : value)}
          />
        ))}
        {(['run', 'session', 'status'] as const).map((key) => (
          <Chip key={key} name={key} value={filter[key]} />
        ))}
        {Object.keys(filter).length > 0 && (
          <Button appearance="icon" label={text.t('clearFilters')} onPress={() => page.setFilters({})}>
            <Icon name="clear-all" />
          </Button>
        )}
      </div>
      <div class="actions">
        <Button appearance="icon" label={text.t('refresh')} onPress={() => page.run('refresh')}>
          <Icon name="refresh" />
        </Button>
        <Button appearance="icon" label={text.t('exportFile')} onPress={() => page.run('export')}>
          <Icon name="export" />
        </Button>
      </div>
    </div>
  );
}

/** What is filtered by stays there to be seen, also in a period that has nothing of it. */
function withChosen(choices: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || choices.includes(chosen) ? choices : [...choices, chosen];
}

function Chip({
  name,
  value,
}: {
  name: DashboardFilterKey & DashboardString;
  value: string | undefined;
}): VNode | null {
  const { page, text } = usePage();
  if (value === undefined) return null;
  return (
    <span class="chip">
      <span class="chip-text" title={value}>{`${text.t(name)}: ${value}`}</span>
      <Button appearance="icon" label={text.t('removeFilter', value)} onPress={() => page.setFilter(name, null)}>
        <Icon name="close" />
      </Button>
    </span>
  );
}

export function PeriodPicker({ selection: { period }, figures }: ToolbarProps): VNode {
  const { page, text } = usePage();
  const dates = period.kind === 'custom' ? period : null;
  const pick = (value: string): void => {
    if (isNamed(value)) page.setPeriod({ kind: 'named', name: value });
    else page.setPeriod({ kind: 'custom', ...datesOf(figures) });
  };
  const setDate = (end: 'from' | 'to', value: string): void => {
    if (dates === null || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return;
    const next = { from: dates.from, to: dates.to, [end]: value };
    // The other end follows, so that there is always a period.
    if (next.from > next.to) next[end === 'from' ? 'to' : 'from'] = value;
    page.setPeriod({ kind: 'custom', ...next });
  };
  return (
    <div class="period">
      <Dropdown
        label={text.t('period')}
        value={period.kind === 'named' ? period.name : custom}
        options={[...periodOptions(text), { value: custom, label: text.t('custom') }]}
        onPick={pick}
      />
      {dates !== null &&
        (['from', 'to'] as const).map((end) => (
          <input
            key={end}
            type="date"
            aria-label={text.t(end)}
            title={text.t(end)}
            value={dates[end]}
            onChange={({ currentTarget }) => setDate(end, currentTarget.value)}
          />
        ))}
    </div>
  );
}

/** The calendar dates that the shown period covers. */
function datesOf({ interval, timezone }: DashboardFigures): { from: string; to: string } {
  return { from: isoDate(interval.startMs, timezone), to: isoDate(interval.endMs - 1, timezone) };
}
