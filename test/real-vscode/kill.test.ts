/**
 * Kills the extension host at random moments while agents report. AGENT_METER_KILL_ROUNDS: how often (default 4);
 * AGENT_METER_KILL_SEED: repeats the moments of a run.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import { openReporters, Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import { dollars, startMetered, untilMeter, value } from './meter.ts';
import { randomFrom, Reports } from './reports.ts';

const rounds = Number(process.env['AGENT_METER_KILL_ROUNDS'] ?? 4);
const seed = Number(process.env['AGENT_METER_KILL_SEED'] ?? Date.now() % 1_000_000);
const flows = 4;

let code: RealVsCode;
let page: Page;

beforeAll(async () => {
  ({ code } = await startMetered());
  page = await code.openWindow(code.makeWorkspace('shop'));
});

afterAll(async () => {
  await code.close();
});

test(
  `${rounds} times kill -9: all that was acknowledged is there, once`,
  { timeout: 60_000 + rounds * 30_000 },
  async () => {
    console.log(`AGENT_METER_KILL_SEED=${seed}`);
    const random = randomFrom(seed);
    const reports = new Reports();
    const counts = { unanswered: 0, ofThemThere: 0, withCheckpoint: 0 };
    let reporter = await code.reporter(page);
    for (let round = 0; round < rounds; round++) {
      const stop = new AbortController();
      const before = reports.acknowledged;
      // From single calls to lists that make the journal grow until it is checkpointed.
      const sizes = [1, 10, 200][random(3)] ?? 1;
      const flowing = Array.from({ length: flows }, () => reports.flow(reporter, stop.signal, () => 1 + random(sizes)));
      await until('the first acknowledgement', () => reports.acknowledged > before);
      await sleep(random(1500));
      process.kill(reporter.pid, 'SIGKILL');
      stop.abort();
      await Promise.all(flowing);
      if (readdirSync(ledgerFolder()).includes('ledger.sqlite')) counts.withCheckpoint++;
      reporter = await nextReporter(reporter.pid);
      await reports.expectAllThere(reporter);
      const { accepted, duplicates } = await reports.repeat(reporter);
      counts.unanswered += accepted + duplicates;
      counts.ofThemThere += duplicates;
      await reports.expectAllThere(reporter);
      expect(reports.acknowledged).toBe(reports.sent);
    }
    const { today } = await value(reporter, 'status');
    await untilMeter(page, dollars(today.costUsd));
    console.log(`${rounds} kills, ${reports.sent} reports: ${JSON.stringify(counts)}`);
  },
);

/** Reloads the window, since VS Code brings an extension host back only a few times, and finds its reporter. */
async function nextReporter(killed: number): Promise<Reporter> {
  await page.reload({ waitUntil: 'domcontentloaded' });
  return await until(
    'the reporter of the next extension host',
    async () => {
      // More than one for a moment: VS Code may have started one for the page that has just been left.
      const files = openReporters(code.home.env['AGENT_METER_TEST_REPORTERS'] ?? '').filter(
        ({ pid }) => pid !== killed,
      );
      if (files.length !== 1 || files[0] === undefined || code.extensionHosts().length !== 1) return undefined;
      const next = new Reporter(files[0]);
      return (await next.command('agentMeterTests.echo').catch(() => undefined)) === undefined ? undefined : next;
    },
    { timeoutMs: 60_000, everyMs: 100 },
  );
}

function ledgerFolder(): string {
  return path.join(code.home.env['XDG_DATA_HOME'] ?? '', 'agent-meter');
}
