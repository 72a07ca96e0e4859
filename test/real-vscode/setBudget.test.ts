/** *Set Budget…* from the keyboard: asks step by step, writes the limit into the user's file, and says what it can't write. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answer, cancel, focused, goBack, items, question, type, typed, untilMessage } from '../support/quickInput.ts';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { ourErrors, startMetered, value } from './meter.ts';

const text = `# What this machine may spend.
limits:
  global:
    max_cost_per_day: 20 # until the release
    max_tokens_per_day: 1000000
  per_project: # each of them
    default: { max_cost_per_month: 200.00 }
`;

let code: RealVsCode;
let page: Page;
let reporter: Reporter;
let file: string;

const read = (): string => readFileSync(file, 'utf8');

async function limitOf(id: string): Promise<number | null | undefined> {
  return (await value(reporter, 'status')).budgets.find((budget) => budget.id === id)?.limit;
}

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => {
      file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
  }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
  await value(reporter, 'report', {
    id: 'a', provider: 'mock', model: 'mock-1', tokens: { input: 1, output: 1 }, costUsd: 1, project: 'shop',
  }); // prettier-ignore
});

afterAll(async () => {
  // What can't be written is told as an error, and is none of ours.
  const told = /must be mended|is not obeyed|can’t be/;
  expect(ourErrors(code).filter((error) => !told.test(error))).toEqual([]);
  await code.close();
});

async function start(): Promise<void> {
  await workbench.runCommand(page, 'Agent Meter: Set Budget…');
}

describe('a limit of everything', () => {
  test('is offered as it is now, is written with its comments, and holds at once', async () => {
    await start();
    expect(await question(page, 'Set Budget (1/5)')).toMatchObject({ placeholder: 'What is the budget about?' });
    expect(await focused(page)).toContain('Everything');
    await workbench.screenshot(page, 'set-budget-1-scope');
    await answer(page, '(1/5)');
    await question(page, '(2/5)');
    expect(await focused(page)).toContain('a day');
    await workbench.screenshot(page, 'set-budget-2-period');
    await answer(page, '(2/5)');
    await question(page, '(3/5)');
    expect(await focused(page)).toContain('cost');
    await answer(page, '(3/5)');
    expect((await question(page, '(4/5)')).message).toContain('Limit in USD');
    expect(await typed(page)).toBe('20');
    await workbench.screenshot(page, 'set-budget-4-limit');
    await answer(page, '(4/5)', '12.50');
    await question(page, '(5/5)');
    expect(await focused(page)).toContain('Hard');
    await workbench.screenshot(page, 'set-budget-5-hard');
    await answer(page, '(5/5)');
    await until(
      'the limit in the file',
      () => read() === text.replace('max_cost_per_day: 20 #', 'max_cost_per_day: 12.5 #'),
    );
    await until('the limit in force', async () => (await limitOf('global.day.cost')) === 12.5);
    await until('the file in an editor', async () => (await reporter.activeText()) === read());
    expect(await workbench.notifications(page)).toEqual([]);
    await workbench.screenshot(page, 'set-budget-written');
  });

  test('is taken back by undo', async () => {
    await page.locator('.editor-group-container.active .view-lines').first().click();
    await page.keyboard.press('Control+Z');
    await until('the text before', async () => (await reporter.activeText()) === text);
    await workbench.runCommand(page, 'File: Save');
    await until('the limit before', async () => (await limitOf('global.day.cost')) === 20);
    expect(read()).toBe(text);
  });

  test('that only warns says so in the file', async () => {
    await start();
    for (const step of ['(1/5)', '(2/5)', '(3/5)', '(4/5)']) await answer(page, step);
    await answer(page, '(5/5)', 'Soft');
    await until('the soft limit', () => read().includes('hard_stop: false'));
    expect(read()).toContain('# until the release');
    const { budgets } = await value(reporter, 'status');
    await until('it to hold', async () =>
      (await value(reporter, 'status')).budgets.some(({ id, hard }) => id.includes('day.cost') && !hard),
    );
    expect(budgets.length).toBeGreaterThan(0);
    writeFileSync(file, text);
    await until('the text of before', async () => (await reporter.activeText()) === text);
  });
});

describe('the questions', () => {
  test('name whom this month knows, take any other name, and are asked only where there is a choice', async () => {
    await start();
    await answer(page, '(1/5)', 'project');
    expect(await question(page, '(2/6)')).toMatchObject({ placeholder: 'For whom? Choose, or type a name' });
    expect((await items(page)).map(({ label }) => label)).toEqual(['Each by itself', 'shop']);
    await type(page, 'blog');
    await until('the name', async () =>
      (await items(page)).some(({ label, description }) => label === 'blog' && description === 'not seen yet'),
    );
    await workbench.screenshot(page, 'set-budget-whose');
    await answer(page, '(2/6)', 'shop');
    await question(page, '(3/6)');
    await goBack(page);
    await question(page, '(2/6)');
    expect(await focused(page)).toContain('shop');
    await goBack(page);
    await question(page, '(1/6)');
    expect(await focused(page)).toContain('Project');
    // A limit on each request has no period to choose.
    await answer(page, '(1/6)', 'Every request');
    await answer(page, '(2/4)', 'cost');
    await question(page, '(3/4)');
    expect(await typed(page)).toBe('1');
    await cancel(page);
    expect(read()).toBe(text);
  });

  test.each([
    ['', 'An amount in USD'],
    ['-1', 'An amount in USD'],
    ['1e3', 'An amount in USD'],
    ['12,50', 'An amount in USD'],
    ['0x10', 'An amount in USD'],
    ['20000000', 'At most 9,000,000 USD.'],
  ])('say in their field what is wrong with %j', async (wrong, said) => {
    await start();
    for (const step of ['(1/5)', '(2/5)', '(3/5)']) await answer(page, step);
    await question(page, '(4/5)');
    await type(page, wrong);
    await page.keyboard.press('Enter');
    await untilMessage(page, said);
    await workbench.screenshot(page, 'set-budget-wrong');
    await question(page, '(4/5)');
    await cancel(page);
  });

  test('leave no trace when one goes away from any of them', async () => {
    for (let steps = 0; steps < 5; steps++) {
      await start();
      for (let step = 1; step <= steps; step++) await answer(page, `(${step}/5)`);
      await question(page, `(${steps + 1}/5)`);
      await cancel(page);
    }
    expect(read()).toBe(text);
    expect(await workbench.notifications(page)).toEqual([]);
  });
});

describe('what can’t be written', () => {
  beforeEach(async () => {
    await workbench.runCommand(page, 'View: Close All Editors');
  });

  test('in a broken file is told before anything is asked, and the file is shown where it breaks', async () => {
    const broken = `${text}budgets: { daily_limit_usd: 5\nstrategy: balanced\n`;
    writeFileSync(file, broken);
    await start();
    const told = await workbench.notification(page, 'must be mended before it can be changed. Line 9');
    await workbench.screenshot(page, 'set-budget-broken');
    expect(await told.innerText()).not.toContain('command failed');
    expect(await reporter.activeText()).toBe(broken);
    await page.locator('.statusbar-item').filter({ hasText: /Ln 9,/ }).waitFor();
    expect(read()).toBe(broken);
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
    writeFileSync(file, text);
  });

  test('where there is no file is made of the commented starter, and only at the end', async () => {
    rmSync(file);
    await start();
    for (const step of ['(1/5)', '(2/5)', '(3/5)']) await answer(page, step);
    await question(page, '(4/5)');
    await cancel(page);
    expect(existsSync(file)).toBe(false);
    await start();
    for (const step of ['(1/5)', '(2/5)', '(3/5)']) await answer(page, step);
    await answer(page, '(4/5)', '7');
    await answer(page, '(5/5)');
    await until('the file', () => existsSync(file) && /^ {6}limit: 7$/m.test(read()));
    expect(read()).toMatch(/^# /);
    await until('the limit', async () => (await limitOf('rule.global.day.cost')) === 7);
    await workbench.screenshot(page, 'set-budget-starter');
  });
});
