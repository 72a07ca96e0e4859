/** Makes the pictures of the README and of docs/ from generated data: `npm run pictures`. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { inRepository } from '../support/paths.mjs';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { writeSampleLogs } from '../support/sampleLogs.mjs';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { openDashboard, openTab } from './dashboardPage.ts';
import { meterId, startMetered, tooltip, value, writeConfiguration } from './meter.ts';

const wanted = process.env['AGENT_METER_PICTURES'] === '1';
const viewport = { width: 1200, height: 700 };
const largestBytes = 250_000;
const dayMs = 86_400_000;

const plain = {
  'workbench.colorTheme': 'Dark Modern',
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'editor.fontSize': 13,
  'workbench.activityBar.location': 'hidden',
  'workbench.sideBar.visible': false,
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'breadcrumbs.enabled': false,
  'window.menuBarVisibility': 'hidden',
};

const configuration = `
subscriptions:
  - { id: claude-pro, provider: anthropic, display_name: Claude Pro, monthly_fee: 20, cycle_day: 3,
      quotas: [ { meter: tokens, period: day, limit: 12000000 } ] }
limits:
  global: { max_cost_per_day: 25, max_cost_per_month: 400, hard_stop: false }
  per_project: { default: { max_cost_per_month: 250, hard_stop: false } }
`;

/** Nothing to be told of. */
const generous =
  'limits: { global: { max_cost_per_month: null }, per_project: { default: { max_cost_per_month: null } } }';

test.runIf(wanted)('the meter', async () => {
  const { code, window, reporter } = await start(generous, 14);
  const of = (id: string, model: string, input: number, output: number, project: string): object => ({
    id, provider: 'openai', model, project, tokens: { input, output, cacheRead: 9 * input },
  }); // prettier-ignore
  await value(reporter, 'report', [
    of('1', 'gpt-5', 412_345, 91_200, 'arpg'),
    of('2', 'gpt-5', 201_000, 40_800, 'handbook'),
    of('3', 'gpt-5-mini', 610_000, 88_000, 'shop'),
  ]);
  await window.keyboard.press('Control+B');
  await workbench.runCommand(window, 'Agent Meter: Show Costs');
  await until('the costs', async () => (await reporter.activeText())?.includes('gpt-5-mini'));
  await tidy(window);
  await tooltip(window);
  await picture(window, 'media/readme/meter.png');
  await code.close();
});

test.runIf(wanted)('the dashboard', async () => {
  const { code, window, reporter } = await start(configuration, 60);
  await value(reporter, 'report', calls());
  await value(reporter, 'override', { budget: 'global.day.cost', amount: 10, reason: 'release day' });
  await value(reporter, 'reportQuota', {
    provider: 'anthropic', window: '5h', usedPercent: 63, source: 'claude-statusline',
    resetsAt: new Date(Date.now() + 1.4 * 3_600_000).toISOString(),
  }); // prettier-ignore
  await window.keyboard.press('Control+B');
  await window.setViewportSize({ width: 1200, height: 900 });
  const page = await openDashboard(window);
  await page.locator('#usage svg').first().waitFor();
  await tidy(window);
  await picture(window, 'media/readme/dashboard.png');
  for (const tab of ['History', 'Limits', 'Insights', 'Activity', 'Audit']) {
    await openTab(page, tab);
    await picture(window, `docs/pictures/${tab.toLowerCase()}.png`);
  }
  await code.close();
});

async function start(yaml: string, days: number): Promise<{ code: RealVsCode; window: Page; reporter: Reporter }> {
  const { code } = await startMetered({
    machineSettings: { 'agentMeter.timezone': afternoonZone() },
    settings: plain,
    write: (_, home) => {
      writeSampleLogs(home.env['CLAUDE_CONFIG_DIR'] ?? '', { now: Date.now(), days });
      if (yaml !== '') writeConfiguration(home, yaml);
    },
  });
  const window = await code.openWindow(code.makeWorkspace('shop'), { viewport });
  const reporter = await code.reporter(window);
  await workbench.untilStatusBarItem(window, meterId, ({ text, icons }) => /^\$\d/.test(text) && icons[0] === 'pulse');
  return { code, window, reporter };
}

/** Two months of what other agents reported; a weekday is busier. */
function calls(): object[] {
  const now = Date.now();
  return Array.from({ length: 60 }, (_, day) => day).flatMap((day) =>
    Array.from({ length: [4, 9, 7, 11, 9, 2, 1][day % 7] ?? 1 }, (_unused, place) => {
      const input = 110_000 + ((day * 37 + place * 53) % 70) * 1_000;
      const openai = place % 3 !== 2;
      return {
        id: `${day}-${place}`,
        time: new Date(now - day * dayMs - place * 900_000 - 60_000).toISOString(),
        provider: openai ? 'openai' : 'google',
        model: openai ? (place % 4 === 3 ? 'gpt-5-mini' : 'gpt-5') : 'gemini-2.5-pro',
        agent: openai ? 'scribe' : 'planner',
        agentType: openai ? 'coding' : 'planning',
        project: ['arpg', 'handbook', 'shop'][(day + place) % 3],
        run: `nightly-${day}-${place % 2}`,
        status: (day + place) % 6 === 0 ? 'error' : 'ok',
        durationMs: 2_400 + ((day * 311 + place * 97) % 60) * 100,
        tokens: { input, output: 1_500 + ((day * 17 + place) % 20) * 150, cacheRead: openai ? 0 : input },
      };
    }),
  );
}

/** Takes away what only the tests put there, and waits until nothing is told any more. */
async function tidy(window: Page): Promise<void> {
  await workbench.runCommand(window, 'Notifications: Clear All Notifications');
  await window.locator('.notification-toast').first().waitFor({ state: 'hidden' });
  await window.evaluate(() => {
    for (const id of ['agentMeterTests.item', 'status.forwardedPorts', 'status.host', 'keyboardLayout'])
      document.querySelector(`.statusbar-item[id$="${id}"]`)?.remove();
  });
}

async function picture(window: Page, name: string): Promise<void> {
  const file = inRepository(...name.split('/'));
  mkdirSync(path.dirname(file), { recursive: true });
  await window.waitForTimeout(1000);
  await window.screenshot({ path: file });
  expect(statSync(file).size).toBeLessThan(largestBytes);
}

/** A city where there has been a working day already, so that today's figures are worth a picture. */
function afternoonZone(): string {
  const hourIn = (timeZone: string): number =>
    Number(new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format());
  const cities = ['Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Asia/Tokyo', 'Asia/Kolkata'];
  return cities.find((city) => hourIn(city) >= 12 && hourIn(city) < 22) ?? 'UTC';
}
