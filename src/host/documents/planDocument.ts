/** The text of *Show Plan Status…*: what a plan has cost, what it has left, which budgets it has used up. Pure. */
import { l10n } from 'vscode';
import type { PlanStatus } from '../../protocol/api/budgetAnswers';
import { budgetName, figure, levelWords, remainingOf } from './budgetWords';
import { documentText } from '../../shared/escape';
import { currencyNote } from './currencyNote';
import type { Format } from '../../shared/format';
import { left, right, textTable } from '../../shared/markdownTable';

export function planDocument(status: PlanStatus, format: Format, nowMs: number): string {
  const { plan, totalCostUsd, totalTokens, requests, budgetRemainingUsd, exhaustionEvents } = status;
  const summary = textTable(
    [left(l10n.t('What')), right(l10n.t('So far'))],
    [
      [l10n.t('Cost'), format.fullMoney(totalCostUsd)],
      [l10n.t('Tokens'), format.count(totalTokens)],
      [l10n.t('Calls'), format.count(requests)],
      [l10n.t('Budget remaining'), budgetRemainingUsd === null ? '–' : format.fullMoney(budgetRemainingUsd)],
      [l10n.t('Budgets used up'), format.count(exhaustionEvents.length)],
    ],
  );
  return [
    `# ${l10n.t('Plan {0}', documentText(plan))}`,
    [l10n.t('As of {0}.', format.instant(nowMs)), ...currencyNote(format)].join(' '),
    ...(requests === 0 ? [l10n.t('No call of this plan is known.')] : []),
    summary,
    ...providers(status, format),
    ...budgets(status, format),
    ...exhaustions(status, format),
  ]
    .join('\n\n')
    .concat('\n');
}

function providers({ costByProvider }: PlanStatus, format: Format): string[] {
  const rows = Object.entries(costByProvider).map(([name, usd]) => [documentText(name), format.fullMoney(usd)]);
  if (rows.length === 0) return [];
  return [`## ${l10n.t('By provider')}\n\n${textTable([left(l10n.t('Provider')), right(l10n.t('Cost'))], rows)}`];
}

function budgets({ budgets: standing }: PlanStatus, format: Format): string[] {
  if (standing.length === 0) return [];
  const columns = [
    left(l10n.t('Budget')),
    right(l10n.t('Limit')),
    right(l10n.t('Used')),
    right(l10n.t('Remaining')),
    left(l10n.t('Level')),
  ];
  const rows = standing.map((budget) => [
    documentText(budgetName(budget)),
    budget.limit === null ? l10n.t('lifted') : figure(budget.limit, budget.measure, format),
    figure(budget.used, budget.measure, format),
    figure(remainingOf(budget), budget.measure, format),
    levelWords(budget.level),
  ]);
  return [`## ${l10n.t('Budgets')}\n\n${textTable(columns, rows)}`];
}

function exhaustions({ exhaustionEvents, budgets: standing }: PlanStatus, format: Format): string[] {
  if (exhaustionEvents.length === 0) return [];
  const measures = new Map(standing.map(({ id, measure }) => [id, measure]));
  const columns = [
    left(l10n.t('When')),
    left(l10n.t('Budget')),
    left(l10n.t('By')),
    right(l10n.t('Used')),
    right(l10n.t('Limit')),
  ];
  const rows = exhaustionEvents.map(({ at, budget, agent, used, limit }) => {
    const measure = measures.get(budget) ?? 'cost';
    return [
      format.instant(Date.parse(at)),
      documentText(budget),
      documentText(agent ?? '–'),
      figure(used, measure, format),
      figure(limit, measure, format),
    ];
  });
  return [`## ${l10n.t('Used up')}\n\n${textTable(columns, rows)}`];
}
