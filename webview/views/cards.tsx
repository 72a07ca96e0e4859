/** The figures of the period at a glance. */
import type { ComponentChildren, VNode } from 'preact';
import type { DashboardFigures } from '../../src/protocol/dashboard/dashboard';
import type { DashboardState, LimitLine } from '../../src/protocol/dashboard/dashboardMessages';
import { usePage } from '../context';
import { nanosPerUsd } from '../../src/shared/money';
import type { Text } from '../text';
import { LimitBar } from '../ui/bar';
import { Icon } from '../ui/icon';
import { ratio, tokensOf } from './sums';

export interface CardsProps {
  state: DashboardState;
  figures: DashboardFigures;
}

export function Cards({ state, figures }: CardsProps): VNode {
  const { text } = usePage();
  const { total, runCount } = figures;
  return (
    <div class="cards">
      <Card title={text.t('totalCost')} icon="tag" value={text.money(total.costNanos)}>
        <Change figures={figures} />
        <BudgetOfPeriod state={state} />
      </Card>
      <Billed figures={figures} />
      <Card title={text.t('projected')} icon="graph-line" value={projectedValue(figures, text)}>
        <p>{projectedNote(figures, text)}</p>
      </Card>
      <Card title={text.t('tokens')} icon="symbol-numeric" value={text.compact(tokensOf(total))}>
        <p>{text.t('tokensInOut', text.compact(total.input), text.compact(total.output))}</p>
        <p>{text.t('tokensCache', text.compact(total.cacheRead), text.compact(total.cacheWrite))}</p>
      </Card>
      <Card title={text.t('agentRuns')} icon="run-all" value={text.count(runCount)}>
        <p>{text.counted(total.events, 'oneRequest', 'requestsCount')}</p>
        {runCount > 0 && <p>{text.t('perRun', text.money(Math.round(total.costNanos / runCount)))}</p>}
      </Card>
      <Doubts figures={figures} />
    </div>
  );
}

interface CardProps {
  title: string;
  icon: string;
  value: string;
  children: ComponentChildren;
}

function Card({ title, icon, value, children }: CardProps): VNode {
  return (
    <div class="card" role="group" aria-label={`${title}: ${value}`}>
      <h3>
        <Icon name={icon} />
        {title}
      </h3>
      <p class="value">{value}</p>
      {children}
    </div>
  );
}

/** Against the same part of the period before. */
function Change({ figures: { total, previous } }: { figures: DashboardFigures }): VNode {
  const { text } = usePage();
  if (previous.events === 0) return <p>{text.t('nothingBefore')}</p>;
  const before = text.money(previous.costNanos);
  const change = ratio(total.costNanos - previous.costNanos, previous.costNanos);
  if (previous.costNanos === 0 || Math.abs(change) < 0.005) return <p>{text.t('asPrevious')}</p>;
  return (
    <p>
      <Icon name={change > 0 ? 'arrow-up' : 'arrow-down'} />
      {text.t(change > 0 ? 'morePrevious' : 'lessPrevious', text.percent(Math.abs(change)), before)}
    </p>
  );
}

function projectedValue({ projectedNanos }: DashboardFigures, text: Text): string {
  return projectedNanos === null ? '–' : text.money(projectedNanos);
}

function projectedNote({ projectedNanos, interval, asOfMs }: DashboardFigures, text: Text): string {
  if (projectedNanos !== null) return text.t('projectedAt', text.shortDay(interval.endMs - 1));
  return text.t(asOfMs >= interval.endMs ? 'periodOver' : 'tooEarly');
}

/** By the period that is shown, that of the budgets for all that is spent in it. */
const budgetPeriods: Readonly<Record<string, string>> = { today: 'day', week: 'week', month: 'month' };

/** Of several the tightest. Filters make it another question. */
function budgetOf({ selection: { period, filter }, limits }: DashboardState): LimitLine | null {
  if (period.kind !== 'named' || Object.keys(filter).length > 0) return null;
  const wanted = budgetPeriods[period.name];
  return limits.find(({ wholePeriod }) => wholePeriod !== null && wholePeriod === wanted) ?? null;
}

function BudgetOfPeriod({ state }: { state: DashboardState }): VNode | null {
  const { text } = usePage();
  const budget = budgetOf(state);
  if (budget?.limit == null || budget.limit === 0) return null;
  const words = text.t('ofBudget', text.percent(budget.percent / 100), text.fullMoney(budget.limit));
  return (
    <>
      <LimitBar ratio={budget.percent / 100} level={budget.level} label={words} />
      <p>{words}</p>
    </>
  );
}

/** What is paid, where that is something else than what the calls would cost by the API. */
function Billed({ figures: { billed, total } }: { figures: DashboardFigures }): VNode | null {
  const { text } = usePage();
  if (
    billed === null ||
    (billed.charges.length === 0 && Math.round(billed.usageUsd * nanosPerUsd) === total.costNanos)
  ) {
    return null;
  }
  return (
    <Card title={text.t('billed')} icon="credit-card" value={text.fullMoney(billed.totalUsd)}>
      <p>{text.t('billedCalls', text.fullMoney(billed.usageUsd))}</p>
      {billed.charges.map(({ id, label, costUsd }) => (
        <p key={id}>{`${label}: ${text.fullMoney(costUsd)}`}</p>
      ))}
    </Card>
  );
}

function Doubts({ figures: { total } }: { figures: DashboardFigures }): VNode | null {
  const { text } = usePage();
  const { unpricedEvents, estimatedEvents } = total;
  if (unpricedEvents === 0 && estimatedEvents === 0) return null;
  return (
    <p class="doubts">
      <Icon name="question" />
      {[
        unpricedEvents > 0 ? `${text.counted(unpricedEvents, 'oneUnpriced', 'unpricedNote')}.` : '',
        estimatedEvents > 0 ? `${text.counted(estimatedEvents, 'oneEstimated', 'estimatedNote')}.` : '',
      ]
        .join(' ')
        .trim()}
    </p>
  );
}
