/** The dashboard in the side bar: the figures, the bars, what costs most, and the way to the whole. */
import type { VNode } from 'preact';
import type { DashboardFigures, GroupKey } from '../../src/protocol/dashboard/dashboard';
import type { DashboardState } from '../../src/protocol/dashboard/dashboardMessages';
import { usePage } from '../context';
import { ShareBar } from '../ui/bar';
import { Button } from '../ui/toolkit';
import { Cards } from './cards';
import { EmptyPeriod } from './emptyPeriod';
import { costByTitles, costText, ratio } from './sums';
import { PeriodPicker } from './toolbar';
import { UsageChart } from './usageChart';

const fewRows = 5;

export function Sidebar({ state, figures }: { state: DashboardState; figures: DashboardFigures }): VNode {
  const { page, text } = usePage();
  return (
    <>
      <PeriodPicker selection={state.selection} figures={figures} />
      {figures.total.events === 0 ? (
        <EmptyPeriod />
      ) : (
        <>
          <Cards state={state} figures={figures} />
          <UsageChart figures={figures} limits={state.limits} bare />
          <Top by="model" figures={figures} />
          <Top by="project" figures={figures} />
        </>
      )}
      <Button appearance="primary" onPress={() => page.run('openDashboard')}>
        {text.t('openDashboard')}
      </Button>
      {text.currencyNote !== null && <p class="note">{text.currencyNote}</p>}
    </>
  );
}

function Top({ by, figures }: { by: GroupKey; figures: DashboardFigures }): VNode {
  const { text } = usePage();
  return (
    <section class="section" aria-labelledby={`top-${by}`}>
      <header>
        <h2 id={`top-${by}`}>{text.t(costByTitles[by])}</h2>
      </header>
      <ul class="top">
        {figures.groups[by].slice(0, fewRows).map((group) => (
          <li key={group.name ?? ''}>
            <span class="name" title={group.name ?? text.t('none')}>
              {group.name ?? text.t('none')}
            </span>
            <span class="cost">{costText(group, text)}</span>
            <ShareBar ratio={ratio(group.costNanos, figures.total.costNanos)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
