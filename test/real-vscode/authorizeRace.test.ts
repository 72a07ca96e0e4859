/**
 * One limit, two windows, and an agent in each that asks without mercy: what is granted is what the limit affords, whether
 * or not the window that leads is killed meanwhile.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BudgetStatus, Decision } from '../../src/protocol/api/budgetAnswers';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import { notification, notifications, screenshot } from '../support/workbench.ts';
import { leadingPid, ourErrors, startMetered, value } from './meter.ts';

const limitUsd = 10;
const budget = 'daily_limit_usd';
const yaml = `budgets: { daily_limit_usd: ${limitUsd}.00 }\nlimits: { global: { max_concurrent_agents: 2 } }\n`;
const model = { provider: 'mock', model: 'mock-1' };

let code: RealVsCode;
let pages: [Page, Page];
let agents: [Reporter, Reporter];
let granted: Decision[] = [];

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, home) => {
      const folder = path.join(home.env['XDG_CONFIG_HOME'] ?? '', 'agent-meter');
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'config.yaml'), yaml);
    },
  }));
  pages = [await code.openWindow(code.makeWorkspace('shop')), await code.openWindow(code.makeWorkspace('blog'))];
  agents = [await code.reporter(pages[0]), await code.reporter(pages[1])];
});

afterAll(async () => {
  // That a budget is used up is told as an error, and is none of ours.
  expect(ourErrors(code).filter((error) => !error.includes('budget used'))).toEqual([]);
  await code.close();
});

test('200 calls at once from two windows are granted exactly what the limit affords', async () => {
  const decisions = await ask(200, 0.25);
  granted = decisions.filter(({ reservation }) => reservation !== undefined);
  expect(granted).toHaveLength(40);
  expect(decisions.filter(({ decision }) => decision === 'block')).toHaveLength(160);
  expect(new Set(granted.map(({ reservation }) => reservation)).size).toBe(40);
  for (const agent of agents) expect(await day(agent)).toMatchObject({ used: 0, reserved: limitUsd, limit: limitUsd });
});

test('what they cost is told once, in one window', async () => {
  await Promise.all(
    granted.map((decision, index) => settle(decision, `settled-${index}`, 0.25, inTurn(agents, index))),
  );
  expect(await day(agents[0])).toMatchObject({ used: limitUsd, reserved: 0 });
  // Late in a day a forecast is told, too, which is another matter.
  const shown = async (): Promise<string[]> =>
    (await Promise.all(pages.map(notifications))).flat().filter((text) => text.includes('100%'));
  const [text = ''] = await until('the notification', async () => {
    const texts = await shown();
    return texts.length > 0 && texts;
  });
  expect(text).toMatch(/100% of the daily cost budget used: \$10\.00 of \$10\.00/);
  // Longer than a window without the focus takes to ask whether it is to tell.
  await sleep(5_000);
  expect(await shown()).toEqual([text]);
  // Other notifications may be in the other window, and this one goes after a while.
  const inFirst = (await notifications(pages[0])).includes(text);
  const told = await notification(inFirst ? pages[0] : pages[1], '100%');
  for (const button of ['Open', 'Snooze']) await told.getByRole('button', { name: button }).waitFor();
  for (const [index, page] of pages.entries()) await screenshot(page, `authorize-race-${index}`);
});

test('an override lifts it in both windows at once', async () => {
  expect((await ask(2, 0.25)).map(({ decision }) => decision)).toEqual(['block', 'block']);
  await value(agents[0], 'override', { budget, amount: 5, reason: 'release night' });
  const decisions = await ask(60, 0.25);
  expect(decisions.filter(({ reservation }) => reservation !== undefined)).toHaveLength(20);
  granted = decisions.filter(({ reservation }) => reservation !== undefined);
});

test('the queue drains in order over both windows', async () => {
  await value(agents[0], 'override', {
    budget,
    until: new Date(Date.now() + 600_000).toISOString(),
    reason: 'a queue',
  });
  const start = async (run: string, waitMs: number): Promise<Decision> =>
    await value(agentOf(run), 'startRun', { run, agent: 'coder', waitMs });
  for (const run of ['run-0', 'run-1']) expect((await start(run, 0)).decision).toBe('allow');
  const turns: string[] = [];
  const waiting: Promise<unknown>[] = [];
  for (let index = 2; index < 8; index += 1) {
    const run = `run-${index}`;
    waiting.push(start(run, 60_000).then(({ decision }) => turns.push(`${run} ${decision}`)));
    await until(`${run} to wait`, async () =>
      (await value(agentOf(run), 'queue')).waiting.some(({ ticket }) => ticket === run),
    );
  }
  for (let index = 0; index < 6; index += 1) {
    await value(agentOf(`run-${index + 1}`), 'endRun', { run: `run-${index}` });
    await until('the next turn', () => turns.length > index);
  }
  await Promise.all(waiting);
  expect(turns).toEqual(['run-2', 'run-3', 'run-4', 'run-5', 'run-6', 'run-7'].map((run) => `${run} allow`));
});

test('killed between grants and reports, the leading window takes no reservation with it, and leaves none behind', async () => {
  // What is still held is that of the override: settle it, so that this begins with nothing reserved.
  await Promise.all(granted.map((decision, index) => settle(decision, `lifted-${index}`, 0.25, inTurn(agents, index))));
  expect(await day(agents[0])).toMatchObject({ used: 15, reserved: 0 });
  writeFileSync(configFile(), 'budgets: { rules: [ { id: month, scope: global, period: month, limit: 25 } ] }\n');
  await Promise.all(agents.map((agent) => until('the new limit', async () => await one(agent, 'month'))));
  const before = await ask(20, 0.25);
  expect(before.every(({ reservation }) => reservation !== undefined)).toBe(true);
  const leader = leadingPid(code);
  const led = agents.findIndex(({ pid }) => pid === leader);
  const left = inTurn(agents, led + 1);
  const during = Array.from(
    { length: 100 },
    async () => await value(left, 'authorize', { ...model, estimate: { costUsd: 0.25 } }),
  );
  await sleep(20);
  await code.killExtensionHost(inTurn(pages, led));
  const all = [...before, ...(await Promise.all(during))].filter(({ reservation }) => reservation !== undefined);
  // 25 - 15 = 40 × 0.25: those from before the kill are still held, and no more than the rest is given.
  expect(all).toHaveLength(40);
  expect(await one(left, 'month')).toMatchObject({ used: 15, reserved: 10, limit: 25 });
  const errorUsd = 0.01;
  for (const [index, decision] of all.entries()) await settle(decision, `after-${index}`, 0.25 + errorUsd, left);
  const after = await one(left, 'month');
  expect(after?.reserved).toBe(0);
  expect(after?.used).toBeCloseTo(25 + all.length * errorUsd, 9);
  const { decision } = await value(left, 'authorize', { ...model, estimate: { costUsd: 0.01 } });
  expect(decision).toBe('block');
});

function inTurn<T>(pair: readonly [T, T], index: number): T {
  return index % 2 === 0 ? pair[0] : pair[1];
}

/** As many at once, in turn from both windows. */
async function ask(count: number, costUsd: number): Promise<Decision[]> {
  return await Promise.all(
    Array.from(
      { length: count },
      async (_, index) => await value(inTurn(agents, index), 'authorize', { ...model, estimate: { costUsd } }),
    ),
  );
}

async function settle({ reservation }: Decision, id: string, costUsd: number, agent: Reporter): Promise<void> {
  const report = { ...model, id, tokens: { input: 1, output: 1 }, costUsd, reservation };
  const { events } = await value(agent, 'report', report);
  expect(events[0]?.reservation).toBe('settled');
}

function agentOf(run: string): Reporter {
  return inTurn(agents, Number(run.slice(4)));
}

async function day(agent: Reporter): Promise<BudgetStatus | undefined> {
  return await one(agent, budget);
}

async function one(agent: Reporter, id: string): Promise<BudgetStatus | undefined> {
  return (await value(agent, 'status')).budgets.find((status) => status.id === id);
}

function configFile(): string {
  return path.join(code.home.env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
}
