/** What the period's cost is made of: by agent, model, project, provider and tier. A row filters. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DashboardFigures, DashboardGroup, GroupKey } from '../../src/protocol/dashboard/dashboard';
import { usePage } from '../context';
import type { Text } from '../text';
import { ShareBar } from '../ui/bar';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { costByTitles, costColumn, countColumns, ratio } from './sums';

const order: readonly GroupKey[] = ['model', 'project', 'agent', 'provider', 'tier'];
const fewRows = 6;

export function Breakdown({ figures }: { figures: DashboardFigures }): VNode {
  return (
    <div class="grid">
      {order.map((key) => (
        <Group key={key} by={key} groups={figures.groups[key]} total={figures.total.costNanos} />
      ))}
    </div>
  );
}

interface GroupProps {
  by: GroupKey;
  groups: readonly DashboardGroup[];
  total: number;
}

function Group({ by, groups, total }: GroupProps): VNode {
  const { page, text } = usePage();
  const [all, setAll] = useState(false);
  const title = text.t(costByTitles[by]);
  const columns = groupColumns(by, total, text, (name) => page.setFilter(by, name));
  const shown = all ? groups : groups.slice(0, fewRows);
  const markdown = (): string =>
    tableMarkdown([...columns.slice(0, 1), ...columns.slice(2), ...countColumns(text)], groups);
  return (
    <Section id={`by-${by}`} title={title} actions={<CopyButton markdown={markdown} />}>
      <Table
        label={title}
        columns={columns}
        rows={shown}
        keyOf={({ name }) => `${name ?? ''}${name === null ? '-' : '+'}`}
      />
      {groups.length > fewRows && (
        <button type="button" class="link" onClick={() => setAll(!all)}>
          {all ? text.t('showFewer') : text.t('showAll', text.count(groups.length))}
        </button>
      )}
    </Section>
  );
}

/** Name, bar, cost, share. */
export function groupColumns(
  by: GroupKey,
  total: number,
  text: Text,
  onPick: (name: string) => void,
): Column<DashboardGroup>[] {
  const share = ({ costNanos }: DashboardGroup): number => ratio(costNanos, total);
  return [
    {
      key: 'name',
      title: text.t(by),
      align: 'start',
      text: ({ name }) => name ?? text.t('none'),
      cell: ({ name }) =>
        name === null ? (
          <span class="none">{text.t('none')}</span>
        ) : (
          <button type="button" class="link name" title={text.t('filterBy', name)} onClick={() => onPick(name)}>
            {name}
          </button>
        ),
      sort: ({ name }) => name ?? '',
    },
    {
      key: 'bar',
      title: '',
      align: 'start',
      text: () => '',
      cell: (row) => <ShareBar ratio={share(row)} />,
      wide: true,
    },
    costColumn(text),
    { key: 'share', title: text.t('share'), align: 'end', text: (row) => text.percent(share(row)), sort: share },
  ];
}
