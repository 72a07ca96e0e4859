/**
 * Alerts of two windows together: each is told once, in one of them; its buttons do what they say; a restart repeats nothing.
 * The meter is coloured from 80 % and from 100 % on, and only then. Local-only mode, with its notice and its end.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertStatus } from '../../src/protocol/api/budgetAnswers';
import { cancel, question } from '../support/quickInput.ts';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { meter, meterId, ourErrors, startMetered, tooltip, value } from './meter.ts';

const yaml = `limits:
  global: { max_tokens_per_day: 1000 }
  per_project: { default: { max_tokens_per_day: 200 } }
`;
/** Longer than a window without the focus takes to ask whether it is to tell. */
const quietMs = 5_000;

let folder: string;
let code: RealVsCode;
let pages: [Page, Page];
let agent: Reporter;
let file: string;
let reports = 0;

async function start(): Promise<void> {
  ({ code } = await startMetered({
    folder,
    write: (_, { env }) => {
      file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, yaml);
    },
  }));
  pages = [await code.openWindow(code.makeWorkspace('shop')), await code.openWindow(code.makeWorkspace('blog'))];
  agent = await code.reporter(pages[0]);
  await value(agent, 'status');
}

/** Tokens, which have no forecast in money to speak of. */
async function use(tokens: number, project?: string): Promise<void> {
  const id = `r-${reports++}`;
  await value(agent, 'report', {
    id, provider: 'mock', model: 'mock-1', tokens: { input: tokens, output: 0 }, costUsd: 0, project,
  }); // prettier-ignore
}

async function alerts(): Promise<AlertStatus[]> {
  return (await value(agent, 'status')).alerts;
}

/** What both windows show of it. */
async function texts(has: string): Promise<string[]> {
  return (await Promise.all(pages.map(workbench.notifications))).flat().filter((text) => text.includes(has));
}

/** The notification in the one window that shows it. */
async function told(has: string): Promise<Locator> {
  const found = await until(`the notification ${has}`, async () => (await texts(has)).length > 0);
  expect(found).toBe(true);
  const page = (await workbench.notifications(pages[0])).some((text) => text.includes(has)) ? pages[0] : pages[1];
  return await workbench.notification(page, has);
}

async function expectOnce(has: string): Promise<void> {
  await told(has);
  await sleep(quietMs);
  expect(await texts(has)).toHaveLength(1);
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'code-'));
  await start();
});

afterAll(async () => {
  // That a budget is used up is told as an error, and is none of ours.
  expect(ourErrors(code).filter((error) => !/budget.* used/.test(error))).toEqual([]);
  await code.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('below 80 % nothing is coloured, and nobody is told', async () => {
  await use(500);
  for (const page of pages) {
    const item = await workbench.untilStatusBarItem(page, meterId, ({ text }) => text.includes('50%'));
    expect(item.kind).toBe('standard');
  }
  expect((await alerts()).map(({ level }) => level)).toContain('info');
  await use(290);
  for (const page of pages) await workbench.untilStatusBarItem(page, meterId, ({ text }) => text.includes('79%'));
  expect((await meter(pages[1])).kind).toBe('standard');
  // At this rate it would not last the day, which is another matter.
  expect(await texts('budget used')).toEqual([]);
});

test('from 80 % on both meters warn, and one window tells it, once', async () => {
  await use(20);
  for (const page of pages) {
    const item = await workbench.untilStatusBarItem(page, meterId, ({ text }) => text.includes('81%'));
    expect(item.kind).toBe('warning');
  }
  await expectOnce('81% of the daily token budget used: 810 tokens of 1,000 tokens.');
  await workbench.screenshot(pages[0], 'alerts-warning');
});

test('what is worse is told beside what nobody answers, and colours both meters red', async () => {
  await use(190);
  for (const page of pages) {
    const item = await workbench.untilStatusBarItem(page, meterId, ({ text }) => text.includes('100%'));
    expect(item.kind).toBe('error');
  }
  const found = await until('the worse', async () => (await texts('100% of the daily token budget')).length > 0, {
    timeoutMs: 60_000,
  });
  expect(found).toBe(true);
  await expectOnce('100% of the daily token budget used');
});

test('“Open” shows the budgets', async () => {
  const notification = await told('100% of the daily token budget used');
  const page = notification.page();
  for (const button of ['Open', 'Override…', 'Snooze', 'Don’t Show Again'])
    await notification.getByRole('button', { name: button }).waitFor();
  await notification.getByRole('button', { name: 'Open' }).click();
  await until('the budgets', async () => (await workbench.openTabs(page)).some((tab) => tab.includes('Agent Budgets')));
});

test('“Override…” asks about that budget of that project', async () => {
  await use(210, 'shop');
  const notification = await told('105% of the daily token budget of project shop used');
  await notification.getByRole('button', { name: 'Override…' }).click();
  const page = notification.page();
  await question(page, 'Override Project shop · tokens a day (1/3)');
  await cancel(page);
});

test('“Snooze” puts it aside for four hours', async () => {
  await use(210, 'blog');
  const notification = await told('of project blog used');
  expect((await alerts()).some(({ scopeId }) => scopeId === 'blog')).toBe(true);
  await notification.getByRole('button', { name: 'Snooze' }).click();
  await until('it to be put aside', async () => !(await alerts()).some(({ scopeId }) => scopeId === 'blog'));
  expect(await texts('of project blog used')).toEqual([]);
});

test('“Don’t Show Again” is for ever, and stands in the audit trail', async () => {
  await use(210, 'docs');
  const notification = await told('of project docs used');
  await notification.getByRole('button', { name: 'Don’t Show Again' }).click();
  await until('it to be silent', async () => !(await alerts()).some(({ scopeId }) => scopeId === 'docs'));
  const { entries } = await value(agent, 'audit');
  expect(entries.filter(({ kind }) => kind === 'alert_silenced')).toHaveLength(1);
});

test('after a restart nothing is told again, and the meter is as red as before', async () => {
  for (const page of pages) await code.closeWindow(page);
  await code.close();
  await start();
  for (const page of pages) await workbench.untilStatusBarItem(page, meterId, ({ kind }) => kind === 'error');
  await sleep(quietMs);
  expect(await texts('token budget')).toEqual([]);
  await use(5, 'shop');
  await sleep(quietMs);
  expect(await texts('token budget')).toEqual([]);
});

test('local-only mode is told with its end, in meter, tooltip and Show Budget, and is over when the budget is raised', async () => {
  const [page] = pages;
  const local = { provider: 'ollama', model: 'qwen3' };
  await value(agent, 'report', { id: 'local', ...local, tokens: { input: 1, output: 1 }, costUsd: 0 });
  const paid = { id: 'paid', provider: 'mock', model: 'mock-1', tokens: { input: 1, output: 1 }, costUsd: 5 };
  await value(agent, 'report', paid);
  const save = (limit: number): void =>
    writeFileSync(
      file,
      `providers: { ollama: { billing: local } }\nfallback_providers: [ollama]\nbudgets: { daily_limit_usd: ${limit} }\n`,
    );
  save(5);
  const notice = /Cloud budget exhausted, operating local-only until \d{4}-\d\d-\d\d/;
  await workbench.untilStatusBarItem(page, meterId, ({ label }) => notice.test(label));
  expect(await tooltip(page)).toMatch(notice);
  await workbench.screenshot(page, 'alerts-local-only');
  await workbench.dismissHover(page);
  const ask = { provider: 'mock', model: 'mock-1', estimate: { costUsd: 0.1 }, allowFallback: true };
  expect(await value(agent, 'authorize', ask)).toMatchObject({
    decision: 'fallback',
    ...local,
    notice: expect.stringMatching(notice) as string,
  });
  await workbench.runCommand(page, 'Agent Meter: Show Budget');
  await until('the notice', async () => notice.test((await agent.activeText()) ?? ''));
  save(50);
  await workbench.untilStatusBarItem(page, meterId, ({ label }) => !notice.test(label));
  expect(await value(agent, 'authorize', ask)).toMatchObject({ decision: 'allow', provider: 'mock' });
});
