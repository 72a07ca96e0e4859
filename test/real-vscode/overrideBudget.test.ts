/** *Override Budget…*: by an amount or until a time, from the notification, the palette and the API; seen wherever the budget is, and ended early. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BudgetStatus, Decision } from '../../src/protocol/api/budgetAnswers';
import { answer, cancel, focused, items, message, question, type, typed, untilMessage } from '../support/quickInput.ts';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { api, meter, meterId, ourErrors, startMetered, tooltip, value } from './meter.ts';

const budget = 'daily_limit_usd';
const yaml = `budgets: { daily_limit_usd: 10.00 }
limits: { per_project: { default: { max_tokens_per_day: 1000 } } }
`;
const model = { provider: 'mock', model: 'mock-1' };

let code: RealVsCode;
let page: Page;
let reporter: Reporter;
let file: string;

async function day(): Promise<BudgetStatus | undefined> {
  return (await value(reporter, 'status')).budgets.find(({ id }) => id === budget);
}

async function ask(): Promise<Decision> {
  const decision = await value(reporter, 'authorize', { ...model, estimate: { costUsd: 0.25 } });
  if (decision.reservation !== undefined) await value(reporter, 'release', { reservation: decision.reservation });
  return decision;
}

async function entries(): Promise<string[]> {
  return (await value(reporter, 'audit')).entries.map(({ kind }) => kind);
}

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => {
      file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, yaml);
    },
  }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
  await value(reporter, 'report', {
    ...model, id: 'a', tokens: { input: 100, output: 100 }, costUsd: 10, project: 'shop',
  }); // prettier-ignore
});

afterAll(async () => {
  // That a budget is used up is told as an error, and is none of ours.
  expect(ourErrors(code).filter((error) => !error.includes('budget used'))).toEqual([]);
  await code.close();
});

describe('from the notification, by an amount', () => {
  test('asks how, how much and why, and says what the limit will be', async () => {
    const told = await workbench.notification(page, '100% of the daily cost budget used');
    await workbench.screenshot(page, 'override-notification');
    expect((await meter(page)).kind).toBe('error');
    expect((await ask()).decision).toBe('block');
    await told.getByRole('button', { name: 'Override…' }).click();
    expect(await question(page, 'Override Everything · cost a day (1/3)')).toMatchObject({
      placeholder: 'How is it lifted?',
    });
    expect(await focused(page)).toContain('By an amount');
    await workbench.screenshot(page, 'override-1-how');
    await answer(page, '(1/3)');
    expect((await question(page, '(2/3)')).message).toContain('USD to add to the limit');
    for (const [wrong, said] of [
      ['', 'An amount in USD'],
      ['0', 'More than 0.'],
      ['-5', 'An amount in USD'],
      ['five', 'An amount in USD'],
    ] as const) {
      await type(page, wrong);
      await page.keyboard.press('Enter');
      await untilMessage(page, said);
    }
    await workbench.screenshot(page, 'override-2-wrong');
    await type(page, '5');
    expect(await untilMessage(page, 'instead of')).toBe('$15.00 instead of $10.00');
    await workbench.screenshot(page, 'override-2-amount');
    await page.keyboard.press('Enter');
    expect((await question(page, '(3/3)')).message).toContain('Why? The audit trail keeps it');
    await page.keyboard.press('Enter');
    await untilMessage(page, 'A reason is needed.');
    await answer(page, '(3/3)', 'release night');
    await until('the override', async () => (await day())?.override?.length === 1);
  });

  test('is seen in status, meter, tooltip and Show Budget, and lets calls through', async () => {
    expect(await day()).toMatchObject({ limit: 15, used: 10, override: [{ amount: 5, reason: 'release night' }] });
    expect((await ask()).decision).toBe('allow');
    const lifted = await workbench.untilStatusBarItem(page, meterId, ({ kind }) => kind === 'standard');
    expect(lifted.label).toContain('cost a day is lifted: $5.00 more');
    expect(await tooltip(page)).toMatch(/cost a day is lifted: \$5\.00 more, ends in .+ \(release night\)/);
    await workbench.screenshot(page, 'override-tooltip');
    await workbench.dismissHover(page);
    await workbench.runCommand(page, 'Agent Meter: Show Budget');
    const text = await until('the document', async () => {
      const now = await reporter.activeText();
      return now?.includes('## Overrides') === true && now;
    });
    expect(text).toMatch(/Everything · cost a day +\| +\$15\.00 +\| +\$10\.00 /);
    expect(text).toContain('Everything · cost a day is lifted: $5.00 more');
    await workbench.screenshot(page, 'override-show-budget');
  });

  test('ends early from the palette, where it stands before the budgets', async () => {
    await workbench.runCommand(page, 'Agent Meter: Override Budget…');
    expect(await question(page, 'Override Budget')).toMatchObject({ placeholder: 'Which budget?' });
    const offered = await items(page);
    expect(offered[0]).toMatchObject({
      label: 'End the override of Everything · cost a day',
      description: expect.stringMatching(/^\$5\.00 more, ends in/) as string,
      detail: 'release night',
      icon: 'lock',
    });
    expect(offered.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Everything · cost a day', 'Project shop · tokens a day', 'Everything · cost a month']),
    );
    await workbench.screenshot(page, 'override-which');
    await page.keyboard.press('Enter');
    await until('the end', async () => (await day())?.override === undefined);
    expect((await ask()).decision).toBe('block');
    await workbench.untilStatusBarItem(page, meterId, ({ kind }) => kind === 'error');
    expect(await entries()).toEqual(expect.arrayContaining(['override_set', 'override_ended']));
  });
});

describe('from the palette, until a time', () => {
  const start = async (): Promise<void> => {
    await workbench.runCommand(page, 'Agent Meter: Override Budget…');
    await answer(page, 'Override Budget', 'Everything · cost a day');
    await answer(page, '(1/3)', 'Until');
    await question(page, '(2/3)');
  };

  test('says in its field how a time is understood, and what is wrong with it', async () => {
    await start();
    expect(await typed(page)).toBe('1 h');
    expect(await message(page)).toMatch(/^Until \d{4}-\d\d-\d\d \d\d:\d\d \(in \d+ min\.\)\. Or as 18:30/);
    await workbench.screenshot(page, 'override-until');
    for (const [wrong, said] of [
      ['2020-01-01', 'That is in the past.'],
      ['0 h', 'That is in the past.'],
      ['2099-01-01', 'A year ahead at most.'],
      ['tomorrow', 'A time as 18:30'],
      ['', 'A time as 18:30'],
    ] as const) {
      await type(page, wrong);
      await page.keyboard.press('Enter');
      await untilMessage(page, said);
    }
    await workbench.screenshot(page, 'override-until-wrong');
    await question(page, '(2/3)');
    await cancel(page);
  });

  test('leaves no trace when one goes away', async () => {
    const before = await entries();
    await start();
    await answer(page, '(2/3)', '2 h');
    // Between two questions Escape would have nothing to close.
    await question(page, '(3/3)');
    await type(page, 'never mind');
    await cancel(page);
    expect((await day())?.override).toBeUndefined();
    expect(await entries()).toEqual(before);
  });

  test('takes the limit away until then', async () => {
    await start();
    await answer(page, '(2/3)', '2 h');
    await answer(page, '(3/3)', 'the demo');
    const standing = await until('the override', async () => {
      const now = await day();
      return now?.override !== undefined && now;
    });
    expect(standing).toMatchObject({ limit: null, override: [{ amount: null, reason: 'the demo' }] });
    const leftMs = Date.parse(standing.override?.[0]?.until ?? '') - Date.now();
    expect(Math.abs(leftMs - 2 * 3_600_000)).toBeLessThan(60_000);
    expect((await ask()).decision).toBe('allow');
    // What has no limit can't be lifted further.
    await workbench.runCommand(page, 'Agent Meter: Override Budget…');
    await question(page, 'Override Budget');
    expect((await items(page)).map(({ label }) => label)).not.toContain('Everything · cost a day');
    await answer(page, 'Override Budget', 'End the override');
    await until('the end', async () => (await day())?.override === undefined);
  });
});

describe('through the API', () => {
  test('lifts one project, and shows it', async () => {
    const lifted = { budget: 'project.day.tokens', scopeId: 'shop', amount: 500, reason: 'a big file' };
    const { id } = await value(reporter, 'override', lifted);
    await until('it in the meter', async () =>
      (await meter(page)).label.includes('shop · tokens a day is lifted: 500 more'),
    );
    const { budgets } = await value(reporter, 'status');
    expect(budgets.find((one) => one.id === 'project.day.tokens')).toMatchObject({ scopeId: 'shop', limit: 1500 });
    await value(reporter, 'override', { end: id });
    await until('its end', async () => !(await meter(page)).label.includes('is lifted'));
  });

  test.each([
    [{ budget, until: '2020-01-01T00:00:00Z', reason: 'x' }, 'invalid_request', 'until', 'past'],
    [{ budget, amount: -5, reason: 'x' }, 'invalid_request', 'amount', 'Too small'],
    [{ budget, amount: 5, reason: ' ' }, 'invalid_request', 'reason', 'Too small'],
    [{ budget, reason: 'x' }, 'invalid_request', 'amount', 'give an amount'],
  ] as const)('refuses %j', async (argument, errorCode, at, said) => {
    const result = await api(reporter, 'override', argument);
    if (result.ok) throw new Error('it was accepted');
    expect(result.error.code).toBe(errorCode);
    expect(result.error.issues?.[0]?.path).toBe(at);
    expect(result.error.message).toContain(said);
  });

  test('names the budgets there are when asked for another', async () => {
    const unknown = await api(reporter, 'override', { budget: 'dayly', amount: 5, reason: 'x' });
    expect(unknown).toMatchObject({ ok: false, error: { code: 'unknown_id' } });
    expect(JSON.stringify(unknown)).toMatch(/There is no budget dayly; there are: .*daily_limit_usd/);
    const gone = await api(reporter, 'override', { end: 'o-1' });
    expect(gone).toMatchObject({ ok: false, error: { code: 'unknown_id', message: 'No override o-1 is in force.' } });
  });
});

test('without any budget it offers to set one', async () => {
  const nothing = `limits:
  global: { max_cost_per_month: null }
  per_project: { default: { max_cost_per_month: null } }
  per_request: { max_cost: null }
`;
  writeFileSync(file, nothing);
  await until('no budget', async () => (await value(reporter, 'status')).budgets.length === 0);
  await workbench.runCommand(page, 'Agent Meter: Show Budget');
  await until('the document', async () => (await reporter.activeText())?.includes('No budget counts anything yet.'));
  await workbench.screenshot(page, 'override-no-budget-document');
  await workbench.runCommand(page, 'Agent Meter: Override Budget…');
  const told = await workbench.notification(page, 'there is no budget that could be lifted');
  await workbench.screenshot(page, 'override-no-budget');
  await told.getByRole('button', { name: 'Set Budget…' }).click();
  await question(page, 'Set Budget (1/5)');
  await cancel(page);
});
