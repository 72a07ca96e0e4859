/** *Override Budget…*: lifts one budget by an amount or until a time, with a reason; or ends an override early. */
import { ThemeIcon, env, l10n, window } from 'vscode';
import { displayName } from '../../contributions';
import type { BudgetStatus } from '../../protocol/budgetApi';
import type { OverrideState } from '../../protocol/snapshot';
import type { AskApi } from '../askApi';
import { budgetName, figure } from '../budgetWords';
import { createFormat, type Format } from '../format';
import { overrideSentence } from '../limitWords';
import { validateLimit } from './setBudget';
import { askAll, askText, choose, type Answer, type Choice, type Step } from './steps';

export interface OverrideBudgetOptions {
  ask: AskApi;
  /** In force now. */
  overrides: () => readonly OverrideState[];
  timezone: () => string;
  now: () => number;
}

/** Which budget; `scopeId` of one that each project (agent, …) has for itself. */
export interface OverrideTarget {
  budget: string;
  scopeId: string | null;
}

interface Draft {
  target: BudgetStatus;
  /** `null`: no limit. */
  amount: number | null;
  hours: number | null;
  reason: string;
}

const longestReason = 1_000;
const mostHours = 24 * 366;

export async function overrideBudget(options: OverrideBudgetOptions, wanted: OverrideTarget | null): Promise<void> {
  const { ask, now } = options;
  const format = createFormat(env.language, options.timezone());
  const { budgets } = await ask('status', {});
  const target = wanted === null ? null : (budgets.find((budget) => isAbout(budget, wanted)) ?? null);
  const wish = target ?? (await chooseWish(budgets, options.overrides(), format, now()));
  if (wish === null) return;
  if ('untilMs' in wish) {
    await ask('override', { end: wish.id });
    window.setStatusBarMessage(`${displayName}: ${l10n.t('The override of {0} has ended.', wish.budget)}`, 8000);
    return;
  }
  const start: Draft = { target: wish, amount: null, hours: null, reason: '' };
  const draft = await askAll(l10n.t('Override {0}', budgetName(wish)), start, [askHow, askHowMuch, askReason]);
  if (draft === null) return;
  const { amount, hours, reason } = draft;
  const { until } = await ask('override', {
    budget: wish.id,
    ...(isOfOne(wish) && { scopeId: wish.scopeId }),
    ...(amount !== null && { amount }),
    ...(hours !== null && { until: new Date(now() + hours * 3_600_000).toISOString() }),
    reason,
  });
  const said = l10n.t('{0} is lifted until {1}.', budgetName(wish), format.instant(Date.parse(until)));
  window.setStatusBarMessage(`${displayName}: ${said}`, 8000);
}

function isAbout(budget: BudgetStatus, { budget: id, scopeId }: OverrideTarget): boolean {
  return budget.id === id && (scopeId === null || budget.scopeId === scopeId);
}

/** A scope's value can be lifted by itself; a run's or a plan's name is no value that an override knows. */
function isOfOne({ scopeId, resetsAt }: BudgetStatus): boolean {
  return scopeId !== null && resetsAt !== null;
}

async function chooseWish(
  budgets: readonly BudgetStatus[],
  overrides: readonly OverrideState[],
  format: Format,
  nowMs: number,
): Promise<BudgetStatus | OverrideState | null> {
  const inForce = overrides.filter(({ untilMs }) => untilMs > nowMs);
  const choices: Choice<BudgetStatus | OverrideState>[] = [
    ...inForce.map((override) => ({
      label: l10n.t('End the override of {0}', override.budget),
      description: overrideSentence(override, format, nowMs),
      iconPath: new ThemeIcon('lock'),
      value: override,
    })),
    ...budgets
      .filter(({ limit }) => limit !== null)
      .toSorted((a, b) => b.percent - a.percent)
      .map((budget) => ({
        label: budgetName(budget),
        description: l10n.t(
          '{0} of {1}',
          figure(budget.used, budget.measure, format),
          figure(budget.limit, budget.measure, format),
        ),
        detail: budget.id,
        iconPath: new ThemeIcon(budget.level === 'exceeded' ? 'error' : 'unlock'),
        value: budget,
      })),
  ];
  if (choices.length === 0) throw new Error(l10n.t('There is no budget that counts anything yet.'));
  const answer = await choose({
    title: l10n.t('Override Budget'),
    placeholder: l10n.t('Which budget?'),
    choices,
  });
  return answer.kind === 'answer' ? answer.value : null;
}

const askHow: Step<Draft> = async (draft, place) =>
  into(
    await choose<'amount' | 'time'>({
      ...place,
      placeholder: l10n.t('How is it lifted?'),
      choices: [
        {
          label: l10n.t('By an amount'),
          detail: l10n.t('Added to the limit until its period ends'),
          value: 'amount',
        },
        { label: l10n.t('Until a time'), detail: l10n.t('No limit until then'), value: 'time' },
      ],
    }),
    // Filled in by the next question.
    (how) => ({ ...draft, amount: how === 'amount' ? 0 : null, hours: how === 'time' ? 0 : null }),
  );

const askHowMuch: Step<Draft> = async (draft, place) => {
  const { measure } = draft.target;
  if (draft.amount === null) {
    return into(
      await askText({
        ...place,
        prompt: l10n.t('For how many hours, for example 2 or 0.5'),
        value: '1',
        validate: validateHours,
      }),
      (text) => ({ ...draft, hours: Number(text) }),
    );
  }
  return into(
    await askText({
      ...place,
      prompt:
        measure === 'cost'
          ? l10n.t('USD to add to the limit, for example 5 or 12.50')
          : l10n.t('How much to add to the limit, a whole number'),
      validate: (text) => validateLimit(text, measure) ?? (Number(text) > 0 ? null : l10n.t('More than 0.')),
    }),
    (text) => ({ ...draft, amount: Number(text) }),
  );
};

const askReason: Step<Draft> = async (draft, place) =>
  into(
    await askText({
      ...place,
      prompt: l10n.t('Why? The audit trail keeps it'),
      validate: validateReason,
    }),
    (reason) => ({ ...draft, reason }),
  );

export function validateHours(text: string): string | null {
  const isHours = /^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= mostHours;
  return isHours ? null : l10n.t('Hours, more than 0 and at most {0}.', mostHours);
}

export function validateReason(text: string): string | null {
  if (text === '') return l10n.t('A reason is needed.');
  return text.length > longestReason ? l10n.t('At most {0} letters.', longestReason) : null;
}

function into<T>(answer: Answer<T>, write: (value: T) => Draft): Answer<Draft> {
  return answer.kind === 'answer' ? { kind: 'answer', value: write(answer.value) } : answer;
}
