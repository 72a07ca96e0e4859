/** *Override Budget…*: lifts one budget by an amount or until a time, with a reason; or ends an override early. */
import { ThemeIcon, commands as vscodeCommands, env, l10n, window } from 'vscode';
import { commands, displayName } from '../../../contributions';
import type { BudgetStatus } from '../../../protocol/api/budgetAnswers';
import type { OverrideState } from '../../../protocol/snapshot';
import { Refusal, type AskApi } from '../../engine/askApi';
import { budgetName, figure, overriddenBudget } from '../../documents/budgetWords';
import { createFormat, type Format } from '../../../shared/format';
import { overrideTerms } from '../../documents/limitWords';
import { untilOf } from '../../documents/untilText';
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
  how: 'amount' | 'time';
  /** As they were typed. */
  amount: string;
  until: string;
  reason: string;
}

/** What the questions need to know. */
interface About {
  target: BudgetStatus;
  format: Format;
  timezone: string;
  now: () => number;
}

const longestReason = 1_000;

/** Of what a command was called with; `null`: whichever the user chooses. */
export function targetOf(argument: unknown): OverrideTarget | null {
  const { budget, scopeId } = (argument ?? {}) as Record<string, unknown>;
  if (typeof budget !== 'string') return null;
  return { budget, scopeId: typeof scopeId === 'string' ? scopeId : null };
}

export async function overrideBudget(options: OverrideBudgetOptions, wanted: OverrideTarget | null): Promise<void> {
  const { ask, now } = options;
  const { budgets } = await ask('status', {});
  // Known only when the engine has answered.
  const timezone = options.timezone();
  const format = createFormat(env.language, timezone);
  const target = wanted === null ? null : (budgets.find((budget) => isAbout(budget, wanted)) ?? null);
  const wish = target ?? (await chooseWish(budgets, options.overrides(), format, now()));
  if (wish === null) return;
  if ('untilMs' in wish) {
    await ask('override', { end: wish.id });
    window.setStatusBarMessage(
      `${displayName}: ${l10n.t('The override of {0} has ended.', overriddenBudget(wish, budgets))}`,
      8000,
    );
    return;
  }
  const about: About = { target: wish, format, timezone, now };
  const start: Draft = { how: 'amount', amount: '', until: '1 h', reason: '' };
  const draft = await askAll(l10n.t('Override {0}', budgetName(wish)), start, [
    askHow(about),
    { ask: askAmount(about), where: ({ how }) => how === 'amount' },
    { ask: askUntil(about), where: ({ how }) => how === 'time' },
    askReason,
  ]);
  if (draft === null) return;
  const { until } = await ask('override', {
    budget: wish.id,
    ...(isOfOne(wish) && { scopeId: wish.scopeId }),
    ...(draft.how === 'amount' ? { amount: Number(draft.amount) } : { until: instantOf(draft.until, about) }),
    reason: draft.reason,
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

/** Answered again: while the reason was typed, the time may have come. */
function instantOf(text: string, { now, timezone }: About): string {
  const until = untilOf(text, now(), timezone);
  if ('wrong' in until) throw new Refusal(untilFault(until.wrong));
  return new Date(until.ms).toISOString();
}

/** `null`: the user has gone away, or there is nothing to lift. */
async function chooseWish(
  budgets: readonly BudgetStatus[],
  overrides: readonly OverrideState[],
  format: Format,
  nowMs: number,
): Promise<BudgetStatus | OverrideState | null> {
  const inForce = overrides.filter(({ untilMs }) => untilMs > nowMs);
  const choices: Choice<BudgetStatus | OverrideState>[] = [
    ...inForce.map((override) => ({
      label: l10n.t('End the override of {0}', overriddenBudget(override, budgets)),
      description: overrideTerms(override, format, nowMs),
      detail: override.reason,
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
  if (choices.length === 0) {
    // The command is over; its answer comes when the user likes.
    void offerBudget();
    return null;
  }
  const answer = await choose({
    title: l10n.t('Override Budget'),
    placeholder: l10n.t('Which budget?'),
    choices,
  });
  return answer.kind === 'answer' ? answer.value : null;
}

async function offerBudget(): Promise<void> {
  const set = l10n.t('Set Budget…');
  const said = l10n.t('{0}: there is no budget that could be lifted.', displayName);
  if ((await window.showInformationMessage(said, set)) === set) await vscodeCommands.executeCommand(commands.setBudget);
}

function askHow({ target }: About): Step<Draft> {
  const untilReset =
    target.resetsAt === null
      ? l10n.t('Added to the limit until the day ends')
      : l10n.t('Added to the limit until its period ends');
  return async (draft, place) =>
    into(
      await choose<Draft['how']>({
        ...place,
        placeholder: l10n.t('How is it lifted?'),
        active: draft.how,
        choices: [
          { label: l10n.t('By an amount'), detail: untilReset, value: 'amount' },
          { label: l10n.t('Until a time'), detail: l10n.t('No limit until then'), value: 'time' },
        ],
      }),
      (how) => ({ ...draft, how }),
    );
}

function askAmount({ target, format }: About): Step<Draft> {
  const { limit, measure } = target;
  return async (draft, place) =>
    into(
      await askText({
        ...place,
        prompt:
          measure === 'cost'
            ? l10n.t('USD to add to the limit, for example 5 or 12.50')
            : l10n.t('How much to add to the limit, a whole number'),
        value: draft.amount,
        validate: (text) => validateLimit(text, measure) ?? (Number(text) > 0 ? null : l10n.t('More than 0.')),
        understood: (text) =>
          l10n.t(
            '{0} instead of {1}',
            figure((limit ?? 0) + Number(text), measure, format),
            figure(limit, measure, format),
          ),
      }),
      (amount) => ({ ...draft, amount }),
    );
}

function askUntil({ format, timezone, now }: About): Step<Draft> {
  return async (draft, place) =>
    into(
      await askText({
        ...place,
        prompt: l10n.t('Until when, as 18:30 or 2026-11-28 18:30, or for how long, as 2 h or 90 min'),
        value: draft.until,
        validate: (text) => validateUntil(text, now(), timezone),
        understood: (text) => {
          const until = untilOf(text, now(), timezone);
          if ('wrong' in until) return '';
          const when = format.instant(until.ms);
          return l10n.t('Until {0} ({1}). Or as 18:30, 2026-11-28 18:30, 90 min', when, format.until(until.ms, now()));
        },
      }),
      (until) => ({ ...draft, until }),
    );
}

const askReason: Step<Draft> = async (draft, place) =>
  into(
    await askText({
      ...place,
      prompt: l10n.t('Why? The audit trail keeps it'),
      value: draft.reason,
      validate: validateReason,
    }),
    (reason) => ({ ...draft, reason }),
  );

export function validateUntil(text: string, nowMs: number, timezone: string): string | null {
  const until = untilOf(text, nowMs, timezone);
  return 'wrong' in until ? untilFault(until.wrong) : null;
}

function untilFault(wrong: 'past' | 'far' | 'unreadable'): string {
  switch (wrong) {
    case 'past':
      return l10n.t('That is in the past.');
    case 'far':
      return l10n.t('A year ahead at most.');
    case 'unreadable':
      return l10n.t('A time as 18:30 or 2026-11-28 18:30, or a length as 2 h or 90 min.');
  }
}

export function validateReason(text: string): string | null {
  if (text === '') return l10n.t('A reason is needed.');
  return text.length > longestReason ? l10n.t('At most {0} letters.', longestReason) : null;
}

function into<T>(answer: Answer<T>, write: (value: T) => Draft): Answer<Draft> {
  return answer.kind === 'answer' ? { kind: 'answer', value: write(answer.value) } : answer;
}
