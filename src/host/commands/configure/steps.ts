/**
 * Questions asked one after the other in the quick input, with a way back. Escape ends them all; nothing has happened by then.
 */
import {
  InputBoxValidationSeverity,
  QuickInputButtons,
  Range,
  TextEditorRevealType,
  ThemeIcon,
  l10n,
  window,
  type Disposable,
  type QuickInput,
  type QuickInputButton,
  type QuickPickItem,
  type QuickPickItemButtonEvent,
  type TextDocument,
} from 'vscode';
import { displayName } from '../../../contributions';

/** `back`: the question before is asked again. `cancelled`: Escape. */
export type Answer<T> = { kind: 'answer'; value: T } | { kind: 'back' } | { kind: 'cancelled' };

export interface Place {
  title: string;
  step?: number;
  totalSteps?: number;
  /** Whether there is a question to go back to. */
  hasBack?: boolean;
}

export interface TextQuestion extends Place {
  prompt: string;
  value?: string;
  placeholder?: string;
  /** What is wrong with the text; `null`: nothing. */
  validate: (text: string) => string | null;
  /** How a text that is right is understood, said while it is typed. */
  understood?: (text: string) => string;
}

export function askText({
  prompt,
  value = '',
  placeholder,
  validate,
  understood,
  ...place
}: TextQuestion): Promise<Answer<string>> {
  const input = window.createInputBox();
  input.prompt = prompt;
  input.value = value;
  input.placeholder = placeholder;
  const say = (wrong: string | null): void => {
    const words = understood === undefined || wrong !== null ? undefined : understood(input.value.trim());
    const told = words === undefined ? undefined : { message: words, severity: InputBoxValidationSeverity.Info };
    input.validationMessage = wrong ?? told;
  };
  const check = (): boolean => {
    const wrong = validate(input.value.trim());
    say(wrong);
    return wrong === null;
  };
  input.onDidChangeValue(check);
  // What is asked for and not answered yet is not wrong.
  if (value !== '') check();
  return ask(input, place, (answer) =>
    input.onDidAccept(() => {
      if (check()) answer(input.value.trim());
    }),
  );
}

export interface Choice<T> extends QuickPickItem {
  value: T;
}

/** With the word of files and programs beside it, where that is another. */
export function worded<T extends string>(label: string, value: T): Choice<T> {
  return { label, ...(label.toLowerCase() !== value && { description: value }), value };
}

export interface ChoiceQuestion<T> extends Place {
  placeholder: string;
  choices: readonly Choice<T>[];
  /** Chosen when it opens. */
  active?: T;
  /** Takes any other text, when that is right. */
  other?: { validate: (text: string) => string | null; item: (text: string) => Choice<T> };
  onButton?: (event: QuickPickItemButtonEvent<Choice<T>>) => void;
}

export function choose<T>({
  placeholder,
  choices,
  active,
  other,
  onButton,
  ...place
}: ChoiceQuestion<T>): Promise<Answer<T>> {
  const pick = window.createQuickPick<Choice<T>>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.items = choices;
  // Without a choice of ours VS Code takes the first; an empty list would leave Enter with nothing to take.
  const chosen = active === undefined ? [] : choices.filter(({ value }) => value === active);
  if (chosen.length > 0) pick.activeItems = chosen;
  if (onButton !== undefined) pick.onDidTriggerItemButton(onButton);
  let wrong: Choice<T> | null = null;
  if (other !== undefined) {
    pick.onDidChangeValue((value) => {
      const text = value.trim();
      const message = text === '' ? null : other.validate(text);
      wrong = message === null || isFound(choices, text) ? null : fault(message);
      const isTyped = text !== '' && message === null && !choices.some(({ label }) => label === text);
      pick.items = [...choices, ...(isTyped ? [other.item(text)] : []), ...(wrong === null ? [] : [wrong])];
    });
  }
  return ask(pick, place, (answer) =>
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item !== undefined && item !== wrong) answer(item.value);
    }),
  );
}

/** As VS Code looks for it, more or less: while the list has something to offer, nothing is wrong yet. */
function isFound(choices: readonly QuickPickItem[], text: string): boolean {
  const sought = text.toLowerCase();
  return choices.some(({ label, description = '' }) => `${label}\n${description}`.toLowerCase().includes(sought));
}

/** A quick pick has no place for what is wrong but its list. It answers nothing. */
function fault<T>(message: string): Choice<T> {
  const item: QuickPickItem = { label: message, iconPath: new ThemeIcon('error'), alwaysShow: true };
  return item as Choice<T>;
}

interface Buttoned extends QuickInput {
  buttons: readonly QuickInputButton[];
  onDidTriggerButton: (listener: (button: QuickInputButton) => void) => Disposable;
}

function ask<T>(
  input: Buttoned,
  place: Place,
  onAnswer: (answer: (value: T) => void) => Disposable,
): Promise<Answer<T>> {
  input.title = place.title;
  input.step = place.step;
  input.totalSteps = place.totalSteps;
  input.ignoreFocusOut = true;
  input.buttons = place.hasBack === true ? [QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const settle = (answer: Answer<T>): void => {
      resolve(answer);
      input.dispose();
    };
    onAnswer((value) => settle({ kind: 'answer', value }));
    input.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) settle({ kind: 'back' });
    });
    input.onDidHide(() => settle({ kind: 'cancelled' }));
    input.show();
  });
}

/** One question of a row: asks and writes the answer into what is being made. */
export type Step<S> = (state: S, place: Place) => Promise<Answer<S>>;

/** A question that is asked only where there is something to choose. */
export interface StepWhere<S> {
  ask: Step<S>;
  where: (state: S) => boolean;
}

type AnyStep<S> = Step<S> | StepWhere<S>;

/** Asks all; `null`: the user has gone away. Whoever goes back finds what they answered. */
export async function askAll<S>(title: string, first: S, steps: readonly AnyStep<S>[]): Promise<S | null> {
  let state = first;
  const asked: AnyStep<S>[] = [];
  let step = nextStep(steps, 0, state);
  while (step !== undefined) {
    const row = steps.filter((one) => applies(one, state));
    const place = { title, step: row.indexOf(step) + 1, totalSteps: row.length, hasBack: asked.length > 0 };
    const answer = await (typeof step === 'function' ? step : step.ask)(state, place);
    if (answer.kind === 'cancelled') return null;
    if (answer.kind === 'back') {
      step = asked.pop() ?? step;
      continue;
    }
    state = answer.value;
    asked.push(step);
    step = nextStep(steps, steps.indexOf(step) + 1, state);
  }
  return state;
}

function nextStep<S>(steps: readonly AnyStep<S>[], from: number, state: S): AnyStep<S> | undefined {
  return steps.slice(from).find((step) => applies(step, state));
}

function applies<S>(step: AnyStep<S>, state: S): boolean {
  return typeof step === 'function' || step.where(state);
}

/**
 * Says that the configuration was changed, and shows where, if the user wants to see. A document that nobody sees can't be undone:
 * then it is shown at once. `changed`: what is to be seen of it.
 */
export async function tellChange(document: TextDocument, message: string, changed?: Range): Promise<void> {
  const visible = window.visibleTextEditors.find((editor) => editor.document === document);
  if (visible === undefined) {
    const at = changed === undefined ? {} : { selection: new Range(changed.start, changed.start) };
    await window.showTextDocument(document, { preview: true, preserveFocus: false, ...at });
  } else if (changed !== undefined) visible.revealRange(changed, TextEditorRevealType.InCenterIfOutsideViewport);
  const unsaved = document.isDirty ? ` ${l10n.t('Your file had unsaved changes; save it when you are ready.')}` : '';
  window.setStatusBarMessage(`${displayName}: ${message}${unsaved}`, 8000);
}
