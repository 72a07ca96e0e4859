/** The questions of *Manage Subscriptions…*, each with what may be answered. Fees are USD a month. */
import { env, l10n } from 'vscode';
import type { PlanOutline, SubscriptionOutline } from '../../../protocol/language';
import { createFormat } from '../../../shared/format';
import { askAll, askText, type Answer, type Step } from './steps';

export type SubscriptionDraft = Omit<SubscriptionOutline, 'path' | 'displayName'>;

const highestFee = 1_000_000;

/** `taken`: ids that are in use; `null`: the id stays. `null` is answered when the user goes away. */
export async function askSubscription(
  title: string,
  start: SubscriptionDraft,
  taken: readonly string[] | null,
  plan: PlanOutline | null,
): Promise<SubscriptionDraft | null> {
  const steps: Step<SubscriptionDraft>[] = [
    ...(taken === null ? [] : [askId(taken)]),
    ...(plan === null ? [askProvider] : []),
    askFee(plan),
    askCycleDay,
  ];
  return await askAll(title, start, steps);
}

function askId(taken: readonly string[]): Step<SubscriptionDraft> {
  return async (draft, place) =>
    into(
      await askText({
        ...place,
        prompt: l10n.t('Your name for it, in quotas and reports'),
        placeholder: 'claude-pro',
        value: draft.id,
        validate: (text) => validateId(text, taken),
      }),
      (id) => ({ ...draft, id }),
    );
}

const askProvider: Step<SubscriptionDraft> = async (draft, place) =>
  into(
    await askText({
      ...place,
      prompt: l10n.t('Whose subscription is it? The provider’s id'),
      placeholder: 'anthropic',
      value: draft.provider,
      validate: (text) => (/^[a-z\d][\w.-]*$/i.test(text) ? null : l10n.t('A provider’s id, as anthropic.')),
    }),
    (provider) => ({ ...draft, provider }),
  );

/** A fee that we know is offered, with where it is from; the user may pay something else. */
function askFee(plan: PlanOutline | null): Step<SubscriptionDraft> {
  return async (draft, place) =>
    into(
      await askText({
        ...place,
        prompt:
          plan?.monthlyFeeUsd == null
            ? l10n.t('What do you pay a month? USD')
            : l10n.t('What do you pay a month? USD; {0} as of {1}', usd(plan.monthlyFeeUsd), plan.asOf),
        value: draft.monthlyFeeUsd === null ? '' : String(draft.monthlyFeeUsd),
        validate: validateFee,
      }),
      (text) => ({ ...draft, monthlyFeeUsd: Number(text) }),
    );
}

const askCycleDay: Step<SubscriptionDraft> = async (draft, place) =>
  into(
    await askText({
      ...place,
      prompt: l10n.t('On which day of the month does its month begin? A shorter month has its last day'),
      value: String(draft.cycleDay),
      validate: validateDay,
    }),
    (text) => ({ ...draft, cycleDay: Number(text) }),
  );

export function validateId(text: string, taken: readonly string[]): string | null {
  if (!/^[a-z\d][\w.-]{0,63}$/i.test(text)) {
    return l10n.t('Letters, digits, -, _ and ., at most 64, beginning with a letter or digit.');
  }
  return taken.includes(text) ? l10n.t('There is a subscription {0} already.', text) : null;
}

export function validateFee(text: string): string | null {
  return /^\d{1,7}(?:\.\d{1,2})?$/.test(text) && Number(text) <= highestFee
    ? null
    : l10n.t('An amount of USD, as 20 or 19.99.');
}

export function validateDay(text: string): string | null {
  return /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 31 ? null : l10n.t('A day from 1 to 31.');
}

export function usd(amount: number): string {
  return createFormat(env.language, '').fullMoney(amount);
}

function into<T>(answer: Answer<string>, write: (value: string) => T): Answer<T> {
  return answer.kind === 'answer' ? { kind: 'answer', value: write(answer.value) } : answer;
}
