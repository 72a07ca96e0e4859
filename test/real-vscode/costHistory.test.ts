/** *Query Cost History…*, *Show Plan Status…*, and the audit trail, verified, exported and tampered with. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, cancel, goBack, items, question, quickInput, type } from '../support/quickInput.ts';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { ourErrors, startMetered, value } from './meter.ts';

const model = { provider: 'mock', model: 'mock-1' };
const budgetPerPlan = 2;

let folder: string;
let code: RealVsCode;
let page: Page;
let reporter: Reporter;

async function start(): Promise<void> {
  ({ code } = await startMetered({
    folder,
    write: (_, { env }) => {
      const where = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter');
      mkdirSync(where, { recursive: true });
      writeFileSync(path.join(where, 'config.yaml'), `budget_per_plan: ${budgetPerPlan}\n`);
    },
  }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
  await value(reporter, 'status');
}

async function spend(id: string, costUsd: number, more: object): Promise<void> {
  await value(reporter, 'report', { ...model, id, tokens: { input: 100, output: 20 }, costUsd, ...more });
}

/** The text of the editor once it begins so and has this. */
async function shown(begins: string, has = ''): Promise<string> {
  return await until(`${begins} with ${has}`, async () => {
    const text = await reporter.activeText();
    return text?.startsWith(begins) === true && text.includes(has) && text;
  });
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'code-'));
  await start();
  await spend('a', 1.25, { project: 'shop', agent: 'coder', plan: 'release-2' });
  await spend('b', 1.75, { project: 'shop', agent: 'reviewer', plan: 'release-2' });
  await spend('c', 0.5, { project: 'blog' });
});

afterAll(async () => {
  // That a budget is used up, and that a trail was changed, is told as an error, and is none of ours.
  expect(ourErrors(code).filter((error) => !/budget.* used|trail was changed/.test(error))).toEqual([]);
  await code.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('Query Cost History', () => {
  const query = async (): Promise<void> => {
    await workbench.runCommand(page, 'Agent Meter: Query Cost History…');
  };

  test('asks for period, grouping, filter and form, and shows a table', async () => {
    await query();
    expect(await question(page, 'Query Cost History (1/4)')).toMatchObject({
      placeholder: 'Which period? Choose, or type dates: 2026-11-01 2026-11-15',
    });
    await workbench.screenshot(page, 'history-1-period');
    await answer(page, '(1/4)', 'Today');
    expect((await question(page, '(2/4)')).placeholder).toBe('By what? Choose, or type several: day, project');
    expect((await items(page)).slice(0, 5)).toMatchObject([
      { label: 'The total alone' },
      { label: 'Day' },
      { label: 'Week' },
      { label: 'Month' },
      { label: 'Provider', description: '' },
    ]);
    await workbench.screenshot(page, 'history-2-grouping');
    await answer(page, '(2/4)', 'project, agent');
    await question(page, '(3/4)');
    await workbench.screenshot(page, 'history-3-filter');
    await answer(page, '(3/4)');
    await question(page, '(4/4)');
    await workbench.screenshot(page, 'history-4-form');
    await answer(page, '(4/4)');
    const text = await shown('# Cost history', 'by Project, Agent');
    expect(text).toContain('Today, by Project, Agent');
    expect(text).toMatch(/\| Project +\| Agent +\| +Cost \|/);
    expect(text).toMatch(/\| shop +\| reviewer +\| +\$1\.75 \|/);
    expect(text).toMatch(/\| blog +\| \(none\) +\| +\$0\.50 \|/);
    expect(text).toMatch(/\| Total +\| +\| +\$3\.50 \|/);
    await workbench.screenshot(page, 'history-table');
  });

  test('answers with CSV, filtered', async () => {
    await query();
    await answer(page, '(1/4)', 'This month');
    await answer(page, '(2/4)', 'agent');
    await answer(page, '(3/4)', 'project');
    await question(page, '(3/4)', 'Project: which one? Choose, or type a name');
    await until('the projects', async () => (await items(page)).map(({ label }) => label).join() === 'shop,blog');
    await answer(page, '(3/4)', 'shop');
    await answer(page, '(4/4)', 'CSV');
    const text = await shown('agent,cost_usd');
    expect(text.trimEnd().split(/\r?\n/).slice(1)).toEqual([
      'reviewer,1.75,100,20,0,0,1,0',
      'coder,1.25,100,20,0,0,1,0',
    ]);
    await workbench.screenshot(page, 'history-csv');
  });

  test('says when nothing was spent', async () => {
    await query();
    await answer(page, '(1/4)', '2020-01-01 2020-01-31');
    await answer(page, '(2/4)');
    await answer(page, '(3/4)');
    await answer(page, '(4/4)');
    const text = await shown('# Cost history', '2020');
    expect(text).toContain('No call is found.');
    expect(text).toMatch(/2020-01-01 00:00 to 2020-02-01 00:00 \(/);
    await workbench.screenshot(page, 'history-empty');
  });

  test.each([
    ['(1/4)', '2026-11-15 2026-11-01', 'One date or two, the earlier first'],
    ['(1/4)', '2026-02-30', 'One date or two, the earlier first'],
    ['(2/4)', 'day, colour', 'Up to six different names of the list'],
    ['(2/4)', 'day, day', 'Up to six different names of the list'],
  ])('says in its list what is wrong at %s with %j, and takes it not', async (step, wrong, said) => {
    await query();
    if (step === '(2/4)') await answer(page, '(1/4)');
    await question(page, step);
    await type(page, wrong);
    await until('what is wrong', async () => (await items(page))[0]?.label.startsWith(said));
    await workbench.screenshot(page, 'history-wrong');
    await page.keyboard.press('Enter');
    await question(page, step);
    await type(page, '');
    await until('the choices again', async () => (await items(page)).length > 3);
    await cancel(page);
  });

  test('goes back from whose name to what is filtered, and leaves no trace', async () => {
    const before = await workbench.openTabs(page);
    await query();
    await answer(page, '(1/4)');
    await answer(page, '(2/4)');
    await answer(page, '(3/4)', 'agent');
    await question(page, '(3/4)', 'Agent: ');
    await goBack(page);
    await question(page, '(3/4)', 'All of it');
    await cancel(page);
    expect(await workbench.openTabs(page)).toEqual(before);
  });
});

describe('Show Plan Status', () => {
  test('offers the plans of this month, and shows cost, what is left and what was used up', async () => {
    await workbench.runCommand(page, 'Agent Meter: Show Plan Status…');
    expect((await question(page, 'Plan Status')).placeholder).toBe(
      'Which plan? Choose one of this month, or type its id',
    );
    expect((await items(page)).map(({ label }) => label)).toEqual(['release-2']);
    await workbench.screenshot(page, 'plan-which');
    await page.keyboard.press('Enter');
    const text = await shown('# Plan release-2', 'Used up');
    expect(text).toMatch(/\| Cost +\| +\$3\.00 \|/);
    expect(text).toMatch(/\| Budget remaining +\| +\$0\.00 \|/);
    expect(text).toMatch(/\| budget_per_plan +\| reviewer +\| +\$3\.00 \| +\$2\.00 \|/);
    await workbench.screenshot(page, 'plan-status');
    await spend('d', 0.25, { plan: 'release-2', provider: 'openai', model: 'gpt-5' });
    await shown('# Plan release-2', '$3.25');
  });

  test('says of a plan that nobody has heard of that nothing is known', async () => {
    await workbench.runCommand(page, 'Agent Meter: Show Plan Status…');
    await answer(page, 'Plan Status', 'release-9');
    await shown('# Plan release-9', 'No call of this plan is known.');
  });
});

describe('the audit trail', () => {
  const target = (): string => path.join(folder, 'workspaces', 'shop', 'agent-meter-audit.ndjson');

  test('is whole, and is exported an entry a line', async () => {
    const { entries } = await value(reporter, 'audit');
    expect(entries.length).toBeGreaterThan(0);
    await workbench.runCommand(page, 'Agent Meter: Verify Audit Trail');
    await workbench.notification(page, `the audit trail is whole, ${entries.length}`);
    await workbench.screenshot(page, 'audit-whole');
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
    await workbench.runCommand(page, 'Agent Meter: Export Audit Trail…');
    // A VS Code in the browser asks with its own quick input where to save.
    await quickInput(page).locator('.quick-input-title').filter({ hasText: 'Export Audit Trail' }).waitFor();
    await workbench.screenshot(page, 'audit-export');
    await page.keyboard.press('Enter');
    const told = await workbench.notification(page, 'The audit trail is exported');
    expect(existsSync(target())).toBe(true);
    const lines = readFileSync(target(), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(entries);
    await told.getByRole('button', { name: 'Open' }).click();
    await shown('{"seq":1');
  });

  test('that somebody changed is told, with the entry, and the way to what is left', async () => {
    // Enough that what closes leaves a file of everything.
    const many = Array.from({ length: 3000 }, (_, index) => ({
      ...model, id: `many-${index}`, tokens: { input: 1, output: 1 }, costUsd: 0, project: `a-project-among-${index}`,
    })); // prettier-ignore
    await value(reporter, 'report', many);
    await code.closeWindow(page);
    await code.close();
    const ledger = path.join(code.home.env['XDG_DATA_HOME'] ?? '', 'agent-meter', 'ledger.sqlite');
    const { Database } = await initSqlJs();
    const database = new Database(readFileSync(ledger));
    database.run(`UPDATE audit SET detail = replace(detail, '"used":3', '"used":1') WHERE kind = 'budget_exhausted'`);
    expect(database.getRowsModified()).toBeGreaterThan(0);
    writeFileSync(ledger, database.export());
    database.close();
    await start();
    const { intact, brokenAt } = await value(reporter, 'audit');
    expect(intact).toBe(false);
    await workbench.runCommand(page, 'Agent Meter: Verify Audit Trail');
    const told = await workbench.notification(page, `Entry ${brokenAt ?? 0} does not follow from the one before it.`);
    await workbench.screenshot(page, 'audit-changed');
    await told.getByRole('button', { name: 'Export Audit Trail…' }).click();
    await quickInput(page).locator('.quick-input-title').filter({ hasText: 'Export Audit Trail' }).waitFor();
    await cancel(page);
  });
});
