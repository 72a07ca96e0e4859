/** The harness itself, tried with the reporter alone. */
import { homedir } from 'node:os';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertIsolated } from '../support/isolation.mjs';
import { RealVsCode } from '../support/realVsCode.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';

let code: RealVsCode;
let page: Page;

beforeAll(async () => {
  code = await RealVsCode.start();
  page = await code.openWindow(code.makeWorkspace('shop'));
});

afterAll(async () => {
  await code.close();
});

describe('a window', () => {
  test('has an extension host whose reporter answers', async () => {
    const reporter = await code.reporter(page);
    expect(reporter.pid).toBe(await code.extensionHost(page));
    expect(await reporter.command('agentMeterTests.echo', { a: 1 })).toEqual({ argument: { a: 1 } });
    await expect(reporter.command('agentMeterTests.unknown')).rejects.toThrow(/not found/);
    await expect(reporter.export('v1.status', {}, 'nobody.nothing')).rejects.toThrow(/no extension nobody.nothing/);
  });

  test('knows nothing of the home directory of this machine', () => {
    expect(() => assertIsolated(code.home.env)).not.toThrow();
    expect(code.home.env['HOME']?.startsWith(homedir())).toBe(false);
  });

  test('shows status bar items and their tooltips', async () => {
    const item = await workbench.statusBarItem(page, 'agentMeterTests.item');
    expect(item).toEqual({ text: 'reporter', label: 'The reporter listens', icons: ['radio-tower'], kind: 'standard' });
    expect(await workbench.hoverStatusBarItem(page, 'agentMeterTests.item')).toContain('Reporter listens');
    await workbench.screenshot(page, 'harness-tooltip');
    await workbench.dismissHover(page);
  });

  test('runs commands from the palette and shows their notifications', async () => {
    await workbench.runCommand(page, 'Reporter: Say Hello');
    await workbench.notification(page, 'Hello from the reporter');
    expect(await workbench.notifications(page)).toEqual(['Hello from the reporter']);
    await expect(workbench.runCommand(page, 'Reporter: Nothing Like This')).rejects.toThrow(/palette does not offer/);
  });

  test('changes its theme', async () => {
    for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] as const)
      await code.setTheme(page, theme);
    await workbench.screenshot(page, 'harness-dark');
  });

  test('shows an editor', async () => {
    await workbench.runCommand(page, 'File: New Untitled Text File');
    await page.keyboard.type('three small words');
    await expect.poll(() => workbench.editorText(page), { timeout: 30_000 }).toContain('three small words');
    const reporter = await code.reporter(page);
    await expect.poll(() => reporter.activeText(), { timeout: 30_000 }).toBe('three small words');
  });

  test('takes settings from its reporter', async () => {
    const reporter = await code.reporter(page);
    await reporter.setSetting('editor.tabSize', 7);
    expect(await reporter.post({ setting: 'editor.tabSize' })).toBe(7);
  });
});

describe('several windows', () => {
  test('have an extension host each, which ends with its window', async () => {
    const second = await code.openWindow(code.makeWorkspace('blog'));
    const [first, other] = [await code.reporter(page), await code.reporter(second)];
    expect(other.pid).not.toBe(first.pid);
    expect(code.extensionHosts().sort()).toEqual([first.pid, other.pid].sort());
    await code.closeWindow(second);
    expect(code.extensionHosts()).toEqual([first.pid]);
  });

  test('survive the crash of one extension host, which comes back', async () => {
    const second = await code.openWindow();
    const [untouched, killed] = [await code.extensionHost(page), await code.killExtensionHost(second)];
    expect(await code.extensionHost(page)).toBe(untouched);
    const restarted = await until('a new extension host', async () => {
      const pid = await code.extensionHost(second);
      return pid !== killed && pid;
    });
    expect((await code.reporter(second)).pid).toBe(restarted);
    await code.closeWindow(second);
  });
});
