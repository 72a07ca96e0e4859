/** Down to one request: the runs of the period, the costliest first, and every request that still has its details. */
import type { VNode } from 'preact';
import type { DashboardFigures, DashboardRun } from '../../src/protocol/dashboard/dashboard';
import { usePage } from '../context';
import type { Text } from '../text';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { EmptyPeriod } from './emptyPeriod';
import { Requests } from './requests';
import { costColumn, countColumns } from './sums';

export function Activity({ figures }: { figures: DashboardFigures }): VNode {
  const { page, text } = usePage();
  const { runs, runCount } = figures;
  if (figures.total.events === 0) return <EmptyPeriod />;
  const columns = columnsOf(text, (kind, id) => page.setFilter(kind, id));
  return (
    <>
      {runs.length > 0 && (
        <Section
          id="runs"
          title={text.t('runs')}
          actions={<CopyButton markdown={() => tableMarkdown(columns, runs)} />}
          {...(runCount > runs.length && { note: text.t('mostRuns', text.count(runs.length), text.count(runCount)) })}
        >
          <div class="scroll">
            <Table label={text.t('runs')} columns={columns} rows={runs} keyOf={({ kind, id }) => `${kind} ${id}`} />
          </div>
        </Section>
      )}
      <Requests asOfMs={figures.asOfMs} />
    </>
  );
}

function columnsOf(text: Text, onPick: (kind: 'run' | 'session', id: string) => void): Column<DashboardRun>[] {
  const name = (key: 'agent' | 'project', title: string): Column<DashboardRun> => ({
    key,
    title,
    align: 'start',
    text: (row) => row[key] ?? text.t('none'),
    sort: (row) => row[key] ?? '',
    wide: true,
  });
  const instant = (key: 'firstMs' | 'lastMs', title: string): Column<DashboardRun> => ({
    key,
    title,
    align: 'start',
    text: (row) => text.shortInstant(row[key]),
    sort: (row) => row[key],
    wide: key === 'lastMs',
  });
  return [
    {
      key: 'id',
      title: text.t('run'),
      align: 'start',
      text: ({ id }) => id,
      cell: ({ kind, id }) => (
        <button type="button" class="link name" title={text.t('filterBy', id)} onClick={() => onPick(kind, id)}>
          {id}
        </button>
      ),
      sort: ({ id }) => id,
    },
    { key: 'kind', title: text.t('kind'), align: 'start', text: ({ kind }) => text.t(kind), wide: true },
    name('agent', text.t('agent')),
    name('project', text.t('project')),
    instant('firstMs', text.t('started')),
    instant('lastMs', text.t('ended')),
    costColumn(text),
    ...countColumns<DashboardRun>(text)
      .slice(0, 1)
      .map((column) => ({ ...column, wide: true })),
  ];
}
