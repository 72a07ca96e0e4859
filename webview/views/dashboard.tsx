/** The page in an editor tab: period and filters above, the rest in six tabs. */
import type { VNode } from 'preact';
import type { DashboardFigures } from '../../src/protocol/dashboard/dashboard';
import type { DashboardState } from '../../src/protocol/dashboard/dashboardMessages';
import { usePage } from '../context';
import { tabs, type Tab } from '../host';
import { Tabs } from '../ui/tabs';
import { Activity } from './activity';
import { Audit } from './audit';
import { Breakdown } from './breakdown';
import { Cards } from './cards';
import { Comparison } from './comparison';
import { EmptyPeriod } from './emptyPeriod';
import { History } from './history';
import { Insights } from './insights';
import { Limits } from './limits';
import { Toolbar } from './toolbar';
import { UsageChart } from './usageChart';

export interface DashboardProps {
  state: DashboardState;
  figures: DashboardFigures;
}

export function Dashboard({ state, figures }: DashboardProps): VNode {
  const { page, text } = usePage();
  const { tab } = page.memory;
  const counts: Partial<Record<Tab, number>> = { limits: state.alerts.length, insights: state.insights?.length ?? 0 };
  return (
    <>
      <Toolbar selection={state.selection} figures={figures} />
      <Tabs
        label={text.t('sections')}
        tabs={tabs.map((key) => ({ key, title: text.t(key), count: counts[key] ?? 0 }))}
        chosen={tab}
        onChoose={(key) => page.remember({ tab: key })}
      />
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} class="panel">
        <Chosen tab={tab} state={state} figures={figures} />
      </div>
      <footer class="note">
        {[text.t('asOf', text.instant(figures.asOfMs), figures.timezone), text.t('listPriceNote'), text.currencyNote]
          .filter((part) => part !== null)
          .join(' · ')}
      </footer>
    </>
  );
}

function Chosen({ tab, state, figures }: DashboardProps & { tab: Tab }): VNode {
  switch (tab) {
    case 'overview':
      if (figures.total.events === 0) return <EmptyPeriod />;
      return (
        <>
          <Cards state={state} figures={figures} />
          <UsageChart figures={figures} limits={state.limits} />
          <Breakdown figures={figures} />
          <Comparison providers={figures.providers} />
        </>
      );
    case 'history':
      return <History figures={figures} />;
    case 'limits':
      return <Limits limits={state.limits} alerts={state.alerts} subscriptions={figures.subscriptions} />;
    case 'insights':
      return <Insights insights={state.insights} />;
    case 'activity':
      return <Activity figures={figures} />;
    case 'audit':
      return <Audit limits={state.limits} version={figures.asOfMs} />;
  }
}
