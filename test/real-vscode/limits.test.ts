/** Quotas in the meter of a real VS Code, and the configuration that they come from: live, and never lost to a broken file. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { dollars, meter, ourErrors, recordMeter, startMetered, tooltip, untilMeter, value } from './meter.ts';
import type { Transcripts } from './transcripts.ts';

const tokensUsed = 63_500;

let code: RealVsCode;
let transcripts: Transcripts;
let page: Page;
let config: string;
let folder: string;

const perDay = (limit: number): string =>
  `# What this machine may use\nproviders:\n  anthropic: { tokens_per_day: ${limit} }\n`;
const spent = (): string => dollars(transcripts.todayUsd);

/** As editors save: beside the file, and then in its place. */
function save(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.saving`, text);
  renameSync(`${file}.saving`, file);
}

beforeAll(async () => {
  ({ code, transcripts } = await startMetered({
    write: (logs, home) => {
      logs.append({ model: 'claude-opus-4-6', input: 1500, output: tokensUsed - 1500 });
      config = path.join(home.env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      save(config, perDay(100_000));
    },
  }));
  folder = code.makeWorkspace('shop');
  page = await code.openWindow(folder);
});

afterAll(async () => {
  // That the file is broken is told as an error, and is none of ours.
  expect(ourErrors(code).filter((error) => !error.includes('The configuration is not obeyed'))).toEqual([]);
  await code.close();
});

describe('the tightest limit', () => {
  test('stands beside today’s spend', async () => {
    const item = await untilMeter(page, `${spent()} · 63%`);
    expect(item).toMatchObject({ icons: ['pulse'], kind: 'standard' });
    expect(item.label).toMatch(/anthropic · tokens a day: 63% used, resets in \d+ (hours|minutes?)\.$/);
  });

  test('has a bar, its amounts and its reset in the tooltip', async () => {
    const text = await tooltip(page);
    expect(text).toMatch(/anthropic · tokens a day\s+▰▰▰▰▰▰▰▱▱▱ 63%\s+63.5K of 100K · resets in \d+ (hr|min)\./);
    await workbench.screenshot(page, 'limits-tooltip');
    await workbench.dismissHover(page);
  });

  test('follows the file as soon as it is saved', async () => {
    const shown = await recordMeter(page);
    const latencies: number[] = [];
    for (const [limit, percent] of [
      [200_000, 31],
      [75_000, 84],
      [127_000, 50],
    ] as const) {
      save(config, perDay(limit));
      const savedMs = Date.now();
      const expected = `${spent()} · ${percent}%`;
      const at = await until(
        `${expected} in the meter`,
        async () => (await shown()).findLast(({ text }) => text === expected)?.atMs,
        { timeoutMs: 10_000, everyMs: 20 },
      );
      latencies.push(at - savedMs);
    }
    console.log(
      `From a saved configuration to the text in the window: ${latencies.map((ms) => `${ms} ms`).join(', ')}.`,
    );
  });

  test('is coloured only where it is crossed', async () => {
    save(config, perDay(75_000));
    const crossed = await untilMeter(page, `${spent()} · 84%`);
    expect(crossed.kind).toBe('warning');
    save(config, perDay(63_500));
    expect((await untilMeter(page, `${spent()} · 100%`)).kind).toBe('error');
    save(config, perDay(127_000));
    expect((await untilMeter(page, `${spent()} · 50%`)).kind).toBe('standard');
  });
});

describe('a workspace’s file', () => {
  test('tightens the limits of its own window and of no other', async () => {
    const other = await code.openWindow(code.makeWorkspace('blog'));
    await untilMeter(other, `${spent()} · 50%`);
    save(path.join(folder, '.vscode', 'agent-meter.yaml'), perDay(70_000));
    await untilMeter(page, `${spent()} · 90%`);
    expect((await meter(other)).text).toBe(`${spent()} · 50%`);
    save(path.join(folder, '.vscode', 'agent-meter.yaml'), '{}\n');
    await untilMeter(page, `${spent()} · 50%`);
    await other.close();
  });
});

test('of several folders in one window each file counts, and the tightest limit is shown', async () => {
  const [shop, blog] = [code.makeWorkspace('shop-of-two'), code.makeWorkspace('blog-of-two')];
  const both = path.join(shop, 'both.code-workspace');
  const open = (...folders: string[]): void =>
    writeFileSync(both, JSON.stringify({ folders: folders.map((folder) => ({ path: folder })) }));
  open(shop, blog);
  save(path.join(shop, '.vscode', 'agent-meter.yaml'), perDay(100_000));
  save(path.join(blog, '.vscode', 'agent-meter.yaml'), perDay(70_000));
  const window = await code.openWindow(both);
  await untilMeter(window, `${spent()} · 90%`);
  // One that goes takes its limits with it, and one that comes brings them.
  open(shop);
  await untilMeter(window, `${spent()} · 63%`);
  open(shop, blog);
  await untilMeter(window, `${spent()} · 90%`);
  save(path.join(blog, '.vscode', 'agent-meter.yaml'), '{}\n');
  await untilMeter(window, `${spent()} · 63%`);
  save(path.join(shop, '.vscode', 'agent-meter.yaml'), perDay(1_000_000));
  await untilMeter(window, `${spent()} · 50%`);
  await code.closeWindow(window);
});

describe('a broken file', () => {
  test('changes nothing, and its place is told', async () => {
    save(config, `${perDay(1_000_000)}limits: { global: { max_cost_per_day: lots } }\n`);
    const message = await workbench.notification(page, 'The configuration is not obeyed');
    expect(await message.textContent()).toContain(`${config}:4:`);
    expect(await meter(page)).toMatchObject({ text: `${spent()} · 50%`, icons: ['warning'] });
    expect(await message.textContent()).toContain('What it said before stays in force.');
    expect(await tooltip(page)).toContain('The configuration is not obeyed. ~/.config/agent-meter/config.yaml:4:');
    await workbench.screenshot(page, 'limits-broken-file');
    await workbench.dismissHover(page);
  });

  test('does not drop the limits of a window that opens', async () => {
    await code.reloadWindow(page);
    await until('the warning', async () => (await meter(page)).icons.includes('warning'));
    expect((await meter(page)).text).toBe(`${spent()} · 50%`);
  });

  test('is obeyed again when it is mended', async () => {
    save(config, perDay(200_000));
    expect(await untilMeter(page, `${spent()} · 31%`)).toMatchObject({ icons: ['pulse'] });
  });
});

describe('what a provider says', () => {
  test('is shown with its source, and survives a reload', async () => {
    const observed = { provider: 'claude', window: '5h', usedPercent: 77.7, source: 'my-agent' };
    expect(await value(await code.reporter(page), 'reportQuota', observed)).toEqual({ accepted: true });
    await untilMeter(page, `${spent()} · 77%`);
    await code.reloadWindow(page);
    await untilMeter(page, `${spent()} · 77%`);
    expect(await tooltip(page)).toMatch(/anthropic · in 5h\s+▰▰▰▰▰▰▰▰▱▱ 77%\s+my-agent, (just now|\d+ min\. ago)/);
    const { quotas } = await value(await code.reporter(page), 'status');
    expect(quotas).toMatchObject([
      { id: 'anthropic.tokens.day', used: tokensUsed, limit: 200_000, source: 'counted', window: 'day' },
      { id: 'anthropic.5h', percent: 77.7, source: 'my-agent', confidence: 'high', limit: null },
    ]);
  });
});

test('two windows follow the file at once, and the one that is left when the other’s extension host dies', async () => {
  const other = await code.openWindow(code.makeWorkspace('beside'));
  await untilMeter(other, `${spent()} · 77%`);
  const shown = await Promise.all([recordMeter(page), recordMeter(other)]);
  save(config, perDay(75_000));
  const savedMs = Date.now();
  const latencies = await Promise.all(
    shown.map(async (texts) => {
      const told = async (): Promise<number | undefined> =>
        (await texts()).findLast(({ text }) => text === `${spent()} · 84%`)?.atMs;
      return (await until('the new limit', told, { timeoutMs: 10_000, everyMs: 20 })) - savedMs;
    }),
  );
  console.log(`From a saved configuration to two windows: ${latencies.map((ms) => `${ms} ms`).join(', ')}.`);
  await code.killExtensionHost(page);
  save(config, perDay(70_000));
  await untilMeter(other, `${spent()} · 90%`);
  save(config, 'providers: [');
  await until('the warning', async () => (await meter(other)).icons.includes('warning'));
  expect((await meter(other)).text).toBe(`${spent()} · 90%`);
  await code.reloadWindow(other);
  await until('the warning again', async () => (await meter(other)).icons.includes('warning'));
  expect((await meter(other)).text).toBe(`${spent()} · 90%`);
});
