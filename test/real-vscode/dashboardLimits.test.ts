/** Budgets, quotas, subscriptions and the audit trail on the dashboard, and money in the currency of display. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { choose, openDashboard, openTab, seriousFindings, tableRows, untilCard } from './dashboardPage.ts';
import { startMetered, tooltip, untilMeter, value, writeConfiguration } from './meter.ts';

const hostile = '<b>x</b>|[y](command:z)';
const configuration = `
currency: { display: EUR, per_usd: 0.5 }
budgets: { daily_limit_usd: 20, hard_stop: false }
subscriptions:
  - { id: claude-pro, provider: anthropic, display_name: Claude Pro, monthly_fee: 20, cycle_day: 1,
      quotas: [ { meter: tokens, period: day, limit: 1000000 } ] }
`;

let code: RealVsCode;
let window: Page;
let reporter: Reporter;
let page: Frame;
let folder: string;

beforeAll(async () => {
  ({ code } = await startMetered({ write: (_, home) => void writeConfiguration(home, configuration) }));
  folder = code.makeWorkspace('shop');
  window = await code.openWindow(folder, { viewport: { width: 1400, height: 1000 } });
  reporter = await code.reporter(window);
  const call = (id: string, provider: string, costUsd: number): object => ({
    id,
    provider,
    model: 'wombat-9',
    project: hostile,
    tokens: { input: 250_000, output: 0 },
    costUsd,
  });
  await value(reporter, 'report', [call('1', 'anthropic', 5), call('2', 'openai', 3)]);
  page = await openDashboard(window);
});

afterAll(async () => {
  await code.close();
});

test('money is in the currency of display everywhere, and says so', async () => {
  await untilCard(page, 'Total cost', '€4.00');
  expect(await page.locator('footer').innerText()).toContain('Shown in EUR, at 0.5 a dollar; counted in USD.');
  const card = page.getByRole('group', { name: /^Total cost/ });
  expect(await card.innerText()).not.toContain('of €10.00');
  await choose(page, 'Period', 'Today');
  await until('the budget of the day', async () => (await card.innerText()).includes('40% of €10.00'));
  await choose(page, 'Period', 'This month');
  await page.locator('#usage svg text', { hasText: 'Budget €10.00' }).waitFor();
  // An axis has round numbers of what is shown.
  expect(await page.locator('#usage svg').first().innerHTML()).toMatch(/€\d/);
  await untilMeter(window, '€4.00 · 40%');
  const hovered = await tooltip(window);
  expect(hovered).toContain('€4.00');
  expect(hovered).toContain('Shown in EUR');
  expect(hovered).not.toContain('$');
  await workbench.dismissHover(window);
  for (const [command, start] of [
    ['Show Costs', '# Agent costs'],
    ['Show Budget', '# Agent budgets'],
  ] as const) {
    await workbench.runCommand(window, `Agent Meter: ${command}`);
    const text = await until(command, async () => {
      const shown = await reporter.activeText();
      return shown?.startsWith(start) === true && shown.includes('€') && shown;
    });
    expect(text).toContain('Shown in EUR, at 0.5 a dollar; counted in USD.');
    expect(text).not.toMatch(/\$\d/);
    await window.keyboard.press('Control+w');
  }
});

test('an export stays in USD', async () => {
  page = await openDashboard(window);
  await page.getByRole('button', { name: 'Export…' }).click();
  await workbench.quickPick(window, 'JSON');
  const input = window.locator('.quick-input-widget .quick-input-box input');
  await until('the place to save', async () => (await input.inputValue()).endsWith('.json'));
  await window.keyboard.press('Enter');
  const name = await until('the file', () => readdirSync(folder).find((each) => each.endsWith('.json')));
  expect(JSON.parse(readFileSync(path.join(folder, name), 'utf8'))).toMatchObject({
    currency: 'USD',
    total: { costUsd: '8' },
  });
});

test('limits show what is used, of what, how fast, and when it begins anew', async () => {
  await value(reporter, 'reportQuota', {
    provider: 'anthropic',
    window: '5h',
    usedPercent: 63,
    resetsAt: new Date(Date.now() + 3_600_000).toISOString(),
    source: 'claude-statusline',
  });
  await openTab(page, 'Limits');
  const row = async (table: string, name: string): Promise<string[]> =>
    await until(`${name} among ${table}`, async () =>
      (await tableRows(page, table)).find(([first = '']) => first.includes(name)),
    );
  expect((await row('Budgets', 'Everything · cost a day')).slice(1, 4)).toEqual(['€4.00', '€10.00', '40%']);
  expect((await row('Quotas', 'Claude Pro · tokens a day')).slice(1, 4)).toEqual(['250,000', '1,000,000', '25%']);
  const observed = await row('Quotas', 'in 5h');
  expect(observed[3]).toBe('63%');
  expect(observed.at(-1)).toContain('claude-statusline');
  // Four fifths of the window have passed, 63 % is used.
  expect(observed[4]).toBe('0.8×');
  expect((await row('Subscriptions', 'Claude Pro')).slice(1, 5)).toEqual(['anthropic', '€10.00', '€2.50', '25%']);
  expect(await seriousFindings(page)).toEqual([]);
  await workbench.screenshot(window, 'dashboard-limits-full');
});

test('the audit trail is there, whole, and its hostile names are text', async () => {
  await value(reporter, 'override', { budget: 'daily_limit_usd', amount: 10, reason: hostile });
  await openTab(page, 'Audit');
  await page.getByText('The trail is whole: 1 entry.').waitFor();
  const [entry = []] = await tableRows(page, 'Audit');
  expect(entry.slice(2, 4)).toEqual(['Budget lifted', 'daily_limit_usd']);
  expect(entry[4]).toContain('Raised by: €5.00');
  expect(entry[4]).toContain(`Reason: ${hostile}`);
  expect(await page.locator('#audit b').count()).toBe(0);
  expect(await seriousFindings(page)).toEqual([]);
  await page.locator('#audit').getByRole('button', { name: 'Copy as Markdown' }).click();
  await page.locator('#audit').getByRole('button', { name: 'Export Audit Trail…' }).click();
  const input = window.locator('.quick-input-widget .quick-input-box input');
  await input.waitFor();
  await window.keyboard.press('Escape');
  const copied = await window.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('| # | When | Kind | Budget | Details |');
  expect(copied).toContain('Reason: \\<b\\>x\\</b\\>\\|\\[y\\](command:z)');
});

test('the engine fails and comes back: the page says so, and has lost nothing', async () => {
  await openTab(page, 'Overview');
  await untilCard(page, 'Total cost', '€4.00');
  await code.changeSettings(window, { 'agentMeter.dataDirectory': 'not/absolute' });
  const notice = page.locator('.notice.error');
  await notice.waitFor();
  expect(await notice.innerText()).toContain('The figures can not be shown');
  await untilCard(page, 'Total cost', '€4.00');
  await workbench.screenshot(window, 'dashboard-engine-failed');
  await code.changeSettings(window, { 'agentMeter.dataDirectory': undefined });
  await notice.waitFor({ state: 'detached' });
  await value(reporter, 'report', {
    id: '3',
    provider: 'openai',
    model: 'wombat-9',
    tokens: { input: 1, output: 1 },
    costUsd: 2,
  });
  await untilCard(page, 'Total cost', '€5.00');
});

test('wrong messages change nothing, and the page gives its way to the host to nobody', async () => {
  await page.evaluate(() => {
    for (const data of [null, 'x', { type: 'state' }, { type: 'state', state: { figures: 1 } }, { type: 'run' }]) {
      globalThis.postMessage(data, '*');
    }
  });
  await until(
    'a refusal of each',
    () => code.consoleErrors.filter((one) => one.includes('a message was refused')).length >= 5,
  );
  await untilCard(page, 'Total cost', '€5.00');
  expect(
    await page.evaluate(() => {
      try {
        (globalThis as unknown as { acquireVsCodeApi: () => unknown }).acquireVsCodeApi();
        return 'given';
      } catch {
        return 'refused';
      }
    }),
  ).toBe('refused');
});
