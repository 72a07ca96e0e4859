/** The dashboard in a real VS Code: its figures, filters, export, its return after a reload, its looks and its safety. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { UsageValue } from '../../src/protocol/api/api';
import { themes, type RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { writeSampleLogs } from '../support/sampleLogs.mjs';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import {
  choose,
  dashboard,
  openDashboard,
  openTab,
  policyViolations,
  seriousFindings,
  tableRows,
  untilCard,
} from './dashboardPage.ts';
import { dollars, ourErrors, startMetered, value, writeConfiguration } from './meter.ts';

/** Far from every limit: an error that is told is in the console as well. */
const configuration = `
limits:
  global: { max_cost_per_day: 500, max_cost_per_month: 5000, hard_stop: false }
  per_project: { default: { max_cost_per_month: 5000, hard_stop: false } }
`;
const hostile = '<img src=x onerror=alert(1)>=1+1|[x](command:workbench.action.quit)';

let code: RealVsCode;
let window: Page;
let reporter: Reporter;
let page: Frame;
let folder: string;
/** Whatever of ours was refused by a policy, also what its author caught. */
let violations: string[];

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, home) => {
      writeSampleLogs(home.env['CLAUDE_CONFIG_DIR'] ?? '', { now: Date.now(), days: 45 });
      writeConfiguration(home, configuration);
    },
  }));
  folder = code.makeWorkspace('shop');
  window = await code.openWindow(folder, { viewport: { width: 1400, height: 1000 } });
  violations = await policyViolations(window);
  reporter = await code.reporter(window);
  await workbench.untilStatusBarItem(
    window,
    'agentMeter.meter',
    ({ text, icons }) => text.includes('$') && icons[0] === 'pulse',
  );
  const call = (id: number, model: string, provider: string, more: object = {}): object => ({
    id: `d-${id}`,
    provider,
    model,
    agent: 'planner',
    run: `run-${id}`,
    project: 'arpg',
    durationMs: 2_000 + id * 100,
    tokens: { input: 412_345 + id, output: 91_200, cacheRead: 3_000_000 },
    ...more,
  });
  await value(reporter, 'report', [
    call(1, 'gpt-5', 'openai'),
    call(2, 'gpt-5', 'openai', { status: 'error' }),
    call(3, 'gpt-5-mini', 'openai', { project: hostile }),
    call(4, 'gemini-2.5-pro', 'google', { status: 'retry' }),
    call(5, 'wombat-9', 'zoo', { costUsd: 0.123456789 }),
  ]);
  page = await openDashboard(window);
});

/** A test whose page went away does not take those behind it along. */
beforeEach(async () => {
  if (!page.isDetached()) return;
  reporter = await code.reporter(window);
  page = await openDashboard(window);
});

afterAll(async () => {
  await code.close();
});

/** What the API says of the month, filtered. */
async function month(groupBy?: string, filter: Record<string, string> = {}): Promise<UsageValue> {
  return await value(reporter, 'usage', {
    period: 'month',
    filter,
    ...(groupBy !== undefined && { groupBy: [groupBy] }),
  });
}

test('every figure on the page is that of the API', async () => {
  const { total } = await month();
  await untilCard(page, 'Total cost', dollars(total.costUsd));
  expect(await page.getByRole('group', { name: /^Agent runs/ }).innerText()).toContain(
    `${total.events.toLocaleString('en-US')} requests`,
  );
  for (const [title, groupBy] of [
    ['Cost by model', 'model'],
    ['Cost by project', 'project'],
    ['Cost by agent', 'agent'],
    ['Cost by provider', 'provider'],
    ['Cost by tier', 'tier'],
  ] as const) {
    const { rows } = await month(groupBy);
    // The page shows the six costliest at first.
    const expected = rows.slice(0, 6).map((row) => [row[groupBy] ?? '(none)', dollars(row.costUsd)]);
    const shown = (await tableRows(page, title)).map((cells) => [cells[0], cells[2]]);
    expect(new Set(shown.map(String)), title).toEqual(new Set(expected.map(String)));
  }
});

test('the table behind the bars adds up to the same', async () => {
  await page.locator('#usage').getByRole('button', { name: 'Show as table' }).click();
  const { rows } = await month('day');
  const shown = (await tableRows(page, 'Usage by day')).map((cells) => cells[1]).filter((cost) => cost !== '$0.00');
  expect(shown).toEqual(rows.filter(({ costUsd }) => costUsd > 0).map(({ costUsd }) => dollars(costUsd)));
  await page.locator('#usage').getByRole('button', { name: 'Show as chart' }).click();
  await page.locator('#usage svg').first().waitFor();
});

test('a row filters, and so do the dropdowns', async () => {
  await page.getByRole('button', { name: 'gpt-5', exact: true }).first().click();
  await untilCard(page, 'Total cost', dollars((await month(undefined, { model: 'gpt-5' })).total.costUsd));
  await choose(page, 'Agent', 'claude-code');
  await page.locator('.empty').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await untilCard(page, 'Total cost', dollars((await month()).total.costUsd));
  await choose(page, 'Tier', 'high');
  await untilCard(page, 'Total cost', dollars((await month(undefined, { tier: 'high' })).total.costUsd));
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await choose(page, 'Period', 'Today');
  const today = await value(reporter, 'usage', { period: 'today' });
  await untilCard(page, 'Total cost', dollars(today.total.costUsd));
  await choose(page, 'Period', 'This month');
});

test('a call that is reported is on the page within a moment', async () => {
  const before = await month();
  await value(reporter, 'report', {
    id: 'live',
    provider: 'zoo',
    model: 'wombat-9',
    tokens: { input: 1, output: 1 },
    costUsd: 7,
  });
  await untilCard(page, 'Total cost', dollars(before.total.costUsd + 7));
});

test('down to one request: sorted, found, opened', async () => {
  await openTab(page, 'Activity');
  const lines = page.locator('.line-row');
  await page.getByRole('table', { name: 'Requests' }).getByRole('button', { name: 'Cost' }).click();
  await until('the costliest first', async () => (await lines.first().innerText()).includes('$7.00'));
  await page.locator('#requests vscode-text-field').locator('input').fill('gemini');
  await until('one request', async () => (await page.locator('#requests .note').first().innerText()) === '1 request');
  await until('its line', async () => (await lines.first().innerText()).includes('gemini-2.5-pro'));
  await lines.first().click();
  const details = await page.locator('.details').innerText();
  for (const part of ['gemini-2.5-pro', 'run-4', 'planner', 'retry', '412,349']) expect(details).toContain(part);
  await page.locator('#requests vscode-text-field').locator('input').fill('');
  await openTab(page, 'Overview');
});

test('a hostile name is text, on the page and in what is copied', async () => {
  const row = page.locator('#by-project').getByRole('button', { name: hostile, exact: true });
  await row.waitFor();
  expect(await page.locator('img').count()).toBe(0);
  await page.locator('#by-project').getByRole('button', { name: 'Copy as Markdown' }).click();
  const copied = await until('the copy', async () => {
    const text = await window.evaluate(() => navigator.clipboard.readText());
    return text.includes('arpg') && text;
  });
  expect(copied).toContain('| Project | Cost | Share |');
  expect(copied).toContain('\\<img src=x onerror=alert(1)\\>=1+1\\|\\[x\\](command:workbench.action.quit)');
});

test.each([
  ['CSV', '.csv', 'cost_usd'],
  ['FOCUS CSV', '.focus.csv', 'BilledCost'],
])('exports %s, whose sum is the page’s', async (format, suffix, column) => {
  const text = await exported(format, suffix);
  const [head = '', ...lines] = text.trimEnd().split('\r\n');
  const place = head.split(',').indexOf(column);
  // The column is before any name that has commas or quotes, or the last.
  const costs = lines.map((line) => Number(line.split(',').at(place === head.split(',').length - 1 ? -1 : place)));
  const { total } = await month();
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(total.costUsd, 7);
  expect(text).not.toMatch(/(^|,)"?[=+@]/m);
});

test('exports JSON, whose sum is the page’s', async () => {
  const { currency, total, rows } = JSON.parse(await exported('JSON', '.json')) as {
    currency: string;
    total: { costNanos: number; costUsd: string };
    rows: { costNanos: number; project: string | null }[];
  };
  expect(currency).toBe('USD');
  expect(rows.reduce((sum, { costNanos }) => sum + costNanos, 0)).toBe(total.costNanos);
  expect(Number(total.costUsd)).toBeCloseTo((await month()).total.costUsd, 7);
  expect(rows.map(({ project }) => project)).toContain(hostile);
});

/** The text of the file that *Export…* writes. */
async function exported(format: string, suffix: string): Promise<string> {
  await page.getByRole('button', { name: 'Export…' }).click();
  await workbench.quickPick(window, format);
  const input = window.locator('.quick-input-widget .quick-input-box input');
  await until('the place to save', async () => (await input.inputValue()).endsWith(suffix));
  await window.keyboard.press('Enter');
  return await until('the file', () => {
    const name = readdirSync(folder).find((each) => each.endsWith(suffix));
    return name !== undefined && readFileSync(path.join(folder, name), 'utf8');
  });
}

test('comes back after a reload, as it was', async () => {
  await choose(page, 'Period', 'Last 30 days');
  await choose(page, 'Provider', 'openai');
  const filtered = { provider: 'openai' };
  const told = await month(undefined, filtered);
  await untilCard(page, 'Total cost', dollars(told.total.costUsd));
  await workbench.untilRemembered(window, ['agentMeter.dashboard', 'last_30_days', 'openai']);
  await code.reloadWindow(window);
  reporter = await code.reporter(window);
  page = await dashboard(window);
  await untilCard(page, 'Total cost', dollars(told.total.costUsd));
  expect(
    await page.locator('vscode-dropdown[aria-label="Period"]').evaluate((one) => (one as HTMLSelectElement).value),
  ).toBe('last_30_days');
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
});

test('hidden it costs nothing, and is right when seen again', async () => {
  await choose(page, 'Period', 'This month');
  await workbench.runCommand(window, 'Agent Meter: Show Costs');
  await until('another tab', async () => (await workbench.editorText(window)).includes('Agent costs'));
  await value(reporter, 'report', {
    id: 'unseen',
    provider: 'zoo',
    model: 'wombat-9',
    tokens: { input: 1, output: 1 },
    costUsd: 3,
  });
  await window
    .locator('.tabs-container')
    .getByRole('tab', { name: /^Agent Meter/ })
    .click();
  page = await dashboard(window);
  await untilCard(page, 'Total cost', dollars((await month()).total.costUsd));
});

test('the side bar has the same figures', async () => {
  await window
    .locator('.activitybar')
    .getByRole('tab', { name: /^Agent Meter/ })
    .click();
  const side = await workbench.webviewFrame(window, 'main.sidebar .cards');
  await untilCard(side, 'Total cost', dollars((await month()).total.costUsd));
  expect(await seriousFindings(side)).toEqual([]);
  await side.getByRole('button', { name: 'Open Dashboard' }).click();
});

test('can be used with the keyboard alone', async () => {
  await openTab(page, 'Overview');
  await window.keyboard.press('ArrowRight');
  await page.locator('#months').waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('History');
  await page.locator('.heat td[tabindex="0"]').focus();
  await window.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/2026|\d{4}: \$/);
  await page.getByRole('tab', { name: 'History' }).focus();
  await window.keyboard.press('ArrowLeft');
});

test.each(Object.keys(themes) as (keyof typeof themes)[])(
  'looks as VS Code does, and is accessible: %s',
  async (theme) => {
    await code.setTheme(window, theme);
    for (const [width, size] of [
      ['wide', { width: 1400, height: 1000 }],
      ['narrow', { width: 760, height: 1000 }],
    ] as const) {
      await window.setViewportSize(size);
      for (const tab of ['Overview', 'History', 'Limits', 'Insights', 'Activity', 'Audit']) {
        await openTab(page, tab);
        await window.waitForTimeout(400);
        await workbench.screenshot(window, `dashboard-${theme}-${width}-${tab.toLowerCase()}`);
        expect(await seriousFindings(page), `${theme} ${width} ${tab}`).toEqual([]);
      }
      // Nothing is wider than its place.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    await window.setViewportSize({ width: 1400, height: 1000 });
  },
);

test('breaks no policy', () => {
  expect(violations).toEqual([]);
});

test('writes no error to the console', () => {
  expect(ourErrors(code)).toEqual([]);
});
