/** Budgets, quotas and subscriptions against what is used of them, and the alerts they raised; or how to get some. */
import type { VNode } from 'preact';
import type { DashboardSubscription } from '../../src/protocol/dashboard/dashboard';
import type { AlertLine, LimitLine } from '../../src/protocol/dashboard/dashboardMessages';
import { usePage } from '../context';
import type { Text } from '../text';
import { LimitBar } from '../ui/bar';
import { CopyButton, Section } from '../ui/section';
import { Table, tableMarkdown, type Column } from '../ui/table';
import { Button } from '../ui/toolkit';
import { Empty } from './empty';
import { ratio } from './sums';
import { usedShare } from './usedShare';

const sample = 'budgets:\n  daily_limit_usd: 10.00\n  monthly_limit_usd: 200.00';

export interface LimitsProps {
  limits: readonly LimitLine[];
  alerts: readonly AlertLine[];
  subscriptions: readonly DashboardSubscription[];
}

export function Limits({ limits, alerts, subscriptions }: LimitsProps): VNode {
  const { page, text } = usePage();
  const of = (kind: LimitLine['kind']): LimitLine[] => limits.filter((limit) => limit.kind === kind);
  const keyOf = ({ id }: LimitLine): string => id;
  const told = (
    <List
      id="alerts"
      title={text.t('alerts')}
      columns={alertColumns(text)}
      rows={alerts}
      keyOf={({ id, atMs }) => `${id} ${atMs}`}
    >
      <Empty icon="bell" title={text.t('noAlerts')} words={text.t('noAlertsText')} />
    </List>
  );
  return (
    <>
      {alerts.length > 0 && told}
      <List
        id="budgets"
        title={text.t('budgets')}
        note={text.t('paceNote')}
        columns={limitColumns('budget', text)}
        rows={of('budget')}
        keyOf={keyOf}
      >
        <Empty icon="target" title={text.t('noBudgets')} words={text.t('noBudgetsText')}>
          <pre>{sample}</pre>
          <Button onPress={() => page.run('setBudget')}>{text.t('setBudget')}</Button>
        </Empty>
      </List>
      <List id="quotas" title={text.t('quotas')} columns={limitColumns('quota', text)} rows={of('quota')} keyOf={keyOf}>
        <Empty icon="dashboard" title={text.t('noQuotas')} words={text.t('noQuotasText')}>
          <Button onPress={() => page.run('openWalkthrough')}>{text.t('getStarted')}</Button>
        </Empty>
      </List>
      <List
        id="subscriptions"
        title={text.t('subscriptions')}
        note={text.t('subscriptionsNote')}
        columns={subscriptionColumns(text)}
        rows={subscriptions}
        keyOf={({ id }) => id}
      >
        <Empty icon="credit-card" title={text.t('noSubscriptions')} words={text.t('noSubscriptionsText')}>
          <Button onPress={() => page.run('manageSubscriptions')}>{text.t('manageSubscriptions')}</Button>
        </Empty>
      </List>
      {alerts.length === 0 && told}
    </>
  );
}

interface ListProps<T> {
  id: string;
  title: string;
  /** Below the table. */
  note?: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** Instead of an empty table. */
  children: VNode;
}

function List<T>({ id, title, note = '', columns, rows, keyOf, children }: ListProps<T>): VNode {
  const copy = <CopyButton markdown={() => tableMarkdown(columns, rows)} />;
  return (
    <Section
      id={id}
      title={title}
      {...(rows.length > 0 && { actions: copy })}
      {...(rows.length > 0 && note !== '' && { note })}
    >
      {rows.length === 0 ? children : <Table label={title} columns={columns} rows={rows} keyOf={keyOf} />}
    </Section>
  );
}

function start<T>(key: string, title: string, text: (row: T) => string): Column<T> {
  return { key, title, align: 'start', text, sort: text };
}

function amount(value: number | null, { measure }: LimitLine, text: Text): string {
  if (value === null) return '–';
  if (measure === 'cost') return text.fullMoney(value);
  return measure === 'storage' ? text.bytes(value) : text.count(value);
}

function limitColumns(kind: LimitLine['kind'], text: Text): Column<LimitLine>[] {
  return [
    {
      ...start('name', text.t('name'), ({ name }: LimitLine) => name),
      cell: ({ name }) => <span title={name}>{name}</span>,
    },
    { key: 'used', title: text.t('used'), align: 'end', text: (row) => amount(row.used, row, text) },
    { key: 'limit', title: text.t('limit'), align: 'end', text: (row) => amount(row.limit, row, text) },
    shareColumn(text, ({ name, percent, level }) => ({ name, ratio: percent / 100, level })),
    paceColumn(text, ({ pace }) => pace),
    {
      ...start('resets', text.t('resets'), ({ resetsAtMs }: LimitLine) =>
        resetsAtMs === null ? '–' : text.shortInstant(resetsAtMs),
      ),
      sort: ({ resetsAtMs }) => resetsAtMs ?? Infinity,
      wide: true,
    },
    // A budget is always counted by us.
    ...(kind === 'quota'
      ? [{ ...start('source', text.t('source'), ({ source }: LimitLine) => source ?? text.t('counted')), wide: true }]
      : []),
  ];
}

/** `null`: not known. */
function shareColumn<T>(
  text: Text,
  of: (row: T) => { name: string; ratio: number | null; level: LimitLine['level'] },
): Column<T> {
  const words = (row: T): string => {
    const { ratio } = of(row);
    return ratio === null ? '–' : usedShare(ratio, text);
  };
  return {
    key: 'percent',
    title: text.t('share'),
    align: 'end',
    text: words,
    cell: (row) => {
      const { name, ratio, level } = of(row);
      if (ratio === null) return words(row);
      return (
        <span class="used">
          <LimitBar ratio={ratio} level={level} label={`${name}: ${words(row)}`} />
          <span class="percent">{words(row)}</span>
        </span>
      );
    },
    sort: (row) => of(row).ratio ?? -1,
  };
}

function paceColumn<T>(text: Text, of: (row: T) => number | null): Column<T> {
  return {
    key: 'pace',
    title: text.t('pace'),
    align: 'end',
    text: (row) => {
      const pace = of(row);
      if (pace === null) return '–';
      return pace > 0 && pace < 0.05 ? `<${text.decimal(0.1)}×` : `${text.decimal(pace)}×`;
    },
    sort: (row) => of(row) ?? -1,
    wide: true,
  };
}

function subscriptionColumns(text: Text): Column<DashboardSubscription>[] {
  const money = (
    key: string,
    title: string,
    of: (row: DashboardSubscription) => number | null,
  ): Column<DashboardSubscription> => ({
    key,
    title,
    align: 'end',
    text: (row) => {
      const nanos = of(row);
      return nanos === null ? text.t('notKnown') : text.money(nanos);
    },
    sort: (row) => of(row) ?? -1,
  });
  return [
    start('name', text.t('plan'), ({ label }) => label),
    { ...start('provider', text.t('provider'), ({ provider }: DashboardSubscription) => provider), wide: true },
    money('fee', text.t('fee'), ({ feeNanos }) => feeNanos),
    money('worth', text.t('worth'), ({ worthNanos }) => worthNanos),
    shareColumn(text, ({ label, worthNanos, feeNanos }) => ({
      name: label,
      ratio: worthNanos === null || feeNanos === null ? null : ratio(worthNanos, feeNanos),
      level: 'ok',
    })),
    paceColumn(text, ({ pace }) => pace),
    {
      ...start('renews', text.t('renews'), ({ renewsAtMs }: DashboardSubscription) => text.day(renewsAtMs)),
      sort: ({ renewsAtMs }) => renewsAtMs,
      wide: true,
    },
  ];
}

const levels = {
  info: 'levelInfo',
  warning: 'levelWarning',
  critical: 'levelCritical',
  exceeded: 'levelExceeded',
} as const;

function alertColumns(text: Text): Column<AlertLine>[] {
  return [
    { ...start('at', text.t('when'), ({ atMs }: AlertLine) => text.shortInstant(atMs)), sort: ({ atMs }) => atMs },
    start('level', text.t('level'), ({ level }) => text.t(levels[level])),
    start('message', text.t('message'), ({ message }) => message),
  ];
}
