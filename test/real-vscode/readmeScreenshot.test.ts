/** Makes media/readme/meter.png from generated logs: AGENT_METER_README=1 npx vitest run -c … readmeScreenshot */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inRepository } from '../support/paths.mjs';
import { writeSampleLogs } from '../support/sampleLogs.mjs';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { meterId, startMetered, tooltip, value } from './meter.ts';

const viewport = { width: 1200, height: 700 };

test.runIf(process.env['AGENT_METER_README'] === '1')('the screenshot of the README', async () => {
  const file = inRepository('media', 'readme', 'meter.png');
  const { code } = await startMetered({
    machineSettings: { 'agentMeter.timezone': afternoonZone() },
    settings: {
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
    },
    write: (_, { env }) => void writeSampleLogs(env['CLAUDE_CONFIG_DIR'] ?? '', { now: Date.now() }),
  });
  const page = await code.openWindow(code.makeWorkspace('shop'), { viewport });
  const reporter = await code.reporter(page);
  await workbench.untilStatusBarItem(page, meterId, ({ text, icons }) => /^\$\d/.test(text) && icons[0] === 'pulse');
  const of = (id: string, model: string, input: number, output: number, project: string): object => ({
    id, provider: 'openai', model, project, tokens: { input, output, cacheRead: 9 * input },
  }); // prettier-ignore
  await value(reporter, 'report', [
    of('1', 'gpt-5', 412_345, 91_200, 'arpg'),
    of('2', 'gpt-5', 201_000, 40_800, 'handbook'),
    of('3', 'gpt-5-mini', 610_000, 88_000, 'shop'),
  ]);
  await page.keyboard.press('Control+B');
  await workbench.runCommand(page, 'Agent Meter: Show Costs');
  await until('the costs', async () => (await reporter.activeText())?.includes('gpt-5-mini'));
  await page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
  // What only the tests put there.
  await page.evaluate(() => {
    for (const id of ['agentMeterTests.item', 'status.forwardedPorts', 'status.host', 'keyboardLayout'])
      document.querySelector(`.statusbar-item[id$="${id}"]`)?.remove();
  });
  await tooltip(page);
  await page.waitForTimeout(1000);
  mkdirSync(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file, clip: { x: 0, y: 0, ...viewport } });
  expect(statSync(file).size).toBeLessThan(200_000);
  await code.close();
});

/** A city where there has been a working day already, so that today's figures are worth a picture. */
function afternoonZone(): string {
  const hourIn = (timeZone: string): number =>
    Number(new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format());
  const cities = ['Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Asia/Tokyo', 'Asia/Kolkata'];
  return cities.find((city) => hourIn(city) >= 12 && hourIn(city) < 22) ?? 'UTC';
}
