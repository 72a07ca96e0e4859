/** Budgets and quotas against what is used of them, and the alerts they raised; or how to get some. */
import type { VNode } from 'preact';
import type { AlertLine, BudgetLine, DashboardLimits, QuotaLine } from '../../src/protocol/dashboardMessages';
import { usePage } from '../context';
import type { Text } from '../text';
import { LimitBar } from '../ui/bar';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { Button } from '../ui/toolkit';
import { Empty } from './empty';

const sample = 'budgets:\n  daily_limit_usd: 10.00\n  monthly_limit_usd: 200.00';

export function Limits({ limits }: { limits: DashboardLimits }): VNode {
  const { page, text } = usePage();
  return (
    <>
      <List
        id="budgets"
        title={text.t('budgets')}
        columns={budgetColumns(text)}
        rows={limits.budgets}
        keyOf={({ id }) => id}
      >
        <Empty icon="target" title={text.t('noBudgets')} words={text.t('noBudgetsText')}>
          <pre>{sample}</pre>
        </Empty>
      </List>
      <List
        id="quotas"
        title={text.t('quotas')}
        columns={quotaColumns(text)}
        rows={limits.quotas}
        keyOf={({ provider, subscription, window }) => `${provider} ${subscription ?? ''} ${window}`}
      >
        <Empty icon="dashboard" title={text.t('noQuotas')} words={text.t('noQuotasText')}>
          <Button onPress={() => page.run('openWalkthrough')}>{text.t('getStarted')}</Button>
        </Empty>
      </List>
      <List
        id="alerts"
        title={text.t('alerts')}
        columns={alertColumns(text)}
        rows={limits.alerts}
        keyOf={({ id, at }) => `${id} ${at}`}
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

function amount(value: number | null, measure: string, text: Text): string {
  if (value === null) return '–';
  return measure === 'cost' ? text.money(value * 1e9) : text.count(value);
}

function instant(at: string | null, text: Text): string {
  return at === null ? '–' : text.instant(Date.parse(at));
}

function used<T>(text: Text, percentOf: (row: T) => number | null, nameOf: (row: T) => string): Column<T> {
  const words = (row: T): string => {
    const percent = percentOf(row);
    return percent === null ? '–' : text.percent(percent / 100);
  };
  return {
    key: 'percent',
    title: text.t('share'),
    align: 'end',
    text: words,
    cell: (row) => (
      <span class="used">
        <LimitBar ratio={(percentOf(row) ?? 0) / 100} label={`${nameOf(row)}: ${words(row)}`} />
        {words(row)}
      </span>
    ),
    sort: (row) => percentOf(row) ?? -1,
  };
}

function budgetColumns(text: Text): Column<BudgetLine>[] {
  const nameOf = ({ scope, scopeId }: BudgetLine): string => (scopeId === null ? scope : `${scope}: ${scopeId}`);
  return [
    start('scope', text.t('scope'), nameOf),
    start('period', text.t('period'), ({ period }) => period),
    {
      key: 'used',
      title: text.t('used'),
      align: 'end',
      text: ({ used: value, measure }) => amount(value, measure, text),
    },
    { key: 'limit', title: text.t('limit'), align: 'end', text: ({ limit, measure }) => amount(limit, measure, text) },
    used(text, ({ percent }) => percent, nameOf),
    start('level', text.t('level'), ({ level }) => level),
    start('resets', text.t('resets'), ({ resetsAt }) => instant(resetsAt, text)),
  ];
}

function quotaColumns(text: Text): Column<QuotaLine>[] {
  const nameOf = ({ provider, subscription }: QuotaLine): string => subscription ?? provider;
  return [
    start('name', text.t('name'), nameOf),
    start('window', text.t('window'), ({ window }) => window),
    { key: 'used', title: text.t('used'), align: 'end', text: ({ used: value }) => amount(value, '', text) },
    { key: 'limit', title: text.t('limit'), align: 'end', text: ({ limit }) => amount(limit, '', text) },
    used(text, ({ percent }) => percent, nameOf),
    start('resets', text.t('resets'), ({ resetsAt }) => instant(resetsAt, text)),
  ];
}

function alertColumns(text: Text): Column<AlertLine>[] {
  return [
    start('at', text.t('when'), ({ at }) => instant(at, text)),
    start('level', text.t('level'), ({ level }) => level),
    start('message', text.t('message'), ({ message }) => message),
  ];
}
