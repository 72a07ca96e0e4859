/** The configuration's editor as a user has it: squiggles, completion, hover, live use, rename, and the commands that write it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { ourErrors, startMetered, untilMeter, value } from './meter.ts';

const text = `# Mine.
timezone: UTC
tiers:
  - id: lab # to be renamed
    display_name: Lab
    price_range_min: 40
    color: "#3fb950"
    icon: beaker
pricing:
  models:
    opus: { input_per_million: 15, output_per_million: 75, tier: lab }
subscriptions:
  - id: claude-pro
    provider: anthropic
    monthly_fee: 20
    quotas:
      - { meter: tokens, period: day, limit: 1000 }
strategy: cheapest
`;

let code: RealVsCode;
let page: Page;
let reporter: Reporter;
let file: string;

beforeAll(async () => {
  ({ code } = await startMetered({
    write: (_, { env }) => {
      file = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter', 'config.yaml');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
  }));
  page = await code.openWindow(undefined, { viewport: { width: 1280, height: 800 } });
  reporter = await code.reporter(page);
  await untilMeter(page, '$0.00').catch(() => undefined);
  await workbench.runCommand(page, 'Agent Meter: Open Configuration');
  await until('the configuration', async () => (await reporter.activeText())?.startsWith('# Mine.'));
});

afterAll(async () => {
  // The file is wrong on purpose when it is opened, and the user is told so.
  expect(ourErrors(code).filter((error) => !error.includes('is not obeyed'))).toEqual([]);
  await code.close();
});

const squiggle = '.editor-group-container.active .squiggly-error';

/** The items of our quick pick, once it is there: the palette has one as well. */
async function picks(expected: string, window = page): Promise<string[]> {
  const rows = window.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  await rows.filter({ hasText: expected }).first().waitFor({ state: 'visible', timeout: 30_000 });
  return await rows.allInnerTexts();
}

/** Puts the cursor behind the first occurrence of a piece of the text, and the keyboard into the editor. */
async function goTo(piece: string): Promise<void> {
  const now = (await reporter.activeText()) ?? '';
  const before = now.slice(0, now.indexOf(piece) + piece.length).split('\n');
  const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
  await workbench.runCommand(page, 'Go to Line/Column...');
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  await input.fill(`:${line}:${column}`);
  await page.locator('.quick-input-widget:visible').getByText(`${line}`).first().waitFor({ timeout: 30_000 });
  await input.press('Enter');
  // The box takes what is typed until it is gone, and a line that is only previewed has no cursor yet.
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'detached', timeout: 30_000 });
  const place = workbench.statusBarLocator(page, 'status.editor.selection');
  await place.filter({ hasText: `Ln ${line}, Col ${column}` }).waitFor({ timeout: 30_000 });
  await page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor({ timeout: 30_000 });
}

describe('a wrong value', () => {
  test('has a squiggle and a problem, and loses both when it is mended by its quick fix or by hand', async () => {
    await page.locator(squiggle).first().waitFor({ state: 'attached', timeout: 30_000 });
    await workbench.runCommand(page, 'Problems: Focus on Problems View');
    const problems = page.locator('.markers-panel .monaco-list-row');
    await problems.filter({ hasText: 'Must be' }).first().waitFor({ timeout: 30_000 });
    expect((await problems.allInnerTexts()).join('\n')).toContain('wrong_value');
    await workbench.screenshot(page, 'configuration-problem');
    await workbench.runCommand(page, 'View: Focus Active Editor Group').catch(() => undefined);
    await goTo('strategy: cheapest');
    await page.keyboard.press('Control+Backspace');
    await page.keyboard.type('bal');
    const suggestion = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'balanced' }).first();
    await suggestion.waitFor({ state: 'visible', timeout: 30_000 });
    await workbench.screenshot(page, 'configuration-completion');
    await page.keyboard.press('Enter');
    await until('the word', async () => (await reporter.activeText())?.includes('strategy: balanced'));
    await page.locator(squiggle).first().waitFor({ state: 'detached', timeout: 30_000 });
    await workbench.runCommand(page, 'View: Toggle Panel Visibility').catch(() => undefined);
  });
});

test('completion offers the keys of the place with what they mean', async () => {
  await goTo('strategy: balanced');
  await page.keyboard.press('Enter');
  await page.keyboard.type('lim');
  const row = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'limits' }).first();
  await row.waitFor({ state: 'visible', timeout: 30_000 });
  await page.keyboard.press('Enter');
  await until('the key', async () => (await reporter.activeText())?.includes('limits:\n  '));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+Z');
  await until('the key to go', async () => !(await reporter.activeText())?.includes('limits:'));
});

test('hover tells of a key what it means, and of a model what it costs', async () => {
  await workbench.runCommand(page, 'File: Save');
  await goTo('monthly_f');
  await workbench.runCommand(page, 'Show or Focus Hover');
  const hover = page.locator('.monaco-editor .monaco-hover:visible');
  await expect
    .poll(async () => await hover.allInnerTexts(), { timeout: 30_000 })
    .toEqual(expect.arrayContaining([expect.stringContaining('USD per month')]));
  await page.keyboard.press('Escape');
  await goTo('opu');
  await workbench.runCommand(page, 'Show or Focus Hover');
  await expect
    .poll(async () => (await hover.allInnerTexts()).join('\n'), { timeout: 30_000 })
    .toContain('$30 a million tokens');
  await workbench.screenshot(page, 'configuration-hover');
  await page.keyboard.press('Escape');
});

test('the use of a quota stands beside it, as it is now', async () => {
  await value(reporter, 'report', {
    id: 'one', provider: 'anthropic', model: 'claude-opus-4-8', tokens: { input: 300, output: 112 },
  }); // prettier-ignore
  const line = (): Promise<string> => workbench.editorText(page);
  await expect
    .poll(line, { timeout: 30_000 })
    .toMatch(/limit: 1000 \}\s*412 tokens used, 41 %, resets in \d+ (?:h|min)/);
  await value(reporter, 'report', {
    id: 'two', provider: 'anthropic', model: 'claude-opus-4-8', tokens: { input: 88, output: 100 },
  }); // prettier-ignore
  await expect.poll(line, { timeout: 30_000 }).toContain('600 tokens used, 60 %');
});

describe.each(['light', 'dark', 'highContrast'] as const)('in the theme %s', (theme) => {
  test('it can be read', async () => {
    await code.setTheme(page, theme);
    await workbench.screenshot(page, `configuration-${theme}`);
    expect(await page.locator('.editor-group-container.active .view-line').count()).toBeGreaterThan(10);
  });
});

test('rename changes an id wherever it stands', async () => {
  await goTo('- id: la');
  await page.keyboard.press('F2');
  const name = page.locator('.rename-input');
  await name.waitFor({ state: 'visible', timeout: 30_000 });
  // It is visible before it has the focus.
  await name.fill('bench');
  await workbench.screenshot(page, 'configuration-rename');
  await name.press('Enter');
  await until('the new name', async () => (await reporter.activeText())?.includes('tier: bench }'));
  expect(await reporter.activeText()).toContain('- id: bench # to be renamed');
});

test.each([
  ['light', '#388a34'],
  ['dark', '#89d185'],
] as const)('Manage Cost Tiers shows each tier in its colour and with its icon: %s', async (theme, green) => {
  await code.setTheme(page, theme);
  await workbench.runCommand(page, 'Agent Meter: Manage Cost Tiers…');
  await picks('Add a tier…');
  const row = (name: string): Locator =>
    page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row').filter({ hasText: name }).first();
  const dotOf = async (name: string): Promise<string> => {
    const image = await row(name)
      .locator('.quick-input-list-icon')
      .evaluate((icon) => getComputedStyle(icon).backgroundImage);
    const [, base64 = ''] = /^url\("data:image\/svg\+xml;base64,([^"]+)"\)$/.exec(image) ?? [];
    return Buffer.from(base64, 'base64').toString();
  };
  expect(await dotOf('Lab')).toContain('fill="#3fb950"');
  expect(await dotOf('Low')).toContain(`fill="${green}"`);
  await row('Premium').locator('.codicon-flame').waitFor();
  await workbench.screenshot(page, `configuration-tier-colors-${theme}`);
  await page.keyboard.press('Escape');
});

test('Manage Cost Tiers writes a tier step by step, and undo takes it back', async () => {
  await workbench.runCommand(page, 'File: Save');
  const before = await reporter.activeText();
  await workbench.runCommand(page, 'Agent Meter: Manage Cost Tiers…');
  const offered = (await picks('Add a tier…')).join('\n');
  for (const tier of ['Lab', 'Low', 'Premium']) expect(offered).toContain(tier);
  await workbench.screenshot(page, 'configuration-manage-tiers');
  await workbench.quickPick(page, 'Add a tier…');
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  const title = page.locator('.quick-input-widget:visible .quick-input-title');
  const answer = async (step: string, text?: string): Promise<void> => {
    await title.filter({ hasText: step }).waitFor({ timeout: 30_000 });
    if (text !== undefined) await input.fill(text);
    await page.keyboard.press('Enter');
  };
  await title.filter({ hasText: '(1/7)' }).waitFor({ timeout: 30_000 });
  await input.fill('low');
  await page.locator('.quick-input-widget .quick-input-message').filter({ hasText: 'already' }).waitFor();
  await answer('(1/7)', 'frugal');
  await answer('(2/7)', 'Frugal');
  await answer('(3/7)', 'For what can wait');
  await answer('(4/7)', '0');
  await answer('(5/7)', '0.5');
  await title.filter({ hasText: '(6/7)' }).waitFor();
  await workbench.screenshot(page, 'configuration-manage-tiers-color');
  await answer('(6/7)', 'charts.purple');
  await answer('(7/7)', 'heart');
  const after = await until('the new tier', () => {
    const now = readFileSync(file, 'utf8');
    return now.includes('id: frugal') && now;
  });
  expect(after).toContain('# to be renamed');
  expect(await reporter.activeText()).toBe(after);
  await workbench.runCommand(page, 'View: Focus Active Editor Group').catch(() => undefined);
  await page.locator('.editor-group-container.active .view-lines').first().click();
  await page.keyboard.press('Control+Z');
  await until('the text before', async () => (await reporter.activeText()) === before);
});

test('a tier in use says who uses it, before it is removed', async () => {
  await workbench.runCommand(page, 'Agent Meter: Manage Cost Tiers…');
  await picks('Add a tier…');
  await workbench.quickPick(page, 'bench');
  await picks('Remove…');
  await workbench.quickPick(page, 'Remove…');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor({ state: 'visible', timeout: 30_000 });
  expect(await dialog.innerText()).toContain('pricing.models.opus.tier');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await reporter.activeText()).toContain('id: bench');
});

test('Manage Subscriptions adds a known plan with its fee', async () => {
  await workbench.runCommand(page, 'Agent Meter: Manage Subscriptions…');
  await picks('Claude Max 5x');
  await workbench.screenshot(page, 'configuration-manage-subscriptions');
  await workbench.quickPick(page, 'Claude Max 5x');
  const title = page.locator('.quick-input-widget:visible .quick-input-title');
  for (const step of ['(1/3)', '(2/3)', '(3/3)']) {
    await title.filter({ hasText: step }).waitFor({ timeout: 30_000 });
    await page.keyboard.press('Enter');
  }
  await until('the subscription', async () => (await reporter.activeText())?.includes('monthly_fee: 100'));
  expect(await reporter.activeText()).toMatch(/id: claude-max-5x/);
});

test('Show Price of Model tells where a price is from', async () => {
  await workbench.runCommand(page, 'Agent Meter: Show Price of Model…');
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  await input.waitFor({ timeout: 30_000 });
  await input.fill('claude-haiku-4-5');
  await page.keyboard.press('Enter');
  const told = await until('the price', async () => {
    const now = await reporter.activeText();
    return now?.startsWith('# Price of') === true && now;
  });
  expect(told).toContain('from our own list');
  expect(told).toMatch(/Read on \d{4}-\d\d-\d\d from https:\/\/platform\.claude\.com\//);
  expect(told).toMatch(/Input\s+\|\s+\$1\.00/);
  await workbench.screenshot(page, 'configuration-show-price');
});

test('Show Quotas shows each quota with its bar, its reset and who says so', async () => {
  await workbench.runCommand(page, 'Agent Meter: Show Quotas');
  await until('the document', async () => (await workbench.openTabs(page)).some((tab) => tab.includes('Agent Quotas')));
  await workbench.screenshot(page, 'configuration-show-quotas');
  const told = await until('the quotas', async () => {
    const now = await reporter.activeText();
    return now?.includes('▰') === true && now;
  });
  expect(told).toMatch(/claude-pro · tokens a day\s*\|\s*▰+▱+\s*\|\s*60%/);
  expect(told).toContain('counted here');
  await workbench.screenshot(page, 'configuration-show-quotas');
});

test('Open Configuration makes a commented file where there is none, and asks which one where a folder is open', async () => {
  const shop = code.makeWorkspace('shop');
  const other = await code.openWindow(shop);
  const agent = await code.reporter(other);
  await workbench.runCommand(other, 'Agent Meter: Open Configuration');
  expect((await picks('Holds in every window', other)).join('\n')).toMatch(/User[^]*Workspace/);
  await workbench.quickPick(other, 'Workspace');
  const made = path.join(shop, '.vscode', 'agent-meter.yaml');
  await until('the file', () => existsSync(made));
  await until('the text', async () => (await agent.activeText())?.includes('never lift them'));
});
