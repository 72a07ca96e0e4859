/** The meter in a real VS Code: figures against a known truth, live, and there at once. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { dollars, meter, meterId, ourErrors, recordMeter, startMetered, tooltip, untilMeter, value } from './meter.ts';
import { unknownModel, type Transcripts } from './transcripts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const opus = 'claude-opus-4-6';
const sonnet = 'claude-sonnet-4-5-20250929';
const haiku = 'claude-haiku-4-5-20251001';

let code: RealVsCode;
let transcripts: Transcripts;
let page: Page;

function write(logs: Transcripts): void {
  logs.append({ model: opus, agoMs: 2 * hourMs, input: 1200, output: 31_000, cacheRead: 812_345, cacheWrite: 40_101 });
  logs.append({ model: sonnet, agoMs: 3 * hourMs, project: 'blog', input: 333, output: 45_678, cacheRead: 99_999 });
  logs.append({ model: haiku, agoMs: hourMs, input: 10_000, output: 1_234 });
  logs.append({ model: unknownModel, agoMs: hourMs, input: 500, output: 600 });
  logs.append({ model: opus, agoMs: dayMs, input: 1, output: 100_000, cacheWrite: 123_456 });
  logs.append({ model: sonnet, agoMs: 45 * dayMs, output: 77_777 });
}

beforeAll(async () => {
  ({ code, transcripts } = await startMetered({ write }));
  page = await code.openWindow(code.makeWorkspace('shop'));
});

afterAll(async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
});

describe('the meter', () => {
  test("shows exactly today's spend", async () => {
    expect(dollars(transcripts.todayUsd)).toBe('$2.17');
    const item = await untilMeter(page, dollars(transcripts.todayUsd));
    expect(item).toMatchObject({ icons: ['pulse'], kind: 'standard' });
    const { today, month } = await value(await code.reporter(page), 'status');
    expect(today.costUsd).toBeCloseTo(transcripts.todayUsd, 9);
    expect(month.costUsd).toBeCloseTo(transcripts.monthUsd, 9);
    expect(today).toMatchObject({ events: 4, unpricedEvents: 1 });
  });

  test('reads as a sentence to a screen reader', async () => {
    const { label } = await meter(page);
    const [dollarsToday, centsToday] = transcripts.todayUsd.toFixed(2).split('.').map(Number);
    expect(label).toMatch(
      /^Agent Meter: \d+ dollars?( \d+ cents?)? spent today, \d+ dollars?( \d+ cents?)? this month\.$/,
    );
    expect(label).toContain(`${String(dollarsToday)} dollars ${String(centsToday)} cents spent today`);
  });

  test('shows nothing that moves once the logs are read', async () => {
    const item = workbench.statusBarLocator(page, meterId);
    expect(await item.locator('.codicon-modifier-spin').count()).toBe(0);
    expect(await page.locator('.statusbar-item .codicon-modifier-spin').count()).toBe(0);
    expect(await workbench.notifications(page)).toEqual([]);
    expect(await item.evaluate((element) => element.getAnimations({ subtree: true }).length)).toBe(0);
  });

  test('shows a line within a moment after an agent appended it', async () => {
    const shown = await recordMeter(page);
    const latencies: number[] = [];
    for (let round = 0; round < 12; round++) {
      transcripts.append({ model: opus, output: 1000 + 400 * round });
      const appendedMs = Date.now();
      const expected = dollars(transcripts.todayUsd);
      const at = await until(
        `${expected} in the meter`,
        async () => (await shown()).findLast(({ text }) => text === expected)?.atMs,
        { timeoutMs: 10_000, everyMs: 20 },
      );
      latencies.push(at - appendedMs);
    }
    const sorted = latencies.toSorted((a, b) => a - b);
    console.log(
      `From an appended line to the text in the window: median ${sorted[sorted.length >> 1] ?? 0} ms,` +
        ` least ${sorted[0] ?? 0} ms, most ${sorted.at(-1) ?? 0} ms.`,
    );
  });

  test('shows a new session file of a new project too', async () => {
    transcripts.append({ model: sonnet, project: 'brand-new', output: 50_000 });
    await untilMeter(page, dollars(transcripts.todayUsd), 10_000);
  });
});

describe('the tooltip', () => {
  test('tells today and this month by provider, the session, what has no price, the source and its age', async () => {
    const reporter = await code.reporter(page);
    await value(reporter, 'report', [
      { id: 'openai-1', provider: 'openai', model: 'gpt-5', tokens: { input: 10, output: 20 }, costUsd: 1.5 },
      { id: 'acme-1', provider: 'acme', model: 'quokka-mini', tokens: { input: 10, output: 20 } },
      { id: 'acme-2', provider: 'acme', model: 'quokka-mini', tokens: { input: 10, output: 20 } },
    ]);
    await untilMeter(page, dollars(transcripts.todayUsd + 1.5), 10_000);
    const text = await tooltip(page);
    const { session } = await value(reporter, 'status');
    expect(text).toContain(
      `Agent Meter · ${dollars(transcripts.todayUsd + 1.5)} today · ${dollars(transcripts.monthUsd + 1.5)} this month`,
    );
    expect(text).toContain(`anthropic ${dollars(transcripts.todayUsd)} · openai $1.50 · acme unpriced`);
    expect(text).toMatch(
      new RegExp(`This window, since \\d\\d:\\d\\d: \\${dollars(session.costUsd)}, [\\d.]+K tokens`),
    );
    expect(session.costUsd).toBeGreaterThan(1.5);
    expect(text).toMatch(/No price known, not in the total: .*quokka-mini \(2 calls\)/);
    expect(text).toMatch(new RegExp(`No price known, not in the total: .*${unknownModel} \\(1 call\\)`));
    expect(text).toMatch(/Claude Code · 3 files · last event (just now|\d+ min\. ago)/);
    expect(text).toMatch(/As of \d{4}-\d\d-\d\d \d\d:\d\d \(Etc\/GMT/);
    expect(text).toMatch(/Show Costs\s+Show Budget\s+Refresh\s+Show Log/);
    await workbench.screenshot(page, 'meter-tooltip');
  });

  test('has links that work', async () => {
    await page.locator('.monaco-hover:visible a').filter({ hasText: 'Show Costs' }).click();
    await until('the costs', async () => (await workbench.openTabs(page)).some((tab) => tab.includes('Agent Costs')));
    await workbench.dismissHover(page);
  });
});

describe('a window that opens', () => {
  test('has the last known figures at once', async () => {
    const before = (await meter(page)).text;
    // Figures are remembered every five seconds, for a window that is not closed but killed.
    await page.waitForTimeout(5500);
    const shown = await recordMeter(page);
    await code.reloadWindow(page);
    await untilMeter(page, before);
    expect((await shown()).map(({ text }) => text)).toEqual([before]);
  });

  test('catches up with what agents wrote while no window was open', async () => {
    const before = (await meter(page)).text;
    const address = page.url();
    const host = await code.extensionHost(page);
    await page.goto('about:blank');
    await until('the end of the extension host', () => !code.extensionHosts().includes(host));
    transcripts.append({ model: opus, output: 200_000 });
    const shown = await recordMeter(page);
    await page.goto(address);
    const now = dollars(transcripts.todayUsd + 1.5);
    await untilMeter(page, now);
    const texts = (await shown()).map(({ text }) => text);
    expect(texts[0]).toBe(before);
    expect(texts.at(-1)).toBe(now);
    expect(texts.filter((text) => !text.startsWith(before))).toEqual([now]);
  });
});
