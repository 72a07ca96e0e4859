/** The text of *Show Budget*: how each budget stands, what is lifted, and where spending leads. Pure. */
import { l10n } from 'vscode';
import type { StatusValue } from '../../protocol/api/api';
import type { BudgetStatus } from '../../protocol/api/budgetAnswers';
import type { OverrideState } from '../../protocol/snapshot';
import { actionWords, budgetName, figure, levelWords, overriddenBudget, remainingOf } from './budgetWords';
import { documentSentence, documentText } from '../../shared/escape';
import { currencyNote } from './currencyNote';
import type { Format } from '../../shared/format';
import { overrideSentence } from './limitWords';
import { left, right, textTable } from '../../shared/markdownTable';

export interface Budgets extends Pick<StatusValue, 'budgets' | 'notice'> {
  overrides: readonly OverrideState[];
  nowMs: number;
}

export function budgetsDocument({ budgets, notice, overrides, nowMs }: Budgets, format: Format): string {
  const standing = budgets.toSorted((a, b) => b.percent - a.percent || a.id.localeCompare(b.id));
  return [
    `# ${l10n.t('Agent budgets')}`,
    ...(notice === undefined ? [] : [`**${documentSentence(notice)}**`]),
    [l10n.t('As of {0}.', format.instant(nowMs)), ...currencyNote(format)].join(' '),
    standing.length === 0 ? l10n.t('No budget counts anything yet.') : table(standing, format, nowMs),
    ...lifted(overrides, budgets, format, nowMs),
    ...ahead(standing, format),
    `- ${l10n.t('Reserved is what calls were granted that have not been reported yet. Remaining is the limit less both.')}\n` +
      `- ${l10n.t('Agent Meter: Set Budget… changes a limit, Agent Meter: Override Budget… lifts one for a while.')}`,
  ]
    .join('\n\n')
    .concat('\n');
}

function table(budgets: readonly BudgetStatus[], format: Format, nowMs: number): string {
  const columns = [
    left(l10n.t('Budget')),
    right(l10n.t('Limit')),
    right(l10n.t('Used')),
    right(l10n.t('Reserved')),
    right(l10n.t('Remaining')),
    right(l10n.t('Percent')),
    left(l10n.t('Level')),
    left(l10n.t('Resets')),
    left(l10n.t('At the limit')),
    left(l10n.t('Id')),
  ];
  const rows = budgets.map((budget) => {
    const { id, limit, used, reserved, percent, level, measure, resetsAt } = budget;
    const resetsMs = resetsAt === null ? null : Date.parse(resetsAt);
    return [
      documentText(budgetName(budget)),
      limit === null ? l10n.t('lifted') : figure(limit, measure, format),
      figure(used, measure, format),
      figure(reserved, measure, format),
      figure(remainingOf(budget), measure, format),
      limit === null ? '–' : format.percent(Math.floor(percent) / 100),
      levelWords(level),
      resetsMs === null ? l10n.t('with it') : `${format.instant(resetsMs)} (${format.until(resetsMs, nowMs)})`,
      actionWords(budget),
      documentText(id),
    ];
  });
  return textTable(columns, rows);
}

function lifted(
  overrides: readonly OverrideState[],
  budgets: readonly BudgetStatus[],
  format: Format,
  nowMs: number,
): string[] {
  const inForce = overrides.filter(({ untilMs }) => untilMs > nowMs);
  if (inForce.length === 0) return [];
  const lines = inForce.map(
    (one) => `- ${documentSentence(overrideSentence(overriddenBudget(one, budgets), one, format, nowMs))}`,
  );
  return [`## ${l10n.t('Overrides')}`, lines.join('\n')];
}

/** Those that will not last, with when they will be used up. */
function ahead(budgets: readonly BudgetStatus[], format: Format): string[] {
  const lines = budgets.flatMap((budget) => {
    const { forecast, measure, limit, used } = budget;
    if (forecast?.exhaustsAt === null || forecast === undefined || limit === null || used >= limit) return [];
    const words = l10n.t(
      '{0}: {1} an hour, {2} by its end; used up {3}',
      budgetName(budget),
      figure(forecast.burnRatePerHour, measure, format),
      figure(forecast.projected, measure, format),
      format.instant(Date.parse(forecast.exhaustsAt)),
    );
    return [`- ${documentSentence(words)}`];
  });
  return lines.length === 0 ? [] : [`## ${l10n.t('At this rate')}`, lines.join('\n')];
}
