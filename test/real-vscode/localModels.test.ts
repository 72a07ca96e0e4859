/** What models on one's own machine cost, in *Show Costs* of a real VS Code: by the day, by the million tokens, beside the cloud. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { dollars, ourErrors, startMetered, tooltip, untilMeter, value } from './meter.ts';
import { noonZone, type Transcripts } from './transcripts.ts';

const hardwarePerMonth = 45;
const powerPerDay = 0.35 * 24 * 0.3;
const local = `providers:
  ollama: { fixed_monthly_cost: ${hardwarePerMonth}, electricity: { watts: 350, price_per_kwh: 0.30 }, resource_limits: { max_vram_gb: 24, max_concurrent: 2 } }
`;
/** Read from, written to and answered, all together. */
const [cloudTokens, localTokens] = [400_000, 2_500_000];

let code: RealVsCode;
let transcripts: Transcripts;
let page: Page;
let reporter: Reporter;
let file: string;

beforeAll(async () => {
  ({ code, transcripts } = await startMetered({
    write: (logs, { env }) => {
      logs.append({ model: 'claude-opus-4-6', input: 100_000, output: cloudTokens - 100_000 });
      file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, local);
    },
  }));
  page = await code.openWindow(undefined, { viewport: { width: 1400, height: 900 } });
  reporter = await code.reporter(page);
  await untilMeter(page, dollars(transcripts.todayUsd));
  for (const [id, model] of Object.entries({ a: 'qwen3-coder:30b', b: 'llama3.3' })) {
    const tokens = { input: localTokens / 2 - 1000, output: 1000 };
    await value(reporter, 'report', { id, provider: 'ollama', model, tokens, durationMs: 4000, project: 'shop' });
  }
});

afterAll(async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
});

/** The cells of the one row of the table below a title. */
function row(text: string, title: string): string[] | undefined {
  const [, below = ''] = text.split(`## ${title}`);
  const [, , line = ''] = below.trim().split('\n');
  return line.startsWith('|') ? line.split('|').slice(1, -1).map((cell) => cell.trim()) : undefined; // prettier-ignore
}

async function costs(has: string): Promise<string> {
  return await until(`costs with ${has}`, async () => {
    const now = await reporter.activeText();
    return now?.startsWith('# Agent costs') === true && now.includes(has) && now;
  });
}

test('hardware and power accrue by the day, and stand by the million tokens beside the cloud’s price', async () => {
  await workbench.runCommand(page, 'Agent Meter: Show Costs');
  const text = await costs('2,500,000');
  const here = new Date(Date.now() + noonZone().offsetMs);
  const days = new Date(Date.UTC(here.getUTCFullYear(), here.getUTCMonth() + 1, 0)).getUTCDate();
  const today = hardwarePerMonth / days + powerPerDay;
  const month = today * here.getUTCDate();
  const cells = row(text, 'Local models');
  const amounts = (cells ?? []).slice(1).map((cell) => Number(cell.replaceAll(/[$,]/g, '')));
  expect(cells?.[0]).toBe('ollama');
  for (const [at, amount] of [
    today,
    month,
    localTokens,
    month / (localTokens / 1e6),
    transcripts.monthUsd / (cloudTokens / 1e6),
  ].entries()) {
    expect(Math.abs((amounts[at] ?? Number.NaN) - amount), `${cells?.[at + 1]} for ${amount}`).toBeLessThan(0.011);
  }
  // They are billed as lines of their own, and no call of such a model is.
  expect(text).toMatch(/ollama, hardware\s+\|\s+\$\d/);
  expect(text).toMatch(/ollama, electricity\s+\|\s+\$2\.52/);
  expect(text).toMatch(new RegExp(`Calls that are billed one by one\\s+\\|\\s+\\${dollars(transcripts.todayUsd)}`));
  for (const theme of ['light', 'dark', 'highContrast'] as const) {
    await code.setTheme(page, theme);
    await workbench.screenshot(page, `local-models-${theme}`);
  }
});

test('what the machine can bear is a quota, whose level somebody tells', async () => {
  const observed = { provider: 'ollama', window: 'gauge', meter: 'vram_gb', used: 18, source: 'my-agent' };
  expect(await value(reporter, 'reportQuota', observed)).toEqual({ accepted: true });
  const { quotas } = await until('the level', async () => {
    const status = await value(reporter, 'status');
    return status.quotas.some(({ used }) => used === 18) && status;
  });
  expect(quotas).toContainEqual(expect.objectContaining({ id: 'ollama.vram_gb', used: 18, limit: 24, percent: 75 }));
  // It is of a moment, so the meter's text is silent about it.
  expect(await tooltip(page)).toMatch(/ollama · GB of graphics memory\s+▰+▱+ 75%\s+18 of 24 · my-agent/);
  await workbench.dismissHover(page);
});

test('money is in the configured currency as soon as the file says so', async () => {
  writeFileSync(file, `${local}currency: { display: EUR, per_usd: 0.5 }\n`);
  const euros = dollars(transcripts.todayUsd / 2).replace('$', '€');
  const item = await untilMeter(page, euros);
  expect(item.label).toContain('euros spent today');
  const text = await costs('€');
  expect(text).toContain('- Shown in EUR, at 0.5 a dollar; counted in USD.');
  expect(text).toMatch(/ollama, electricity\s+\|\s+€1\.26/);
  expect(text).not.toContain('$');
  await workbench.screenshot(page, 'local-models-euros');
});
