/** Providers side by side: what a token costs, how long a request takes, how often it fails, how much comes from a cache. */
import type { VNode } from 'preact';
import type { ProviderComparison } from '../../src/protocol/dashboard/dashboard';
import { usePage } from '../context';
import type { Text } from '../text';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { costColumn, ratio, tokensOf } from './sums';

export function Comparison({ providers }: { providers: readonly ProviderComparison[] }): VNode {
  const { text } = usePage();
  const columns = columnsOf(text);
  return (
    <Section
      id="providers"
      title={text.t('providers')}
      actions={<CopyButton markdown={() => tableMarkdown(columns, providers)} />}
      note={`${text.t('latency')}: ${text.t('latencyNote')}.`}
    >
      <Table label={text.t('providers')} columns={columns} rows={providers} keyOf={({ name }) => name ?? ''} />
    </Section>
  );
}

function columnsOf(text: Text): Column<ProviderComparison>[] {
  const rate = (key: string, title: string, of: (row: ProviderComparison) => number): Column<ProviderComparison> => ({
    key,
    title,
    align: 'end',
    text: (row) => text.percent(of(row)),
    sort: of,
  });
  const perMillion = (row: ProviderComparison): number => ratio(row.costNanos * 1e6, tokensOf(row));
  return [
    {
      key: 'name',
      title: text.t('provider'),
      align: 'start',
      text: ({ name }) => name ?? text.t('none'),
      sort: ({ name }) => name ?? '',
    },
    costColumn(text),
    {
      key: 'perMillion',
      title: text.t('costPerMillion'),
      align: 'end',
      text: (row) => (row.unpricedEvents === row.events ? '–' : text.money(Math.round(perMillion(row)))),
      sort: perMillion,
    },
    {
      key: 'latency',
      title: text.t('latency'),
      align: 'end',
      text: ({ meanDurationMs }) => (meanDurationMs === null ? '–' : text.duration(meanDurationMs)),
      sort: ({ meanDurationMs }) => meanDurationMs ?? -1,
    },
    rate('errors', text.t('errorRate'), ({ errorEvents, events }) => ratio(errorEvents, events)),
    rate('retries', text.t('retryRate'), ({ retryEvents, events }) => ratio(retryEvents, events)),
    rate('cache', text.t('cacheHitRate'), ({ cacheRead, input, cacheWrite }) =>
      ratio(cacheRead, cacheRead + input + cacheWrite),
    ),
  ];
}
