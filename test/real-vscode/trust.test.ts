/** A stranger's `.vscode/agent-meter.yaml`: before its folder is trusted it can only tighten, and the editor says what it does not get. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import * as workbench from '../support/workbench.ts';
import { dollars, meter, ourErrors, startMetered, untilMeter, value } from './meter.ts';
import type { Transcripts } from './transcripts.ts';

const ofTheUser = `providers: { anthropic: { tokens_per_day: 127000 } }
limits: { global: { max_cost_per_day: 20, max_cost_per_month: 300 } }
`;
const ofAStranger = `strategy: budget
providers: { anthropic: { tokens_per_day: 70000 } }
limits: { global: { max_cost_per_day: 15, max_cost_per_month: null } }
`;

let code: RealVsCode;
let transcripts: Transcripts;
let page: Page;
let reporter: Reporter;

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const spent = (): string => dollars(transcripts.todayUsd);
const squiggles = () => page.locator('.editor-group-container.active .squiggly-warning');

async function limitOf(id: string): Promise<number | null | undefined> {
  const { budgets } = await value(reporter, 'status');
  return budgets.find((budget) => budget.id === id)?.limit;
}

beforeAll(async () => {
  ({ code, transcripts } = await startMetered({
    workspaceTrust: true,
    write: (logs, { env }) => {
      logs.append({ model: 'claude-opus-4-6', input: 1500, output: 62_000 });
      write(path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml'), ofTheUser);
    },
  }));
  const folder = code.makeWorkspace('downloaded');
  write(path.join(folder, '.vscode', 'agent-meter.yaml'), ofAStranger);
  page = await code.openWindow(folder);
  reporter = await code.reporter(page);
});

afterAll(async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
});

test('in Restricted Mode it tightens a budget, and lifts and changes nothing', async () => {
  await page.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' }).first().waitFor();
  await untilMeter(page, `${spent()} · 50%`);
  expect(await limitOf('global.day.cost')).toBe(15);
  expect(await limitOf('global.month.cost')).toBe(300);
});

test('in Restricted Mode the editor says what is ignored', async () => {
  await workbench.runCommand(page, 'Agent Meter: Open Configuration');
  await workbench.quickPick(page, 'Workspace');
  await squiggles().first().waitFor({ state: 'attached', timeout: 30_000 });
  await workbench.runCommand(page, 'Problems: Focus on Problems View');
  const problems = page.locator('.markers-panel .monaco-list-row');
  await problems.filter({ hasText: 'providers is ignored until you trust this workspace' }).first().waitFor();
  await problems.filter({ hasText: 'strategy is ignored until you trust this workspace' }).first().waitFor();
  await workbench.screenshot(page, 'trust-restricted');
});

test('once the folder is trusted all of it counts but what lifts the user’s limits', async () => {
  await workbench.runCommand(page, 'Workspaces: Manage Workspace Trust');
  await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).first().click();
  await untilMeter(page, `${spent()} · 90%`);
  expect(await limitOf('global.day.cost')).toBe(15);
  expect(await limitOf('global.month.cost')).toBe(300);
  expect((await meter(page)).icons).toEqual(['pulse']);
  const problems = page.locator('.markers-panel .monaco-list-row');
  await problems.filter({ hasText: 'is ignored until' }).first().waitFor({ state: 'detached', timeout: 30_000 });
  await workbench.screenshot(page, 'trust-granted');
});
