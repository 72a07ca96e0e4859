/**
 * How it looks, in each kind of theme: test-results/screenshots/themes-*.png are for the eye, the assertions for what a
 * machine can judge. And Restricted Mode.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { themes, type RealVsCode } from '../support/realVsCode.ts';
import { writeSampleLogs } from '../support/sampleLogs.mjs';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { contrast } from './contrast.ts';
import { meter, meterId, ourErrors, startMetered, tooltip, untilMeter, value } from './meter.ts';
import { unknownModel } from './transcripts.ts';

const viewport = { width: 1200, height: 760 };

let code: RealVsCode;
let page: Page;

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (transcripts, { env }) => {
      writeSampleLogs(env['CLAUDE_CONFIG_DIR'] ?? '', { now: Date.now() });
      transcripts.append({ model: unknownModel, agoMs: 60_000, input: 500, output: 600 });
    },
  }));
  page = await code.openWindow(code.makeWorkspace('shop'), { viewport });
  await workbench.untilStatusBarItem(page, meterId, ({ text, icons }) => /^\$\d/.test(text) && icons[0] === 'pulse');
  await workbench.runCommand(page, 'Agent Meter: Show Costs');
  await until('the costs', async () => (await workbench.openTabs(page)).some((tab) => tab.includes('Agent Costs')));
});

afterAll(async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
});

describe.each(Object.keys(themes) as (keyof typeof themes)[])('in the theme %s', (theme) => {
  test('the meter and its tooltip are readable', async () => {
    await code.setTheme(page, theme);
    expect(await tooltip(page)).toContain('this month');
    await workbench.screenshot(page, `themes-${theme}`);
    const item = workbench.statusBarLocator(page, meterId);
    // Neither colour is ours: the item has the status bar's own, and the tooltip the hover's.
    expect(await contrast(page, `.statusbar-item[id$="${meterId}"] a`)).toBeGreaterThan(4.5);
    expect(await contrast(page, '.monaco-hover:not(.hidden) strong')).toBeGreaterThan(4.5);
    expect(await contrast(page, '.monaco-hover:not(.hidden) a')).toBeGreaterThan(3);
    expect(await item.evaluate((element) => element.classList.contains('has-background-color'))).toBe(false);
    const hover = page.locator('.monaco-hover:visible').last();
    const box = await hover.boundingBox();
    expect(box === null ? 0 : box.x + box.width).toBeLessThan(viewport.width);
    // Nothing is cut off at the side.
    expect(await hover.evaluate((element) => element.scrollWidth <= element.clientWidth + 1)).toBe(true);
    await workbench.dismissHover(page);
  });
});

test('the meter can be reached and its costs opened by keyboard alone', async () => {
  await workbench.runCommand(page, 'View: Close All Editors');
  await workbench.runCommand(page, 'View: Focus Next Part');
  const focused = (): Promise<boolean> =>
    page.evaluate((id) => document.activeElement?.closest(`.statusbar-item[id$="${id}"]`) !== null, meterId);
  for (let part = 0; part < 8 && !(await inStatusBar()); part++) await page.keyboard.press('F6');
  for (let step = 0; step < 20 && !(await focused()); step++) await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe(true);
  await page.keyboard.press('Enter');
  await until('the costs', async () => (await workbench.openTabs(page)).some((tab) => tab.includes('Agent Costs')));

  async function inStatusBar(): Promise<boolean> {
    return await page.evaluate(() => document.activeElement?.closest('.part.statusbar') !== null);
  }
});

test('Restricted Mode: the meter works, and asks for no trust', async () => {
  const untrusting = await startMetered({
    workspaceTrust: true,
    write: (transcripts) => transcripts.append({ model: 'claude-haiku-4-5-20251001', output: 200_000 }),
  });
  try {
    const restricted = await untrusting.code.openWindow(untrusting.code.makeWorkspace('untrusted'));
    await restricted.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' }).first().waitFor();
    await untilMeter(restricted, '$1.00');
    expect((await meter(restricted)).icons).toEqual(['pulse']);
    expect(await tooltip(restricted)).toContain('Claude Code · 1 file');
    await workbench.screenshot(restricted, 'themes-restricted-mode');
    await workbench.dismissHover(restricted);
    await workbench.runCommand(restricted, 'Agent Meter: Show Costs');
    await until('the costs', async () =>
      (await workbench.openTabs(restricted)).some((tab) => tab.includes('Agent Costs')),
    );
    expect(await workbench.editorText(restricted)).toContain('$1.00');
    const reporter = await untrusting.code.reporter(restricted);
    expect((await value(reporter, 'status')).today.costUsd).toBe(1);
    expect(ourErrors(untrusting.code)).toEqual([]);
  } finally {
    await untrusting.code.close();
  }
});
