/** The first minute: an empty home, what the pages say of it, the walkthrough, and the first call. */
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { openDashboard, openTab, seriousFindings, untilCard } from './dashboardPage.ts';
import { startMetered, value } from './meter.ts';

let code: RealVsCode;
let window: Page;
let page: Frame;

beforeAll(async () => {
  ({ code } = await startMetered());
  window = await code.openWindow(code.makeWorkspace('shop'), { viewport: { width: 1400, height: 1000 } });
  page = await openDashboard(window);
});

afterAll(async () => {
  await code.close();
});

test('the dashboard says what was found, what was not, and what to do next', async () => {
  await page.getByRole('heading', { name: 'Your agents’ costs will be here' }).waitFor();
  const found = page.locator('.sources li', { hasText: 'Claude Code' });
  expect((await found.innerText()).replaceAll(/\s+/g, ' ')).toContain('Claude Code no logs on this machine');
  expect(await page.locator('.welcome ol li').count()).toBe(3);
  expect(await seriousFindings(page)).toEqual([]);
  await workbench.screenshot(window, 'first-run-dashboard');
});

test('the side bar says the same', async () => {
  await window
    .locator('.activitybar')
    .getByRole('tab', { name: /^Agent Meter/ })
    .click();
  const side = await workbench.webviewFrame(window, 'main.sidebar .welcome');
  await side.getByText('no logs on this machine').waitFor();
  expect(await seriousFindings(side)).toEqual([]);
  await workbench.screenshot(window, 'first-run-side-bar');
});

test('Get Started leads to a walkthrough of four steps, each with its picture', async () => {
  await page.getByRole('button', { name: 'Get Started' }).click();
  const walkthrough = window.locator('.gettingStartedContainer');
  for (const [title, command] of [
    ['Your agents, metered', 'Show Costs'],
    ['See where it goes', 'Open Dashboard'],
    ['Set a limit', 'Set Budget…'],
    ['Say what you pay', 'Open Configuration'],
  ] as const) {
    await walkthrough.getByRole('heading', { name: title }).click();
    await walkthrough.getByRole('button', { name: command }).waitFor();
    // The picture is in a page of its own, made anew for each step, and drawn with the theme's colours.
    await until(`the picture of ${title}`, () => fillOfPicture(window));
    await workbench.screenshot(window, `first-run-walkthrough-${title.replaceAll(/\W+/g, '-').toLowerCase()}`);
  }
  await window.keyboard.press('Control+w');
});

test('the first call takes the place of all that', async () => {
  const reporter = await code.reporter(window);
  await value(reporter, 'report', {
    id: 'first',
    provider: 'openai',
    model: 'gpt-5',
    tokens: { input: 1, output: 1 },
    costUsd: 1.25,
  });
  page = await workbench.webviewFrame(window, 'main.editor .cards');
  await untilCard(page, 'Total cost', '$1.25');
});

test('what is empty teaches, in each tab', async () => {
  for (const [tab, words] of [
    ['Limits', 'No quota is known'],
    ['Limits', 'No subscription is configured'],
    ['Limits', 'No alerts'],
    ['Insights', 'Nothing to improve was found'],
    ['Audit', 'Nothing has been lifted, refused or used up'],
  ] as const) {
    await openTab(page, tab);
    await page.getByRole('heading', { name: words }).waitFor();
    expect(await seriousFindings(page), words).toEqual([]);
    await workbench.screenshot(window, `first-run-${tab.toLowerCase()}`);
  }
  await openTab(page, 'Overview');
  await page.locator('vscode-dropdown[aria-label="Period"]').click();
  await page.locator('vscode-option').filter({ hasText: 'Yesterday' }).first().click();
  await page.getByRole('heading', { name: 'Nothing was used in this period' }).waitFor();
  await page.getByRole('button', { name: 'Show the last 90 days' }).click();
  await untilCard(page, 'Total cost', '$1.25');
});

/** The colour that the frame of the walkthrough's picture has got. */
async function fillOfPicture(of: Page): Promise<string | undefined> {
  for (const frame of of.frames()) {
    const fill = await frame
      .evaluate(() => {
        const rect = document.querySelector('svg[viewBox="0 0 480 300"] rect');
        return rect === null ? undefined : getComputedStyle(rect).fill;
      })
      .catch(() => undefined);
    if (fill?.startsWith('rgb') === true) return fill;
  }
  return undefined;
}
