/**
 * Questions asked one after the other in the quick input, with a way back. Escape ends them all; nothing has happened by then.
 */
import {
  QuickInputButtons,
  window,
  type Disposable,
  type QuickInput,
  type QuickInputButton,
  type QuickPickItem,
  type QuickPickItemButtonEvent,
} from 'vscode';

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
}

export function askText({
  prompt,
  value = '',
  placeholder,
  validate,
  ...place
}: TextQuestion): Promise<Answer<string>> {
  const input = window.createInputBox();
  input.prompt = prompt;
  input.value = value;
  input.placeholder = placeholder;
  const check = (): boolean => {
    const wrong = validate(input.value.trim());
    input.validationMessage = wrong ?? undefined;
    return wrong === null;
  };
  input.onDidChangeValue(check);
  return ask(input, place, (answer) =>
    input.onDidAccept(() => {
      if (check()) answer(input.value.trim());
    }),
  );
}

export interface Choice<T> extends QuickPickItem {
  value: T;
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
  if (active !== undefined) pick.activeItems = choices.filter(({ value }) => value === active);
  if (onButton !== undefined) pick.onDidTriggerItemButton(onButton);
  if (other !== undefined) {
    pick.onDidChangeValue((text) => {
      const fits = text.trim() !== '' && other.validate(text.trim()) === null;
      const isThere = choices.some(({ label }) => label === text.trim());
      pick.items = fits && !isThere ? [...choices, other.item(text.trim())] : choices;
    });
  }
  return ask(pick, place, (answer) =>
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item !== undefined) answer(item.value);
    }),
  );
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

/** Asks all; `null`: the user has gone away. */
export async function askAll<S>(title: string, first: S, steps: readonly Step<S>[]): Promise<S | null> {
  const states = [first];
  while (states.length <= steps.length) {
    const index = states.length - 1;
    const [state, step] = [states[index], steps[index]];
    if (state === undefined || step === undefined) break;
    const answer = await step(state, { title, step: index + 1, totalSteps: steps.length, hasBack: index > 0 });
    if (answer.kind === 'cancelled') return null;
    if (answer.kind === 'back') states.pop();
    else states.push(answer.value);
  }
  return states.at(-1) ?? null;
}
