/** What a user sees and does in a window of VS Code; every function takes the Playwright page of that window. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { screenshotsFolder } from './paths.mjs';
import { until } from './until.ts';

export interface StatusBarItem {
  /** What it shows, without icons. */
  text: string;
  /** What a screen reader reads. */
  label: string;
  /** The codicons it shows, for example `['pulse']`. */
  icons: string[];
  /** `standard`, or one of the two backgrounds that mean something. */
  kind: 'standard' | 'warning' | 'error';
}

/** The status bar item with an id such as `agentMeter.meter`, for whatever is not covered below (clicks, styles). */
export function statusBarLocator(page: Page, id: string): Locator {
  return page.locator(`.statusbar-item[id$="${id}"]`);
}

/** Waits for a status bar item and tells what it shows now. */
export async function statusBarItem(page: Page, id: string): Promise<StatusBarItem> {
  const item = statusBarLocator(page, id);
  await item.waitFor({ state: 'visible', timeout: 30_000 });
  return await item.evaluate((element) => {
    const button = element.querySelector('a') ?? element;
    const codicons = [...element.querySelectorAll('.codicon')].flatMap((icon) => [...icon.classList]);
    return {
      text: element.textContent.trim(),
      label: button.getAttribute('aria-label') ?? element.getAttribute('aria-label') ?? '',
      icons: codicons.filter((name) => name.startsWith('codicon-')).map((name) => name.slice('codicon-'.length)),
      kind: element.classList.contains('error-kind')
        ? ('error' as const)
        : element.classList.contains('warning-kind')
          ? ('warning' as const)
          : ('standard' as const),
    };
  });
}

/** Waits until what a status bar item shows is accepted, and returns it; the error tells what it showed instead. */
export async function untilStatusBarItem(
  page: Page,
  id: string,
  accept: (item: StatusBarItem) => boolean,
  timeoutMs = 30_000,
): Promise<StatusBarItem> {
  let last: StatusBarItem | undefined;
  try {
    return await until(
      `status bar item ${id}`,
      async () => {
        last = await statusBarItem(page, id);
        return accept(last) && last;
      },
      { timeoutMs },
    );
  } catch (error) {
    throw new Error(`Status bar item ${id} showed ${JSON.stringify(last)}`, { cause: error });
  }
}

/** Hovers a status bar item and returns the text of its tooltip; the tooltip stays open for a screenshot. */
export async function hoverStatusBarItem(page: Page, id: string): Promise<string> {
  await dismissHover(page);
  await statusBarLocator(page, id).hover();
  const tooltip = page.locator('.monaco-hover:visible').last();
  await tooltip.waitFor({ state: 'visible', timeout: 30_000 });
  return await until('the text of the tooltip', async () => {
    const text = await tooltip.innerText();
    return text.replaceAll('\u00a0', ' ').trim() || undefined;
  });
}

/** Takes the mouse to where nothing has a tooltip. */
export async function dismissHover(page: Page): Promise<void> {
  await page.mouse.move(640, 300);
  await page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden', timeout: 30_000 });
}

/** Runs a command by its palette title, for example `Agent Meter: Show Costs`. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const list = page.locator('.quick-input-widget .quick-input-list');
  for (let attempt = 1; ; attempt++) {
    const entries = await openPalette(page, title, (all) => all.includes(title));
    if (!entries.includes(title)) {
      await page.keyboard.press('Escape');
      throw new Error(`The palette does not offer ${title}, but ${JSON.stringify(entries)}.`);
    }
    try {
      await list.locator(entryLabels).getByText(title, { exact: true }).first().click({ timeout: 10_000 });
      return;
    } catch (error) {
      // An editor that opens late takes the focus: the palette closes, and nothing was chosen in it.
      if (attempt === 3 || (await list.isVisible())) throw error;
    }
  }
}

/** What the palette offers for a text, first match first; only what fits on screen. */
export async function paletteEntries(page: Page, text: string): Promise<string[]> {
  const entries = await openPalette(page, text, (all) => all.some((entry) => entry.includes(text)));
  await page.keyboard.press('Escape');
  return entries;
}

const entryLabels = '.monaco-list-row .quick-input-list-row:first-child .label-name';

async function openPalette(page: Page, text: string, enough: (entries: string[]) => boolean): Promise<string[]> {
  const input = page.locator('.quick-input-widget .quick-input-box input');
  await until('the palette', async () => {
    // A webview that is just getting or losing the focus swallows a key.
    await page.keyboard.press('F1');
    return await input.waitFor({ state: 'visible', timeout: 3000 }).then(
      () => true,
      () => false,
    );
  });
  await input.fill(`>${text}`);
  const labels = page.locator('.quick-input-widget .quick-input-list').locator(entryLabels);
  const deadline = Date.now() + 10_000;
  for (;;) {
    const entries = (await labels.allInnerTexts()).map((entry) => entry.trim());
    if (enough(entries) || Date.now() > deadline) return entries;
    await page.waitForTimeout(100);
  }
}

/** The items of the quick pick that is open now; picks the one that starts with `pick`, if given. */
export async function quickPick(page: Page, pick?: string): Promise<string[]> {
  const rows = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  await rows.first().waitFor({ state: 'visible', timeout: 30_000 });
  const items = (await rows.allInnerTexts()).map((item) => item.trim());
  if (pick !== undefined) await rows.filter({ hasText: pick }).first().click();
  return items;
}

/** The texts of the notifications that are on screen. */
export async function notifications(page: Page): Promise<string[]> {
  const texts = await page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  return texts.map((text) => text.trim());
}

/** Waits for a notification that contains `text` and returns it, for its buttons: `.getByRole('button', …)`. */
export async function notification(page: Page, text: string): Promise<Locator> {
  const found = page.locator('.notification-toast .notification-list-item').filter({ hasText: text }).first();
  await found.waitFor({ state: 'visible', timeout: 30_000 });
  return found;
}

/** Answers the dialog that asks whether to trust the folder (`workspaceTrust: true`); without trust: Restricted Mode. */
export async function answerTrust(page: Page, trusted: boolean): Promise<void> {
  const name = trusted ? /^Yes, I trust/ : /^No, I don't trust/;
  const button = page.locator('.monaco-dialog-box').getByRole('button', { name });
  await button.click({ timeout: 30_000 });
  await button.waitFor({ state: 'hidden' });
}

/** The text of the visible lines of the active editor. */
export async function editorText(page: Page): Promise<string> {
  const lines = page.locator('.editor-group-container.active .view-lines').first();
  await lines.waitFor({ state: 'visible', timeout: 30_000 });
  // Editors render spaces as no-break spaces.
  return (await lines.innerText()).replaceAll('\u00a0', ' ');
}

/** The titles of the open editor tabs. */
export async function openTabs(page: Page): Promise<string[]> {
  return await page.locator('.tabs-container .tab .label-name').allInnerTexts();
}

/** The document of a webview: the first frame that has an element for `selector`. */
export async function webviewFrame(page: Page, selector: string): Promise<Frame> {
  return await until(`a webview with ${selector}`, async () => {
    for (const frame of page.frames()) {
      if (frame === page.mainFrame()) continue;
      if (
        (await frame
          .locator(selector)
          .count()
          .catch(() => 0)) > 0
      )
        return frame;
    }
    return undefined;
  });
}

/**
 * Waits until what the window would remember after a reload has all of `texts` in one value. VS Code in a browser writes it
 * to the browser's database only every five seconds, and not when it is reloaded: nothing may take long then.
 */
export async function untilRemembered(page: Page, texts: readonly string[]): Promise<void> {
  await until(`the window to remember ${texts.join(', ')}`, async () => {
    const values = await page.evaluate(rememberedValues);
    return values.some((value) => texts.every((text) => value.includes(text)));
  });
}

/** Runs in the page. */
async function rememberedValues(): Promise<string[]> {
  const settled = async <T>(request: IDBRequest<T>): Promise<T> =>
    await new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error(request.error?.message));
    });
  const values: string[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await settled(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      values.push(...(await settled(database.transaction(store).objectStore(store).getAll())).map(String));
    }
    database.close();
  }
  return values;
}

/** Writes test-results/screenshots/<name>.png and returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(screenshotsFolder, { recursive: true });
  const file = path.join(screenshotsFolder, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}
