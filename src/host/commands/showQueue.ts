/** *Show Queue*: who waits for a limit, in the order of their turns; one of them can be told not to wait any longer. */
import { ThemeIcon, env, l10n, window } from 'vscode';
import { displayName } from '../../contributions';
import type { BudgetStatus, QueueValue } from '../../protocol/api/budgetAnswers';
import type { AskApi } from '../engine/askApi';
import { budgetName } from '../documents/budgetWords';
import { createFormat, type Format } from '../../shared/format';
import { choose, type Choice } from './configure/steps';

type Waiting = QueueValue['waiting'][number];

export async function showQueue(ask: AskApi, timezone: string, nowMs: number): Promise<void> {
  const [{ waiting }, { budgets }] = await Promise.all([ask('queue', {}), ask('status', {})]);
  if (waiting.length === 0) {
    void window.showInformationMessage(l10n.t('{0}: nobody waits for a limit.', displayName));
    return;
  }
  const format = createFormat(env.language, timezone);
  const chosen = await choose({
    title: l10n.t('Queue'),
    placeholder: l10n.t('Choose one to cancel its wait'),
    choices: waiting.map((one) => queueItem(one, budgets, format, nowMs)),
  });
  if (chosen.kind !== 'answer') return;
  const { ticket } = chosen.value;
  const remedy = l10n.t('Cancel Its Wait');
  const question = l10n.t('Take {0} out of the queue?', ticket);
  const detail = l10n.t('Its agent is told that it may not begin. When it asks anew it waits behind the others.');
  if ((await window.showWarningMessage(question, { modal: true, detail }, remedy)) !== remedy) return;
  const { cancelled } = await ask('queue', { cancel: ticket });
  const said = cancelled ? l10n.t('{0} waits no longer.', ticket) : l10n.t('{0} was not waiting any more.', ticket);
  window.setStatusBarMessage(`${displayName}: ${said}`, 8000);
}

export function queueItem(
  one: Waiting,
  budgets: readonly BudgetStatus[],
  format: Format,
  nowMs: number,
): Choice<Waiting> {
  const { position, kind, ticket, queuedAt, expiresAt } = one;
  const since = format.ago(Date.parse(queuedAt), nowMs) ?? l10n.t('just now');
  const until = format.until(Date.parse(expiresAt), nowMs);
  return {
    label: l10n.t('{0}. {1} {2}', position, kind === 'run' ? l10n.t('Run') : l10n.t('Call'), ticket),
    description: l10n.t('queued {0}, gives up {1}', since, until),
    detail: l10n.t('Waits for {0}', one.for.map((key) => limitOf(key, budgets)).join(', ')),
    iconPath: new ThemeIcon('clock'),
    value: one,
  };
}

/** `Everything · agents at work (global.run.concurrent_agents)`, as its key names it: a budget, and whose. */
function limitOf(key: string, budgets: readonly BudgetStatus[]): string {
  const [id, value] = parsed(key);
  if (id === undefined) return key;
  const whose = value === undefined || value === '' ? null : value;
  const budget = budgets.find((one) => one.id === id && (one.scopeId === whose || one.scopeId === null));
  if (budget !== undefined) return `${budgetName({ ...budget, scopeId: whose })} (${id})`;
  return whose === null ? id : `${id} (${whose})`;
}

function parsed(key: string): string[] {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts.filter((part) => typeof part === 'string') : [];
  } catch {
    return [];
  }
}
