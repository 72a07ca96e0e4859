/** The columns of the table of requests. */
import type { RequestRow, RequestsPage } from '../../src/protocol/dashboard/dashboard';
import type { Text } from '../text';

export interface RequestColumn {
  key: string;
  title: string;
  align: 'start' | 'end';
  text: (row: RequestRow) => string;
  /** Where there is little room. */
  short?: (row: RequestRow) => string;
  /** By what the engine sorts; `null`: it can't by this. */
  sort: RequestsPage['sort'] | null;
}

export function statusText({ status }: RequestRow, text: Text): string {
  return text.t(({ ok: 'statusOk', error: 'statusError', retry: 'statusRetry' } as const)[status]);
}

export function requestCost({ costNanos }: RequestRow, text: Text): string {
  return costNanos === null ? text.t('unpriced') : text.money(costNanos);
}

export function requestTokens({ input, output, cacheRead, cacheWrite }: RequestRow): number {
  return input + output + cacheRead + cacheWrite;
}

export function requestColumns(text: Text): RequestColumn[] {
  const name = (key: 'project' | 'agent', title: string): RequestColumn => ({
    key,
    title,
    align: 'start',
    text: (row) => row[key] ?? '',
    sort: null,
  });
  return [
    {
      key: 'time',
      title: text.t('time'),
      align: 'start',
      text: ({ atMs }) => text.exactTime(atMs),
      short: ({ atMs }) => text.shortInstant(atMs),
      sort: 'time',
    },
    { key: 'model', title: text.t('model'), align: 'start', text: ({ model }) => model, sort: null },
    name('project', text.t('project')),
    name('agent', text.t('agent')),
    { key: 'status', title: text.t('status'), align: 'start', text: (row) => statusText(row, text), sort: null },
    {
      key: 'tokens',
      title: text.t('tokens'),
      align: 'end',
      text: (row) => text.count(requestTokens(row)),
      sort: 'tokens',
    },
    {
      key: 'duration',
      title: text.t('duration'),
      align: 'end',
      text: ({ durationMs }) => (durationMs === null ? '–' : text.duration(durationMs)),
      sort: 'duration',
    },
    { key: 'cost', title: text.t('cost'), align: 'end', text: (row) => requestCost(row, text), sort: 'cost' },
  ];
}
