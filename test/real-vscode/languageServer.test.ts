/** The configuration's editor when things go wrong: the server dies, the text is broken, another window writes the file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { descendants } from '../support/processes.mjs';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { meter, meterId, ourErrors, startMetered } from './meter.ts';

const text = `# Mine.
timezone: UTC
strategy: cheapest
`;

let code: RealVsCode;
let page: Page;
let reporter: Reporter;
let file: string;

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => {
      file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
  }));
  page = await code.openWindow(undefined);
  reporter = await openConfiguration(page);
});

afterAll(async () => {
  // The file is wrong on purpose, and we end servers that others restart.
  expect(ourErrors(code).filter((error) => !/is not obeyed|Connection (?:got|to server)/.test(error))).toEqual([]);
  await code.close();
});

async function openConfiguration(window: Page): Promise<Reporter> {
  const agent = await code.reporter(window);
  await workbench.untilStatusBarItem(window, meterId, ({ text: shown }) => shown.startsWith('$0.00'));
  await workbench.runCommand(window, 'Agent Meter: Open Configuration');
  await until('the configuration', async () => (await agent.activeText())?.startsWith('# Mine.'));
  return agent;
}

const errorsIn = (window: Page): Locator => window.locator('.editor-group-container.active .squiggly-error');

async function servers(window: Page): Promise<number[]> {
  const host = await code.extensionHost(window);
  return descendants(host)
    .filter(({ command }) => command.includes('language.js'))
    .map(({ pid }) => pid);
}

test('a wrong value is mended by its quick fix', async () => {
  await errorsIn(page).first().waitFor({ state: 'attached', timeout: 30_000 });
  writeFileSync(file, text.replace('cheapest', 'balancd'));
  await until('the text from the disk', async () => (await reporter.activeText())?.includes('balancd'));
  await errorsIn(page).first().waitFor({ state: 'attached', timeout: 30_000 });
  await workbench.runCommand(page, 'Go to Next Problem (Error, Warning, Info)');
  await workbench.runCommand(page, 'Quick Fix...');
  const fix = page.locator('.action-widget').getByText('Change to balanced');
  await fix.waitFor({ state: 'visible', timeout: 30_000 });
  await workbench.screenshot(page, 'language-quick-fix');
  await page.keyboard.press('Enter');
  await until('the mended text', async () => (await reporter.activeText())?.includes('strategy: balanced'));
  await errorsIn(page).first().waitFor({ state: 'detached', timeout: 30_000 });
  await page.keyboard.press('Escape');
  await workbench.runCommand(page, 'File: Save');
});

test('a server that is killed starts again, and completes what was typed meanwhile', async () => {
  const before = await until('the server', async () => (await servers(page))[0]);
  await page.locator('.editor-group-container.active .view-lines').first().click();
  await page.keyboard.press('Control+End');
  process.kill(before, 'SIGKILL');
  await page.keyboard.type('lim');
  const row = page.locator('.suggest-widget:visible .monaco-list-row').filter({ hasText: 'limits' }).first();
  await until(
    'the suggestion',
    async () => {
      if (await row.isVisible()) return true;
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Space');
      await page.waitForTimeout(500);
      return await row.isVisible();
    },
    { timeoutMs: 30_000 },
  );
  const [after] = await servers(page);
  expect(after).not.toBe(before);
  await page.keyboard.press('Enter');
  await until('the key', async () => (await reporter.activeText())?.includes('limits:\n  '));
});

test('a text that is broken in the middle is read as far as it goes, and keeps what was obeyed', async () => {
  await page.keyboard.press('Escape');
  await page.keyboard.type('global: { max_cost_per_day: 5');
  // What the editor has closed for us.
  await page.keyboard.press('Delete');
  await errorsIn(page).first().waitFor({ state: 'attached', timeout: 30_000 });
  await workbench.runCommand(page, 'File: Save');
  await until('the warning', async () => (await meter(page)).icons.includes('warning'));
  await page.keyboard.press('Control+End');
  await page.keyboard.type(', max_to');
  const row = page.locator('.suggest-widget:visible .monaco-list-row').filter({ hasText: 'max_tokens_per_day' });
  await row.first().waitFor({ state: 'visible', timeout: 30_000 });
  await page.keyboard.press('Escape');
  for (let typed = ', max_to'.length; typed > 0; typed--) await page.keyboard.press('Backspace');
  await page.keyboard.type(' }');
  await errorsIn(page).first().waitFor({ state: 'detached', timeout: 30_000 });
  await workbench.runCommand(page, 'File: Save');
  await until('no warning', async () => !(await meter(page)).icons.includes('warning'));
});

test('two windows with the file open show the same of what one of them writes', async () => {
  const other = await code.openWindow(undefined);
  const agent = await openConfiguration(other);
  expect(await agent.activeText()).toBe(await reporter.activeText());
  await page.locator('.editor-group-container.active .view-lines').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Home');
  await page.keyboard.type('strateg: x');
  await page.keyboard.press('Escape');
  await errorsIn(page).first().waitFor({ state: 'attached', timeout: 30_000 });
  await workbench.runCommand(page, 'File: Save');
  await until('the text of the other window', async () => (await agent.activeText())?.includes('strateg: x'));
  await errorsIn(other).first().waitFor({ state: 'attached', timeout: 30_000 });
  for (const window of [page, other]) {
    await until('the warning', async () => (await meter(window)).icons.includes('warning'));
  }
  await code.closeWindow(other);
});
