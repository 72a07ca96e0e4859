/** Insights in a real VS Code: told with their savings, followed to the failures, dismissed, applied once the change was seen, undone. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { openDashboard, openTab, seriousFindings } from './dashboardPage.ts';
import { startMetered, value } from './meter.ts';

let code: RealVsCode;
let window: Page;
let page: Frame;
let file: string;
let reporter: Reporter;

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => void (file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml')),
  }));
  window = await code.openWindow(code.makeWorkspace('shop'), { viewport: { width: 1400, height: 1000 } });
  reporter = await code.reporter(window);
  const calls = Array.from({ length: 60 }, (_, index) => ({
    id: `i-${index}`,
    provider: 'openai',
    model: 'gpt-5',
    agent: 'scribe',
    status: index % 3 === 0 ? 'error' : 'ok',
    tokens: { input: 150_000, output: 100 },
  }));
  await value(reporter, 'report', calls);
  page = await openDashboard(window);
  await openTab(page, 'Insights');
});

afterAll(async () => {
  await code.close();
});

test('are told with what they would save, for everybody', async () => {
  await page.getByRole('heading', { name: 'scribe sends too much context to gpt-5' }).waitFor();
  await page.getByRole('heading', { name: 'scribe fails often with gpt-5' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

test('lead to the failures', async () => {
  await page.getByRole('button', { name: 'View failures' }).click();
  await page.getByText('20 requests', { exact: true }).waitFor();
  await page.locator('.chip', { hasText: 'failed' }).waitFor();
  await openTab(page, 'Insights');
});

test('are gone when they are dismissed', async () => {
  const failing = page.locator('.insight', { hasText: 'fails often' });
  await failing.getByRole('button', { name: 'Dismiss for a month' }).click();
  await failing.waitFor({ state: 'detached' });
});

test('lead to the configuration', async () => {
  const large = page.locator('.insight', { hasText: 'too much context' });
  await large.getByRole('button', { name: 'Configure' }).click();
  await workbench.quickPick(window, 'User');
  await until('the configuration', async () => (await reporter.activeText())?.includes('#') === true);
  await window
    .locator('.tabs-container')
    .getByRole('tab', { name: /^Agent Meter/ })
    .click();
  page = await workbench.webviewFrame(window, 'main.editor .insight');
});

test('are applied once the change was seen, and undone', async () => {
  const large = page.locator('.insight', { hasText: 'too much context' });
  await large.getByRole('button', { name: 'Apply…' }).click();
  const question = await workbench.notification(window, 'Change the configuration as shown?');
  await window.locator('.monaco-diff-editor .editor.modified', { hasText: 'max_tokens_per_request' }).waitFor();
  const before = readFileSync(file, 'utf8');
  expect(before).not.toMatch(/^\s+scribe:/m);
  await question.getByRole('button', { name: 'Apply', exact: true }).click();
  await until('the change is saved', () => readFileSync(file, 'utf8').includes('max_tokens_per_request: 120000'));
  await window.locator('.editor-instance .view-lines').first().click();
  await window.keyboard.press('Control+z');
  await window.keyboard.press('Control+s');
  await until('the change is undone', () => readFileSync(file, 'utf8') === before);
});
