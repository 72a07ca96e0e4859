/** The palette's commands, used as a user does. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsageRow } from '../../src/protocol/api/api';
import type { Totals } from '../../src/protocol/api/apiParts';
import { inRepository } from '../support/paths.mjs';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { dollars, ourErrors, startMetered, untilMeter, value } from './meter.ts';
import { unknownModel, type Transcripts } from './transcripts.ts';

const hourMs = 3_600_000;
const opus = 'claude-opus-4-6';

let code: RealVsCode;
let transcripts: Transcripts;
let page: Page;
let reporter: Reporter;

function write(logs: Transcripts): void {
  logs.append({ model: opus, agoMs: 2 * hourMs, input: 2000, output: 61_000, cacheRead: 912_345, cacheWrite: 40_101 });
  logs.append({ model: 'claude-haiku-4-5-20251001', agoMs: hourMs, project: 'we|rd`[name]', output: 9_876 });
  logs.append({ model: unknownModel, agoMs: hourMs, project: 'blog', input: 500, output: 600 });
  logs.append({ model: opus, agoMs: 30 * hourMs, project: 'blog', output: 40_000 });
}

beforeAll(async () => {
  ({ code, transcripts } = await startMetered({ write }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
  await untilMeter(page, dollars(transcripts.todayUsd));
});

afterAll(async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
});

test('the palette offers each command, and nothing of the API', async () => {
  const titles = JSON.parse(readFileSync(inRepository('package.nls.json'), 'utf8')) as Record<string, string>;
  const manifest = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')) as Manifest;
  const expected = manifest.contributes.commands.map(({ category, title }) => {
    return `${category}: ${titles[title.slice(1, -1)] ?? title}`;
  });
  expect(expected).toContain('Agent Meter: Show Costs');
  // The list shows a dozen at a time.
  for (const title of expected) expect(await workbench.paletteEntries(page, title)).toContain(title);
  const seen = await workbench.paletteEntries(page, 'Agent Meter: ');
  // VS Code's own, for the view in the side bar.
  const known = [...expected, 'Agent Meter: Focus on Overview View'];
  expect(seen.filter((entry) => entry.startsWith('Agent Meter') && !known.includes(entry))).toEqual([]);
});

describe('Show Costs', () => {
  test('shows what the API tells, to the cent', async () => {
    await workbench.runCommand(page, 'Agent Meter: Show Costs');
    const text = await until('the costs', async () => {
      const active = await reporter.activeText();
      return active?.includes('# Agent costs') === true && active;
    });
    const [today, month] = [
      await value(reporter, 'usage', { period: 'today' }),
      await value(reporter, 'usage', { period: 'month' }),
    ];
    expect(today.total.costUsd).toBeCloseTo(transcripts.todayUsd, 9);
    expect(month.total.costUsd).toBeCloseTo(transcripts.monthUsd, 9);
    const summary = tableBelow(text, '# Agent costs');
    expect(summary[0]).toEqual(['Today', cost(today.total), ...tokens(today.total)]);
    expect(summary[1]).toEqual(['This month', cost(month.total), ...tokens(month.total)]);
    expect(summary[2]?.slice(1)).toEqual(['–', '0', '0', '0', '0', '0']);

    for (const [title, groupBy] of [
      ['## By provider', ['provider']],
      ['## By project', ['project']],
      ['## By model', ['provider', 'model']],
    ] as const) {
      const ofToday = await value(reporter, 'usage', { period: 'today', groupBy });
      const ofMonth = await value(reporter, 'usage', { period: 'month', groupBy });
      const rows = tableBelow(text, title);
      const expected = ofMonth.rows.map((row) => {
        const same = (other: UsageRow): boolean => groupBy.every((grouping) => other[grouping] === row[grouping]);
        const names = groupBy.map((grouping) => String(row[grouping]));
        return [...names, cost(ofToday.rows.find(same)), cost(row), ...tokens(row)];
      });
      expect(rows.slice(0, -1).toSorted()).toEqual(expected.toSorted());
      expect(rows.at(-1)).toEqual([
        'Total', ...groupBy.slice(1).map(() => ''), cost(today.total), cost(month.total), ...tokens(month.total),
      ]); // prettier-ignore
    }
  });

  test('is read-only, readable on screen, and can be copied', async () => {
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('x');
    expect(await reporter.activeText()).toMatch(/^# Agent costs/);
    expect(await workbench.editorText(page)).toContain('By provider');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+C');
    await until('the copy', async () => String(await reporter.post({ clipboard: true })).startsWith('# Agent costs'));
    await workbench.screenshot(page, 'commands-show-costs');
  });

  test('follows the meter while it is open', async () => {
    await value(reporter, 'report', {
      id: 'follows', provider: 'openai', model: 'gpt-5', tokens: { input: 1, output: 2 }, costUsd: 12.34,
    }); // prettier-ignore
    await until('the new cost', async () => (await reporter.activeText())?.includes('$12.34'), { timeoutMs: 10_000 });
    const [row] = tableBelow((await reporter.activeText()) ?? '', '# Agent costs');
    expect(row?.[1]).toMatch(dollars(transcripts.todayUsd + 12.34));
  });

  test('opens once, also by a click on the meter', async () => {
    await workbench.runCommand(page, 'View: Close All Editors');
    for (let click = 0; click < 2; click++) {
      await workbench.statusBarLocator(page, 'agentMeter.meter').click();
      await until('its tab', async () => (await workbench.openTabs(page)).length > 0);
    }
    expect(await workbench.openTabs(page)).toHaveLength(1);
    expect((await workbench.openTabs(page))[0]).toContain('Agent Costs');
  });
});

test('Refresh reads what is new and says nothing', async () => {
  transcripts.append({ model: opus, output: 1_000 });
  await workbench.runCommand(page, 'Agent Meter: Refresh');
  await untilMeter(page, dollars(transcripts.todayUsd + 12.34));
  expect(await workbench.notifications(page)).toEqual([]);
});

test('Open Ledger Folder tells the folder where there is no file manager beside it', async () => {
  await workbench.runCommand(page, 'Agent Meter: Open Ledger Folder');
  const told = await workbench.notification(page, 'The ledger is in');
  const folder = /The ledger is in (\S+)/.exec((await told.innerText()).replaceAll('\u00a0', ' '))?.[1] ?? '';
  expect(folder).toBe(path.join(code.home.env['XDG_DATA_HOME'] ?? '', 'agent-meter'));
  expect(existsSync(path.join(folder, 'journal'))).toBe(true);
  await told.getByRole('button', { name: 'Copy Path' }).click();
  await until('the path', async () => (await reporter.post({ clipboard: true })) === folder);
});

test('Show Log shows what the extension did, and nothing of what anybody wrote', async () => {
  await workbench.runCommand(page, 'Agent Meter: Show Log');
  const panel = page.locator('.part.panel .view-lines').first();
  await panel.waitFor({ state: 'visible', timeout: 30_000 });
  await expect
    .poll(async () => (await panel.innerText()).replaceAll('\u00a0', ' '))
    .toMatch(/\[info\] leading, epoch 1/);
  expect(await panel.innerText()).not.toMatch(/ipsum|home.ana/);
  await workbench.screenshot(page, 'commands-show-log');
  await workbench.runCommand(page, 'View: Toggle Panel Visibility');
});

test('Get Started opens a walkthrough whose button shows the costs', async () => {
  await workbench.runCommand(page, 'Agent Meter: Get Started');
  const walkthrough = page.locator('.gettingStartedContainer');
  await walkthrough.getByText('Get Started with Agent Meter').first().waitFor({ state: 'visible', timeout: 30_000 });
  expect(await walkthrough.innerText()).toContain('Your agents, metered');
  await workbench.screenshot(page, 'commands-get-started');
  await walkthrough.getByRole('button', { name: 'Show Costs' }).first().click();
  await until('the costs', async () => (await reporter.activeText())?.startsWith('# Agent costs'));
});

test('the ledger holds no text of a transcript and no path', () => {
  const folder = path.join(code.home.env['XDG_DATA_HOME'] ?? '', 'agent-meter', 'journal');
  const journal = readFileSync(path.join(folder, '1-1.ndjson'), 'utf8');
  expect(journal).toContain(opus);
  expect(journal).not.toMatch(/ipsum|home.ana/);
});

interface Manifest {
  contributes: { commands: { category: string; title: string }[] };
}

/** The cells of the first table below a heading, without its head. */
function tableBelow(text: string, heading: string): string[][] {
  const lines = text.slice(text.indexOf(`${heading}\n`)).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const rest = lines.slice(first + 2);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll(/\\(.)/g, '$1')),
    );
}

function cost(totals: Totals | undefined): string {
  if (totals === undefined || totals.events === 0) return '–';
  if (totals.unpricedEvents === totals.events) return 'unpriced';
  return dollars(totals.costUsd) + (totals.unpricedEvents === 0 ? '' : ` + ${totals.unpricedEvents} unpriced`);
}

function tokens({ tokens: { input, output, cacheRead, cacheWrite }, events }: Totals): string[] {
  return [input, output, cacheRead, cacheWrite, events].map((count) => count.toLocaleString('en-US'));
}
