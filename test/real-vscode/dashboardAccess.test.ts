/** The dashboard for everybody: at 200 %, in a narrow side bar, without motion, in other languages. */
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import { writeSampleLogs } from '../support/sampleLogs.mjs';
import * as workbench from '../support/workbench.ts';
import { dashboard, openDashboard, openTab, seriousFindings } from './dashboardPage.ts';
import { meterId, startMetered } from './meter.ts';

const tabs = ['Overview', 'History', 'Limits', 'Insights', 'Activity', 'Audit'];

let code: RealVsCode;
let window: Page;
let page: Frame;

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => void writeSampleLogs(env['CLAUDE_CONFIG_DIR'] ?? '', { now: Date.now(), days: 30 }),
  }));
  window = await code.openWindow(code.makeWorkspace('shop'), { viewport: { width: 1400, height: 1000 } });
  await workbench.untilStatusBarItem(window, meterId, ({ text, icons }) => text.includes('$') && icons[0] === 'pulse');
  page = await openDashboard(window);
});

afterAll(async () => {
  await code.close();
});

/** What sticks out of the page to the side. */
async function overflow(frame: Frame): Promise<number> {
  return await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Amounts of money in tables that lie to the right of what is seen of the page. */
async function costsOutOfSight(frame: Frame): Promise<string[]> {
  return await frame
    .locator('td.end:visible, .line-row .cost:visible')
    .evaluateAll((cells) =>
      cells
        .filter((cell) => /^<?[$€]/.test(cell.textContent) && cell.getBoundingClientRect().right > innerWidth)
        .map((cell) => cell.textContent),
    );
}

test('fits at 200 %, with nothing cut off and everything in reach', async () => {
  // What a zoom of 200 % is to a page: half the room.
  await window.setViewportSize({ width: 700, height: 500 });
  for (const tab of tabs) {
    await openTab(page, tab);
    await window.waitForTimeout(400);
    await workbench.screenshot(window, `dashboard-zoom-${tab.toLowerCase()}`);
    expect(await overflow(page), tab).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page), tab).toEqual([]);
    expect(await costsOutOfSight(page), tab).toEqual([]);
  }
  await window.setViewportSize({ width: 1400, height: 1000 });
});

test.each([1280, 1000, 760])('never hides what something costs, in a window of %i pixels', async (width) => {
  await window.setViewportSize({ width, height: 900 });
  for (const tab of ['Overview', 'History', 'Limits', 'Activity']) {
    await openTab(page, tab);
    await window.waitForTimeout(300);
    expect(await costsOutOfSight(page), tab).toEqual([]);
  }
  await window.setViewportSize({ width: 1400, height: 1000 });
});

test('fits the narrowest side bar', async () => {
  await window
    .locator('.activitybar')
    .getByRole('tab', { name: /^Agent Meter/ })
    .click();
  const side = await workbench.webviewFrame(window, 'main.sidebar .cards');
  const sash = window.locator('.monaco-sash.vertical:not(.disabled)').first();
  const box = await sash.boundingBox();
  if (box === null) throw new Error('no sash');
  await window.mouse.move(box.x + box.width / 2, 500);
  await window.mouse.down();
  await window.mouse.move(230, 500, { steps: 10 });
  await window.mouse.up();
  expect(await side.evaluate(() => innerWidth)).toBeLessThan(240);
  await window.waitForTimeout(400);
  await workbench.screenshot(window, 'dashboard-narrow-side-bar');
  expect(await overflow(side)).toBeLessThanOrEqual(0);
  expect(await seriousFindings(side)).toEqual([]);
  await workbench.runCommand(window, 'View: Toggle Primary Side Bar Visibility');
});

test('moves nothing for those who want no motion', async () => {
  await openTab(page, 'Overview');
  const durations = async (): Promise<string[]> =>
    await page
      .locator('.share .fill')
      .evaluateAll((bars) => bars.map((bar) => getComputedStyle(bar).transitionDuration));
  await window.emulateMedia({ reducedMotion: 'no-preference' });
  expect(new Set(await durations())).toEqual(new Set(['0.12s']));
  await window.emulateMedia({ reducedMotion: 'reduce' });
  expect(new Set(await durations())).toEqual(new Set(['0s']));
  await window.emulateMedia({ reducedMotion: 'no-preference' });
  await code.changeSettings(window, { 'workbench.reduceMotion': 'on' });
  await page.locator('body.vscode-reduce-motion').waitFor({ state: 'attached' });
  expect(new Set(await durations())).toEqual(new Set(['0s']));
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('shows where the focus is', async () => {
  await page.getByRole('tab', { name: 'Overview' }).focus();
  await window.keyboard.press('ArrowRight');
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
    return `${outlineStyle} ${outlineWidth}`;
  });
  expect(outline).toBe('solid 1px');
  await window.keyboard.press('ArrowLeft');
});

test.each([
  ['de', 'Dashboard öffnen', 'Gesamtkosten'],
  ['ja', 'ダッシュボードを開く', '合計コスト'],
  ['zh-cn', '打开仪表板', '总成本'],
])('speaks %s, and nothing overflows', async (language, command, total) => {
  const other = await code.openWindow(code.makeWorkspace(language), {
    viewport: { width: 1100, height: 900 },
    language,
  });
  await workbench.statusBarItem(other, meterId);
  await workbench.runCommand(other, `Agent Meter: ${command}`);
  const spoken = await dashboard(other);
  await spoken.getByRole('group', { name: new RegExp(`^${total}`) }).waitFor();
  expect(await spoken.evaluate(() => document.documentElement.lang)).toBe(language);
  const names = await spoken.getByRole('tab').allInnerTexts();
  expect(names).toHaveLength(tabs.length);
  for (const [place, name] of names.entries()) {
    await spoken.getByRole('tab').nth(place).click();
    await other.waitForTimeout(300);
    await workbench.screenshot(other, `dashboard-${language}-${tabs[place]?.toLowerCase() ?? ''}`);
    expect(await overflow(spoken), name).toBeLessThanOrEqual(0);
  }
  await code.closeWindow(other);
});
