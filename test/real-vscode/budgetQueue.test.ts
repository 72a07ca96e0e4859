/** *Show Queue*: who waits for a limit, in the order of their turns; a slot that frees goes to the next, a cancelled wait is told. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decision } from '../../src/protocol/api/budgetAnswers';
import { cancel, items, question } from '../support/quickInput.ts';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { ourErrors, startMetered, value } from './meter.ts';

let code: RealVsCode;
let page: Page;
let reporter: Reporter;
const waiting = new Map<string, Promise<Decision>>();

async function start(run: string, waitMs = 0): Promise<Decision> {
  return await value(reporter, 'startRun', { run, agent: 'coder', waitMs });
}

async function queue(): Promise<string[]> {
  return (await value(reporter, 'queue')).waiting.map(({ ticket }) => ticket);
}

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => {
      const folder = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter');
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'config.yaml'), 'limits: { global: { max_concurrent_agents: 1 } }\n');
    },
  }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
});

afterAll(async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
});

test('says so when nobody waits', async () => {
  await workbench.runCommand(page, 'Agent Meter: Show Queue');
  await workbench.notification(page, 'nobody waits for a limit');
  await workbench.screenshot(page, 'queue-empty');
  await workbench.runCommand(page, 'Notifications: Clear All Notifications');
});

test('shows who waits, since when, until when and for what, in the order of their turns', async () => {
  expect((await start('build')).decision).toBe('allow');
  for (const run of ['review', 'tests', 'docs']) {
    waiting.set(run, start(run, 120_000));
    await until(`${run} to wait`, async () => (await queue()).includes(run));
  }
  await workbench.runCommand(page, 'Agent Meter: Show Queue');
  expect(await question(page, 'Queue')).toMatchObject({ placeholder: 'Choose one to cancel its wait' });
  const shown = await items(page);
  expect(shown.map(({ label }) => label)).toEqual(['1. Run review', '2. Run tests', '3. Run docs']);
  expect(shown[0]).toMatchObject({
    description: expect.stringMatching(/^queued (just now|\d+ min\. ago), gives up in \d+ min\.$/) as string,
    detail: 'Waits for Everything · agents at work (global.run.concurrent_agents)',
    icon: 'clock',
  });
  await workbench.screenshot(page, 'queue');
});

test('cancels nothing when one goes away, from the list or from the question', async () => {
  await cancel(page);
  await workbench.runCommand(page, 'Agent Meter: Show Queue');
  await question(page, 'Queue');
  await page.keyboard.press('Enter');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor({ state: 'visible', timeout: 30_000 });
  expect(await dialog.innerText()).toContain('Take review out of the queue?');
  await workbench.screenshot(page, 'queue-cancel');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(await queue()).toEqual(['review', 'tests', 'docs']);
});

test('takes one out, whose agent is told at once', async () => {
  await workbench.runCommand(page, 'Agent Meter: Show Queue');
  await question(page, 'Queue');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByRole('button', { name: 'Cancel Its Wait' }).click();
  const decision = await waiting.get('tests');
  expect(decision).toMatchObject({ decision: 'block', reasons: [{ kind: 'cancelled', effect: 'block' }] });
  expect(await queue()).toEqual(['review', 'docs']);
  await page.locator('.statusbar-item').filter({ hasText: 'tests waits no longer.' }).waitFor();
});

test('drains in order as slots free', async () => {
  const turns: string[] = [];
  for (const run of ['review', 'docs']) void waiting.get(run)?.then(({ decision }) => turns.push(`${run} ${decision}`));
  await value(reporter, 'endRun', { run: 'build' });
  await until('the first turn', () => turns.length === 1);
  expect(await queue()).toEqual(['docs']);
  await value(reporter, 'endRun', { run: 'review' });
  await until('the second turn', () => turns.length === 2);
  expect(turns).toEqual(['review allow', 'docs allow']);
  expect(await queue()).toEqual([]);
});
