/** What could be paid less for: each with its evidence, what it would save, and what can be done about it. */
import type { VNode } from 'preact';
import { failedStatus, type DashboardFilter } from '../../src/protocol/dashboard/dashboard';
import type { Insight, InsightKind } from '../../src/protocol/dashboard/dashboardInsights';
import type { DashboardString } from '../../src/protocol/dashboard/dashboardStrings';
import { usePage } from '../context';
import type { Text } from '../text';
import { Icon } from '../ui/icon';
import { CopyButton, Section } from '../ui/section';
import { cellsMarkdown } from '../ui/table';
import { Button } from '../ui/toolkit';
import { Empty } from './empty';

const icons: Readonly<Record<InsightKind, string>> = {
  cheaperTier: 'arrow-small-down',
  failures: 'error',
  batching: 'layers',
  caching: 'database',
  oversizedContext: 'fold',
  localModel: 'device-desktop',
  idlePlan: 'clock',
  oversubscribedPlan: 'flame',
};

const confidences = {
  high: 'confidenceHigh',
  medium: 'confidenceMedium',
  low: 'confidenceLow',
} as const satisfies Record<Insight['confidence'], DashboardString>;

export function Insights({ insights }: { insights: readonly Insight[] | null }): VNode {
  const { text } = usePage();
  if (insights === null) return <p class="note">{text.t('lookingForInsights')}</p>;
  const markdown = (): string =>
    cellsMarkdown(
      [
        { title: text.t('insights'), align: 'start' },
        { title: text.t('message'), align: 'start' },
        { title: text.t('cost'), align: 'end' },
      ],
      insights.map((insight) => [titleOf(insight, text), sentenceOf(insight, text), savingOf(insight, text)]),
    );
  return (
    <Section
      id="insights"
      title={text.t('insights')}
      note={text.t('insightsNote')}
      actions={insights.length > 0 ? <CopyButton markdown={markdown} /> : undefined}
    >
      {insights.length === 0 ? (
        <Empty icon="lightbulb" title={text.t('noInsights')} words={text.t('noInsightsText')} />
      ) : (
        <ul class="insights">
          {insights.map((insight) => (
            <One key={insight.id} insight={insight} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({ insight }: { insight: Insight }): VNode {
  const { page, text } = usePage();
  const { id, kind, confidence, operations, query } = insight;
  const title = titleOf(insight, text);
  const viewFailures = (): void => {
    page.remember({ tab: 'activity' });
    page.setSelection({ period: { kind: 'named', name: 'last_30_days' }, filter: failuresOf(insight) });
  };
  return (
    <li class="insight">
      <Icon name={icons[kind]} />
      <div class="insight-words">
        <h3>{title}</h3>
        <p>{sentenceOf(insight, text)}</p>
        <p class="note">
          <strong class="saving">{savingOf(insight, text)}</strong> · {text.t(confidences[confidence])}
        </p>
        <div class="buttons" role="group" aria-label={title}>
          {operations !== null && (
            <Button appearance="primary" onPress={() => page.insight(id, 'apply')}>
              {text.t('apply')}
            </Button>
          )}
          {kind === 'failures' && <Button onPress={viewFailures}>{text.t('viewFailures')}</Button>}
          <Button onPress={() => page.run('openConfiguration')}>{text.t('configure')}</Button>
          <Button
            appearance="icon"
            label={text.t('copyProof')}
            onPress={() => page.copy(JSON.stringify(query, undefined, 2))}
          >
            <Icon name="beaker" />
          </Button>
          <Button appearance="icon" label={text.t('dismissMonth')} onPress={() => page.insight(id, 'dismissMonth')}>
            <Icon name="bell-slash" />
          </Button>
          <Button appearance="icon" label={text.t('dismissForEver')} onPress={() => page.insight(id, 'dismissForEver')}>
            <Icon name="close" />
          </Button>
        </div>
      </div>
    </li>
  );
}

function titleOf({ kind, subject: { provider, model, agent, agentType, plan } }: Insight, text: Text): string {
  const who = [agent, agentType].filter((name) => name !== null).join(' / ');
  return text.t(`${kind}Title`, plan ?? (who === '' ? text.t('someAgent') : who), model ?? provider);
}

function sentenceOf({ kind, evidence, spendNanos, instead }: Insight, text: Text): string {
  const { requests, amount, ratio } = evidence;
  return text.t(
    `${kind}Text`,
    text.count(requests),
    text.money(spendNanos),
    amount === null ? '' : text.compact(amount),
    instead ?? '',
    ratio === null ? '' : text.percent(ratio),
  );
}

function savingOf({ savingNanos, billed }: Insight, text: Text): string {
  if (savingNanos === 0) return text.t('savesNoMoney');
  return text.t(billed ? 'savesMonthly' : 'savesListPrice', text.money(savingNanos));
}

function failuresOf({ subject: { provider, model, agent } }: Insight): DashboardFilter {
  return {
    provider,
    status: failedStatus,
    ...(model !== null && { model }),
    ...(agent !== null && { agent }),
  };
}
