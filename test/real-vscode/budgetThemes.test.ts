/**
 * How budgets look in each kind of theme: test-results/screenshots/budget-themes-*.png are for the eye, the assertions for
 * what a machine can judge: contrast, and that nothing is cut off.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, cancel, question, quickInput, type, untilMessage } from '../support/quickInput.ts';
import { themes, type RealVsCode } from '../support/realVsCode.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { contrast } from './contrast.ts';
import { meterId, ourErrors, startMetered, tooltip, value } from './meter.ts';

let code: RealVsCode;
let page: Page;

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => {
      const folder = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter');
      mkdirSync(folder, { recursive: true });
      const yaml = `budgets: { daily_limit_usd: 10, monthly_limit_usd: 15, hard_stop: false }\nlimits: { global: { max_concurrent_agents: 1 } }\n`;
      writeFileSync(path.join(folder, 'config.yaml'), yaml);
    },
  }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  const reporter = await code.reporter(page);
  for (const run of ['build', 'review']) await value(reporter, 'startRun', { run, agent: 'coder' });
  const call = { provider: 'mock', model: 'mock-1', tokens: { input: 1200, output: 300 }, project: 'shop' };
  await value(reporter, 'report', { ...call, id: 'a', costUsd: 12.5 });
  await value(reporter, 'override', { budget: 'monthly_limit_usd', amount: 5, reason: 'release night' });
});

afterAll(async () => {
  // That a budget is used up is told as an error, and is none of ours.
  expect(ourErrors(code).filter((error) => !/budget.* used/.test(error))).toEqual([]);
  await code.close();
});

describe.each(Object.keys(themes) as (keyof typeof themes)[])('in the theme %s', (theme) => {
  test('meter, tooltip, document and questions can be read', async () => {
    await code.setTheme(page, theme);
    await workbench.runCommand(page, 'Agent Meter: Show Budget');
    await until('its tab', async () => (await workbench.openTabs(page)).some((tab) => tab.includes('Agent Budgets')));
    const item = await workbench.untilStatusBarItem(page, meterId, ({ kind }) => kind === 'error');
    expect(item.text).toContain('125%');
    expect(await contrast(page, `.statusbar-item[id$="${meterId}"] a`)).toBeGreaterThan(4.5);
    await workbench.screenshot(page, `budget-themes-${theme}-document`);
    expect(await tooltip(page)).toContain('is lifted: $5.00 more');
    await workbench.screenshot(page, `budget-themes-${theme}-tooltip`);
    expect(await contrast(page, '.monaco-hover:not(.hidden) p')).toBeGreaterThan(4.5);
    const hover = page.locator('.monaco-hover:visible').last();
    expect(await hover.evaluate((element) => element.scrollWidth <= element.clientWidth + 1)).toBe(true);
    await workbench.dismissHover(page);

    await workbench.runCommand(page, 'Agent Meter: Override Budget…');
    await question(page, 'Override Budget');
    await settled();
    await workbench.screenshot(page, `budget-themes-${theme}-which`);
    const rows = '.quick-input-widget .quick-input-list .monaco-list-row';
    expect(await contrast(page, `${rows} .label-name`)).toBeGreaterThan(4.5);
    await answer(page, 'Override Budget', 'Everything · cost a day');
    await answer(page, '(1/3)');
    await question(page, '(2/3)');
    await type(page, 'five');
    await untilMessage(page, 'An amount in USD');
    await settled();
    await workbench.screenshot(page, `budget-themes-${theme}-wrong`);
    expect(await contrast(page, '.quick-input-widget .quick-input-message')).toBeGreaterThan(4.5);
    await cancel(page);
    await workbench.runCommand(page, 'Agent Meter: Show Queue');
    await question(page, 'Queue');
    await settled();
    await workbench.screenshot(page, `budget-themes-${theme}-queue`);
    await cancel(page);
  });
});

/** VS Code lets its quick input appear by and by. */
async function settled(): Promise<void> {
  await quickInput(page).evaluate(async (element) => {
    await Promise.all(element.getAnimations({ subtree: true }).map((animation) => animation.finished));
  });
}
