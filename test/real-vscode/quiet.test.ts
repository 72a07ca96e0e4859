/**
 * Requirement E7 as a new user meets it: the logs of two hundred old sessions, today's among them dearer than ever, and no
 * configuration. Nothing is told in two minutes; then what happens is, one thing at a time. The tooltip is a glance.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { themes, type RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { dollars, startMetered, tooltip, untilMeter, value } from './meter.ts';
import type { Transcripts } from './transcripts.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const model = 'claude-sonnet-4-5-20250929';
const twoMinutesMs = 120_000;

let code: RealVsCode;
let page: Page;
let agent: Reporter;
let logs: Transcripts;

/** Projects that grow from day to day, and today most of all. */
function oldSessions(transcripts: Transcripts): void {
  for (let session = 0; session < 200; session += 1) {
    const day = 20 - Math.floor(session / 10);
    const usd = day === 1 ? 2 : 0.1 + (20 - day) / 50;
    transcripts.append({
      model,
      project: `project-${session % 3}`,
      agoMs: day * dayMs + (session % 10) * 0.4 * hourMs,
      output: Math.round((usd / 15) * 1e6),
    });
  }
  for (let call = 0; call < 9; call += 1) {
    transcripts.append({ model, project: `project-${call % 3}`, agoMs: (1 + call) * hourMs, output: 150_000 });
  }
}

beforeAll(async () => {
  ({ code, transcripts: logs } = await startMetered({ write: oldSessions }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  agent = await code.reporter(page);
});

afterAll(async () => {
  await code.close();
});

test('two minutes after the first start nothing has been told', async () => {
  await untilMeter(page, dollars(logs.todayUsd));
  await workbench.screenshot(page, 'quiet-first-minute');
  const endMs = Date.now() + twoMinutesMs;
  while (Date.now() < endMs) {
    expect(await told()).toEqual([]);
    await sleep(1_000);
  }
  const { alerts } = await value(agent, 'status');
  expect(alerts.map(({ kind }) => kind)).toContain('anomaly');
  expect(alerts.filter(({ told: was, due }) => was || due)).toEqual([]);
}, 240_000);

test('the tooltip has ten rows at most, and none of a budget that nobody wrote', async () => {
  const text = await tooltip(page);
  await workbench.screenshot(page, 'quiet-tooltip');
  expect(await tooltipRows()).toBeLessThanOrEqual(10);
  expect(text).toContain('Claude Code 100%');
  expect(text).toMatch(/Burn: \S+ in the last hour/);
  expect(text, 'of a budget').not.toMatch(/▰|a request/);
  await workbench.dismissHover(page);
});

test('a call that takes a budget over 80 % is told', async () => {
  const call = { provider: 'mock', model: 'mock-1', tokens: { input: 1, output: 1 } };
  await value(agent, 'report', { id: 'near', ...call, costUsd: 41, project: 'fresh' });
  await until('the warning', async () =>
    (await told()).some((text) => text.includes('82% of the monthly cost budget of project fresh used')),
  );
  expect(await told()).toHaveLength(1);
  const near = await tooltip(page);
  expect(near).toMatch(/fresh · cost a month\s+▰▰▰▰▰▰▰▰▰▱ 82%\s+\$41\.00 of \$50\.00 · resets/);
  await workbench.screenshot(page, 'quiet-near');
  await workbench.dismissHover(page);
});

test.each(Object.keys(themes) as (keyof typeof themes)[])(
  'with two default budgets near the tooltip has ten rows at most in the theme %s',
  async (theme) => {
    const call = { provider: 'other', model: 'other-1', tokens: { input: 1, output: 1 } };
    const project = 'storefront-checkout-and-payments-of-eu-west';
    await value(agent, 'report', { id: 'long-name', ...call, costUsd: 45, project });
    await value(agent, 'report', { id: 'unpriced', ...call, model: 'wombat-9', project });
    await code.setTheme(page, theme);
    const text = await until('both budgets', async () => {
      const shown = await tooltip(page);
      return (shown.match(/▰▰▰▰▰▰▰▰/g) ?? []).length === 2 && shown;
    });
    await workbench.screenshot(page, `quiet-two-near-${theme}`);
    expect(text).toMatch(/store.*….*west · a month\s+▰▰▰▰▰▰▰▰▰▱ 90%\s+\$45 of \$50 · resets/);
    expect(text).toContain('fresh · cost a month');
    expect(await tooltipRows()).toBeLessThanOrEqual(10);
    await workbench.dismissHover(page);
  },
);

/** As they are on screen, where long lines are broken. */
async function tooltipRows(): Promise<number> {
  const words = page.locator('.monaco-hover:visible .hover-contents p').last();
  return await words.evaluate((element) => {
    const { lineHeight } = getComputedStyle(element);
    return Math.round(element.getBoundingClientRect().height / parseFloat(lineHeight));
  });
}

async function told(): Promise<string[]> {
  return (await workbench.notifications(page)).filter((text) => text.includes('Agent Meter'));
}
