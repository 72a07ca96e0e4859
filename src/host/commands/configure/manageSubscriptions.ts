/** *Manage Subscriptions…*: adds, changes and removes what is paid by the month, from a catalogue of known plans or freely. */
import { ThemeIcon, l10n, window, type TextDocument } from 'vscode';
import type { ConfigurationOperation, Outline, PlanOutline, SubscriptionOutline } from '../../../protocol/language';
import type { ConfigurationEditor } from '../../language/languageEditor';
import { choose, tellChange, type Choice } from './steps';
import { askSubscription, usd, type SubscriptionDraft } from './manageSubscriptionsSteps';

type Wish = { kind: 'plan'; plan: PlanOutline | null } | { kind: 'own'; outline: SubscriptionOutline };

export async function manageSubscriptions(editor: ConfigurationEditor): Promise<void> {
  const document = await editor.openUserFile();
  const outline = await editor.outline(document);
  const wish = await choose({
    title: l10n.t('Subscriptions'),
    placeholder: l10n.t('Choose one of yours to change or remove, or add one'),
    choices: wishes(outline),
  });
  if (wish.kind !== 'answer') return;
  if (wish.value.kind === 'own') await act(editor, document, outline, wish.value.outline);
  else await add(editor, document, outline, wish.value.plan);
}

export function wishes({ subscriptions, plans }: Outline): Choice<Wish>[] {
  const own: Choice<Wish>[] = subscriptions.map((outline) => ({
    label: outline.displayName,
    description: `${outline.id} · ${outline.provider} · ${feeText(outline.monthlyFeeUsd)}`,
    detail: l10n.t('Its month begins on day {0}.', outline.cycleDay),
    iconPath: new ThemeIcon('credit-card'),
    value: { kind: 'own', outline },
  }));
  const known: Choice<Wish>[] = plans.map((plan) => ({
    label: plan.displayName,
    description: feeText(plan.monthlyFeeUsd),
    detail: l10n.t('As of {0}: {1}', plan.asOf, plan.source),
    iconPath: new ThemeIcon('add'),
    value: { kind: 'plan', plan },
  }));
  const other: Choice<Wish> = {
    label: l10n.t('Another subscription…'),
    iconPath: new ThemeIcon('add'),
    value: { kind: 'plan', plan: null },
  };
  return [...own, ...known, other];
}

async function add(
  editor: ConfigurationEditor,
  document: TextDocument,
  { subscriptions }: Outline,
  plan: PlanOutline | null,
): Promise<void> {
  const ids = subscriptions.map(({ id }) => id);
  const start: SubscriptionDraft = {
    id: plan === null ? '' : free(plan.id, ids),
    provider: plan?.provider ?? '',
    plan: plan?.id ?? null,
    monthlyFeeUsd: plan?.monthlyFeeUsd ?? null,
    cycleDay: 1,
  };
  const title = plan === null ? l10n.t('Add a Subscription') : l10n.t('Add {0}', plan.displayName);
  const draft = await askSubscription(title, start, ids, plan);
  if (draft === null) return;
  await editor.apply(document, [{ kind: 'append', path: ['subscriptions'], value: written(draft) }]);
  await tellChange(document, l10n.t('The subscription {0} is in your configuration.', draft.id));
}

async function act(
  editor: ConfigurationEditor,
  document: TextDocument,
  outline: Outline,
  own: SubscriptionOutline,
): Promise<void> {
  const action = await choose({
    title: own.displayName,
    placeholder: l10n.t('What is to become of it?'),
    choices: [
      { label: l10n.t('Change…'), iconPath: new ThemeIcon('edit'), value: 'change' as const },
      { label: l10n.t('Remove…'), iconPath: new ThemeIcon('trash'), value: 'remove' as const },
    ],
  });
  if (action.kind !== 'answer') return;
  if (action.value === 'change') {
    const plan = outline.plans.find(({ id }) => id === own.plan) ?? null;
    const changed = await askSubscription(l10n.t('Change the Subscription {0}', own.displayName), own, null, plan);
    if (changed === null) return;
    const operations = changeOperations(own, changed);
    if (operations.length === 0) return;
    await editor.apply(document, operations);
    await tellChange(document, l10n.t('The subscription {0} is changed.', own.displayName));
    return;
  }
  const remedy = l10n.t('Remove');
  const detail = l10n.t('What was counted stays in the ledger. Its fee and its quotas are no longer reckoned with.');
  const question = l10n.t('Remove the subscription {0}?', own.displayName);
  if ((await window.showWarningMessage(question, { modal: true, detail }, remedy)) !== remedy) return;
  await editor.apply(document, [{ kind: 'remove', path: own.path }]);
  await tellChange(document, l10n.t('The subscription {0} is removed.', own.displayName));
}

/** Only what differs. */
export function changeOperations(before: SubscriptionOutline, after: SubscriptionDraft): ConfigurationOperation[] {
  const values: [string, unknown, boolean][] = [
    ['provider', after.provider, after.provider !== before.provider],
    ['monthly_fee', after.monthlyFeeUsd, after.monthlyFeeUsd !== before.monthlyFeeUsd],
    ['cycle_day', after.cycleDay, after.cycleDay !== before.cycleDay],
  ];
  return values
    .filter(([, value, differs]) => differs && value !== null)
    .map(([key, value]) => ({ kind: 'set', path: [...before.path, key], value }));
}

/** As it stands in the file. The fee stands there too: what the user pays is the user's to say. */
export function written({ id, provider, plan, monthlyFeeUsd, cycleDay }: SubscriptionDraft): Record<string, unknown> {
  return {
    id,
    provider,
    ...(plan !== null && { plan }),
    ...(monthlyFeeUsd !== null && { monthly_fee: monthlyFeeUsd }),
    cycle_day: cycleDay,
  };
}

/** `claude-pro`, and for the second one `claude-pro-2`. */
function free(id: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? id : `${id}-${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

function feeText(fee: number | null): string {
  return fee === null ? l10n.t('fee not known') : l10n.t('{0} a month', usd(fee));
}
