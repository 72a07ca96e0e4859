/** Budgets and quotas against what is used of them, and the alerts they raised; or how to get some. */
import type { VNode } from 'preact';
import type { AlertLine, LimitLine } from '../../src/protocol/dashboardMessages';
import { usePage } from '../context';
import type { Text } from '../text';
import { LimitBar } from '../ui/bar';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { Button } from '../ui/toolkit';
import { Empty } from './empty';

const sample = 'budgets:\n  daily_limit_usd: 10.00\n  monthly_limit_usd: 200.00';

export function Limits({ limits, alerts }: { limits: readonly LimitLine[]; alerts: readonly AlertLine[] }): VNode {
  const { page, text } = usePage();
  const columns = limitColumns(text);
  const of = (kind: LimitLine['kind']): LimitLine[] => limits.filter((limit) => limit.kind === kind);
  const keyOf = ({ id }: LimitLine): string => id;
  return (
    <>
      <List id="budgets" title={text.t('budgets')} columns={columns} rows={of('budget')} keyOf={keyOf}>
        <Empty icon="target" title={text.t('noBudgets')} words={text.t('noBudgetsText')}>
          <pre>{sample}</pre>
        </Empty>
      </List>
      <List id="quotas" title={text.t('quotas')} columns={columns} rows={of('quota')} keyOf={keyOf}>
        <Empty icon="dashboard" title={text.t('noQuotas')} words={text.t('noQuotasText')}>
          <Button onPress={() => page.run('openWalkthrough')}>{text.t('getStarted')}</Button>
        </Empty>
      </List>
      <List
        id="alerts"
        title={text.t('alerts')}
        columns={alertColumns(text)}
        rows={alerts}
        keyOf={({ id, atMs }) => `${id} ${atMs}`}
      >
        <Empty icon="bell" title={text.t('noAlerts')} words={text.t('noAlertsText')} />
      </List>
    </>
  );
}

interface ListProps<T> {
  id: string;
  title: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** Instead of an empty table. */
  children: VNode;
}

function List<T>({ id, title, columns, rows, keyOf, children }: ListProps<T>): VNode {
  const copy = <CopyButton markdown={() => tableMarkdown(columns, rows)} />;
  return (
    <Section id={id} title={title} actions={rows.length > 0 ? copy : undefined}>
      {rows.length === 0 ? children : <Table label={title} columns={columns} rows={rows} keyOf={keyOf} />}
    </Section>
  );
}

function start<T>(key: string, title: string, text: (row: T) => string): Column<T> {
  return { key, title, align: 'start', text, sort: text };
}

function amount(value: number | null, { measure }: LimitLine, text: Text): string {
  if (value === null) return '–';
  if (measure === 'cost') return text.money(value * 1e9);
  return measure === 'storage' ? text.bytes(value) : text.count(value);
}

function limitColumns(text: Text): Column<LimitLine>[] {
  const words = ({ percent }: LimitLine): string => text.percent(percent / 100);
  return [
    start('name', text.t('name'), ({ name }) => name),
    { key: 'used', title: text.t('used'), align: 'end', text: (row) => amount(row.used, row, text) },
    { key: 'limit', title: text.t('limit'), align: 'end', text: (row) => amount(row.limit, row, text) },
    {
      key: 'percent',
      title: text.t('share'),
      align: 'end',
      text: words,
      cell: (row) => (
        <span class="used">
          <LimitBar ratio={row.percent / 100} level={row.level} label={`${row.name}: ${words(row)}`} />
          {words(row)}
        </span>
      ),
      sort: ({ percent }) => percent,
    },
    start('resets', text.t('resets'), ({ resetsAtMs }) => (resetsAtMs === null ? '–' : text.instant(resetsAtMs))),
    start('source', text.t('source'), ({ source }) => source ?? text.t('counted')),
  ];
}

function alertColumns(text: Text): Column<AlertLine>[] {
  return [
    start('at', text.t('when'), ({ atMs }) => text.instant(atMs)),
    start('level', text.t('level'), ({ level }) => level),
    start('message', text.t('message'), ({ message }) => message),
  ];
}
