/** What stands in the way of a command about budgets is told where one looks: no ledger, a read-only file, a folder that is not trusted. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answer, question } from '../support/quickInput.ts';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { api, ourErrors, startMetered, value } from './meter.ts';

const text = 'limits: { global: { max_cost_per_day: 20 } } # mine\n';

let code: RealVsCode;
let page: Page;
let reporter: Reporter;
let file: string;

async function start(workspaceTrust: boolean): Promise<void> {
  ({ code } = await startMetered({
    workspaceTrust,
    write: (_, { env }) => {
      file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
  }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
}

async function setDailyLimit(usd: string): Promise<void> {
  await workbench.runCommand(page, 'Agent Meter: Set Budget…');
  for (const step of ['(1/5)', '(2/5)', '(3/5)']) await answer(page, step);
  await answer(page, '(4/5)', usd);
  await answer(page, '(5/5)');
}

let expected: RegExp;
beforeEach(() => (expected = /(?!)/));
afterEach(async () => {
  expect(ourErrors(code).filter((error) => !expected.test(error))).toEqual([]);
  await code.close();
});

test('without a ledger each command says why, and nothing hangs', async () => {
  expected = /must be an absolute path/;
  await start(false);
  await code.changeSettings(page, { 'agentMeter.dataDirectory': 'ledger' });
  await until('the failure', async () => {
    const answered = await api(reporter, 'status');
    return !answered.ok && answered.error.code === 'storage_unavailable';
  });
  for (const command of ['Override Budget…', 'Show Queue', 'Verify Audit Trail', 'Export Audit Trail…']) {
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
    await workbench.runCommand(page, `Agent Meter: ${command}`);
    const told = await workbench.notification(page, 'agentMeter.dataDirectory must be an absolute path');
    expect(await told.innerText()).not.toContain('command failed');
  }
  await workbench.screenshot(page, 'trouble-no-ledger');
  await workbench.runCommand(page, 'Notifications: Clear All Notifications');
  await workbench.runCommand(page, 'Agent Meter: Show Budget');
  await until('the document', async () => {
    const shown = await reporter.activeText();
    return shown?.startsWith('# Agent budgets') === true && shown.includes('must be an absolute path');
  });
  await workbench.screenshot(page, 'trouble-no-ledger-document');
  // Questions that only like to know names ask without them, and the limit is written all the same.
  await setDailyLimit('7');
  await until('the limit', () => readFileSync(file, 'utf8').includes('max_cost_per_day: 7'));
  await code.changeSettings(page, { 'agentMeter.dataDirectory': undefined });
  await until('the limit in force', async () => {
    const answered = await api(reporter, 'status');
    return answered.ok && answered.value.budgets.some(({ limit }) => limit === 7);
  });
  await until('the budgets', async () => (await reporter.activeText()) !== undefined);
});

test('a file that is read-only is named, and stays as it is', async () => {
  expected = /can’t be saved/;
  await start(false);
  await code.changeSettings(page, { 'files.readonlyInclude': { '**/config.yaml': true } });
  await setDailyLimit('7');
  const told = await workbench.notification(page, 'config.yaml');
  expect(await told.innerText()).toContain('is it read-only?');
  await workbench.screenshot(page, 'trouble-read-only');
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('in a folder that is not trusted budgets are set, shown and lifted as in any other', async () => {
  await start(true);
  await page.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' }).first().waitFor();
  await setDailyLimit('8');
  await until('the limit', () => readFileSync(file, 'utf8').includes('max_cost_per_day: 8 } } # mine'));
  await until('it to hold', async () =>
    (await value(reporter, 'status')).budgets.some(({ id, limit }) => id === 'global.day.cost' && limit === 8),
  );
  await workbench.runCommand(page, 'Agent Meter: Override Budget…');
  await answer(page, 'Override Budget', 'Everything · cost a day');
  await answer(page, '(1/3)');
  await answer(page, '(2/3)', '4');
  await question(page, '(3/3)');
  await answer(page, '(3/3)', 'a try');
  await until('the override', async () =>
    (await value(reporter, 'status')).budgets.some(({ limit, override }) => limit === 12 && override?.length === 1),
  );
});
