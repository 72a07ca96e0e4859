/** Several windows, one ledger: they agree, and outlive each other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import { openReporters, Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import { screenshot } from '../support/workbench.ts';
import { dollars, leadingPid, meter, ourErrors, startMetered, untilMeter, value } from './meter.ts';
import { Reports } from './reports.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'windows-'));
const reports = new Reports();
let code: RealVsCode;
let first: Page;
let second: Page;
let third: Page;

beforeAll(async () => {
  const write = (logs: { append: (call: { model: string; output: number }) => void }): void =>
    logs.append({ model: 'claude-haiku-4-5-20251001', output: 200_000 });
  ({ code } = await startMetered({ folder, write }));
  first = await code.openWindow(code.makeWorkspace('shop'));
  second = await code.openWindow(code.makeWorkspace('blog'));
});

afterAll(async () => {
  await code.close();
  rmSync(folder, { recursive: true, force: true });
});

test('two windows show the same, and a report in either shows in both within a moment', async () => {
  await Promise.all([first, second].map((page) => untilMeter(page, '$1.00')));
  let expected = 1;
  for (const [index, page] of [first, second, first, second].entries()) {
    const reporter = await code.reporter(page);
    await value(reporter, 'report', {
      id: `window-${index}`, provider: 'mock', model: 'mock-1', tokens: { input: 1, output: 1 }, costUsd: 0.5,
    }); // prettier-ignore
    const answeredMs = Date.now();
    expected += 0.5;
    await Promise.all([first, second].map((each) => untilMeter(each, dollars(expected), 5000)));
    console.log(`Both windows show a report after ${Date.now() - answeredMs} ms.`);
  }
  const [one, other] = await Promise.all(
    [first, second].map(async (page) => await value(await code.reporter(page), 'usage', { period: 'today' })),
  );
  expect(one?.total).toEqual(other?.total);
});

test('a session is the window’s own', async () => {
  third = await code.openWindow(code.makeWorkspace('third'));
  const { session, today } = await value(await code.reporter(third), 'status');
  expect(session.events).toBe(0);
  expect(today.costUsd).toBe(3);
});

test('when one of three windows is killed while it leads, the others go on, and nothing acknowledged is lost', async () => {
  const stop = new AbortController();
  const flows = [first, second, third].map(async (page) => {
    await reports.flow(await code.reporter(page), stop.signal, () => 3);
  });
  await sleep(1000);
  const leader = leadingPid(code);
  const hosts = await Promise.all([first, second, third].map((page) => code.extensionHost(page)));
  const led = [first, second, third][hosts.indexOf(leader)] ?? third;
  expect(await code.extensionHost(led)).toBe(leader);
  const [survivor, witness] = [first, second, third].filter((page) => page !== led) as [Page, Page];
  const survivorHost = await code.extensionHost(survivor);
  await code.killExtensionHost(led);
  const killedMs = Date.now();
  const before = reports.acknowledged;
  await until('reports to be acknowledged again', () => reports.acknowledged > before + 3, { timeoutMs: 15_000 });
  console.log(`Reports flow again ${Date.now() - killedMs} ms after the lead was killed.`);
  await sleep(1000);
  stop.abort();
  await Promise.all(flows);
  expect(await code.extensionHost(survivor)).toBe(survivorHost);
  const reporter = await code.reporter(survivor);
  await reports.expectAllThere(reporter);
  await reports.repeat(reporter);
  await reports.expectAllThere(reporter);
  const { today } = await value(reporter, 'status');
  await Promise.all([survivor, witness].map((page) => untilMeter(page, dollars(today.costUsd), 5000)));
  // The killed window's extension host comes back by itself and follows.
  await untilMeter(led, dollars(today.costUsd), 30_000);
  await reports.expectAllThere(await otherReporter(hosts));
  for (const [index, page] of [led, survivor, witness].entries()) await screenshot(page, `takeover-${index}`);
  await code.closeWindow(third);
});

test('a window that leads is closed, and the other takes over', async () => {
  const leader = leadingPid(code);
  const [closed, left] = (await code.extensionHost(first)) === leader ? [first, second] : [second, first];
  await code.closeWindow(closed);
  const reporter = await code.reporter(left);
  await value(reporter, 'report', {
    id: 'after-closing', provider: 'mock', model: 'mock-1', tokens: { input: 1, output: 1 }, costUsd: 2,
  }); // prettier-ignore
  const { today } = await value(reporter, 'status');
  await untilMeter(left, dollars(today.costUsd), 5000);
  await reports.expectAllThere(reporter);
  first = left;
});

test('a second start of the whole of VS Code shows the same', async () => {
  const { text } = await meter(first);
  const before = await value(await code.reporter(first), 'usage', { period: 'month' });
  expect(ourErrors(code)).toEqual([]);
  await code.close();
  ({ code } = await startMetered({ folder }));
  const page = await code.openWindow(code.makeWorkspace('shop'));
  await untilMeter(page, text);
  const reporter = await code.reporter(page);
  expect((await value(reporter, 'usage', { period: 'month' })).total).toEqual(before.total);
  await reports.expectAllThere(reporter);
  expect(ourErrors(code)).toEqual([]);
});

/** The reporter of an extension host that VS Code has started by itself. */
async function otherReporter(known: readonly number[]): Promise<Reporter> {
  return await until('the reporter of a restarted extension host', () => {
    const files = openReporters(code.home.env['AGENT_METER_TEST_REPORTERS'] ?? '');
    const file = files.find(({ pid }) => !known.includes(pid));
    return file && new Reporter(file);
  });
}
