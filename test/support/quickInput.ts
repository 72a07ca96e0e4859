/** The quick input of a window: the questions that commands ask, and how a user answers them from the keyboard. */
import type { Locator, Page } from 'playwright-core';

export interface Question {
  /** With its place in the row: `Set Budget (2/5)`. */
  title: string;
  /** What an empty field says, or what stands below it. */
  placeholder: string;
  message: string;
}

export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible');
}

function field(page: Page): Locator {
  return quickInput(page).locator('.quick-input-box input');
}

/**
 * Waits for the question whose title contains `title`, and tells how it is asked. Where two questions that follow each other
 * have one title, `placeholder`, or how it begins, tells which of them is waited for.
 */
export async function question(page: Page, title: string, placeholder?: string): Promise<Question> {
  const head = quickInput(page).locator('.quick-input-title').filter({ hasText: title });
  await head.waitFor({ state: 'visible', timeout: 30_000 });
  await field(page).waitFor({ state: 'visible' });
  if (placeholder !== undefined) {
    const asked = quickInput(page).locator(`.quick-input-box input[placeholder^=${JSON.stringify(placeholder)}]`);
    await asked.waitFor({ state: 'visible', timeout: 30_000 });
  }
  return {
    title: (await head.innerText()).trim(),
    placeholder: (await field(page).getAttribute('placeholder')) ?? '',
    message: await message(page),
  };
}

/** What stands below the field: what is asked, or what is wrong with the answer. */
export async function message(page: Page): Promise<string> {
  return (await quickInput(page).locator('.quick-input-message').innerText()).trim();
}

/** Waits until a message contains `text`. */
export async function untilMessage(page: Page, text: string): Promise<string> {
  const found = quickInput(page).locator('.quick-input-message').filter({ hasText: text });
  await found.waitFor({ state: 'visible', timeout: 30_000 });
  return (await found.innerText()).trim();
}

/** What the field holds. */
export async function typed(page: Page): Promise<string> {
  return await field(page).inputValue();
}

export async function type(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
}

export interface Item {
  label: string;
  description: string;
  detail: string;
  /** Its codicon. */
  icon: string;
}

/** The items that are on screen. */
export async function items(page: Page): Promise<Item[]> {
  const rows = quickInput(page).locator('.quick-input-list .monaco-list-row');
  await rows.first().waitFor({ state: 'visible', timeout: 30_000 });
  return await rows.evaluateAll((elements) =>
    elements.map((row) => {
      const text = (selector: string): string =>
        (row.querySelector(selector)?.textContent ?? '').replaceAll('\u00a0', ' ').trim();
      const icons = [...row.querySelectorAll('.quick-input-list-icon')].flatMap((icon) => [...icon.classList]);
      return {
        label: text('.label-name'),
        description: text('.label-description'),
        detail: text('.quick-input-list-label-meta'),
        icon: icons.find((name) => name.startsWith('codicon-'))?.slice('codicon-'.length) ?? '',
      };
    }),
  );
}

/** What Enter would take now: the name that a screen reader says. */
export async function focused(page: Page): Promise<string> {
  const row = quickInput(page).locator('.quick-input-list .monaco-list-row.focused');
  await row.waitFor({ state: 'visible', timeout: 30_000 });
  return (await row.getAttribute('aria-label')) ?? '';
}

/** Answers the question at `title` from the keyboard: with a text, or with what Enter takes. */
export async function answer(page: Page, title: string, text?: string): Promise<Question> {
  const asked = await question(page, title);
  if (text !== undefined) {
    await type(page, text);
    await quickInput(page)
      .locator('.quick-input-list:visible .monaco-list-row.focused, .quick-input-message:visible')
      .first()
      .waitFor();
  }
  await page.keyboard.press('Enter');
  return asked;
}

/** Escape; nothing is asked any more. */
export async function cancel(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden', timeout: 30_000 });
}

export async function goBack(page: Page): Promise<void> {
  await quickInput(page).getByRole('button', { name: 'Back' }).click();
}
