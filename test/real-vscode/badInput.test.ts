/** Whatever the machine and the user get wrong: it is said where they look, nothing is lost, and the editor works on. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import { until } from '../support/until.ts';
import * as workbench from '../support/workbench.ts';
import { api, dollars, meter, meterId, ourErrors, startMetered, tooltip, untilMeter, value } from './meter.ts';
import { Reports } from './reports.ts';
import { noonZone, type Transcripts } from './transcripts.ts';

const opus = 'claude-opus-4-6';
const setting = 'agentMeter.dataDirectory';

let code: RealVsCode;
let transcripts: Transcripts;
let page: Page;
let reporter: Reporter;

beforeAll(async () => {
  ({ code, transcripts } = await startMetered());
  page = await code.openWindow(code.makeWorkspace('shop'));
  reporter = await code.reporter(page);
});

afterAll(async () => {
  // VS Code repeats our notifications there.
  expect(ourErrors(code).filter((error) => !error.startsWith('Agent Meter: '))).toEqual([]);
  await code.close();
});

describe('logs', () => {
  test('that are not there are no error, and are read soon after they appear', async () => {
    await untilMeter(page, '$0.00');
    expect(existsSync(claudeFolder())).toBe(false);
    expect(await tooltip(page)).toContain('Claude Code · no logs on this machine');
    await workbench.dismissHover(page);
    transcripts.append({ model: opus, output: 100_000 });
    await untilMeter(page, '$2.50', 20_000);
    expect(await tooltip(page)).toContain('Claude Code · 1 file · last event just now');
    await workbench.dismissHover(page);
  });

  test('with lines that nobody can read are counted, and the lines around them too', async () => {
    for (let line = 0; line < 3; line++) {
      transcripts.appendText('{"type":"assistant","message":{"usage":{"input_tokens":5,"output_tok');
    }
    const skipped = 'Claude Code · 1 file · last event just now · 3 lines skipped';
    await expect.poll(async () => await tooltip(page), { timeout: 30_000, interval: 500 }).toContain(skipped);
    const bytes = Array.from({ length: 5000 }, (_, index) => (index * 37) % 251);
    transcripts.appendText(Buffer.from(bytes.filter((byte) => byte !== 10)));
    for (const line of ['[]', '', 'null', '"usage"']) transcripts.appendText(line);
    transcripts.append({ model: opus, output: 100_000 });
    await untilMeter(page, '$5.00', 10_000);
    expect(await tooltip(page)).toContain(skipped);
    await workbench.dismissHover(page);
    expect(logs()).not.toContain('output_tok');
  });

  test('that vanish never lower a total, and go on when they are back', async () => {
    rmSync(claudeFolder(), { recursive: true });
    await expect
      .poll(async () => await tooltip(page), { timeout: 30_000, interval: 1000 })
      .toContain('no logs on this machine');
    expect((await meter(page)).text).toBe('$5.00');
    await workbench.dismissHover(page);
    transcripts.append({ model: opus, output: 100_000 });
    await untilMeter(page, '$7.50', 20_000);
  });
});

describe('a data directory', () => {
  /** What is wrong with it, and what the user is told. */
  const wrong: [string, () => string, RegExp][] = [
    ['that is a file', () => aFile(), /names something that is no folder: “.*a-file”/],
    ['below a file', () => path.join(aFile(), 'below'), /names something that is no folder: “.*a-file.below”/],
    ['with a relative path', () => 'my/ledger', /must be an absolute path: “my\/ledger”/],
    ['that no one can make', () => '/proc/agent-meter', /can not be used: “\/proc\/agent-meter” \(E/],
    ['that no one can write to', () => '/proc', /The ledger's folder \/proc can't be used: E/],
  ];

  test.each(wrong)(
    '%s is told in the meter, by a notification, in the log and to agents',
    async (_, chosen, message) => {
      await workbench.runCommand(page, 'Notifications: Clear All Notifications');
      await reporter.setSetting(setting, chosen());
      const accept = ({ label }: workbench.StatusBarItem): boolean => message.test(label);
      const item = await workbench.untilStatusBarItem(page, meterId, accept, 15_000);
      expect(item.icons).toEqual(['warning']);
      expect(item.text).not.toContain('$0');
      const hover = await tooltip(page);
      expect(hover).toMatch(message);
      await workbench.dismissHover(page);
      const toast = await until('a notification', async () =>
        (await workbench.notifications(page)).find((text) => message.test(text)),
      );
      expect(toast).toMatch(/^Agent Meter: /);
      expect(logs()).toMatch(message);
      const refused = await api(reporter, 'report', {
      id: 'refused', provider: 'mock', model: 'mock-1', tokens: { input: 1, output: 1 }, costUsd: 100,
    }); // prettier-ignore
      expect(refused).toMatchObject({ ok: false, error: { code: 'storage_unavailable' } });
      if (!refused.ok) expect(refused.error.message).toMatch(message);
    },
  );

  test('that is wrong does not disturb the editor', async () => {
    await workbench.screenshot(page, 'bad-input-data-directory');
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
    await workbench.runCommand(page, 'File: New Untitled Text File');
    await page.keyboard.type('works on');
    await expect.poll(async () => await reporter.activeText(), { timeout: 30_000 }).toBe('works on');
    await workbench.runCommand(page, 'Agent Meter: Show Costs');
    await expect
      .poll(async () => await reporter.activeText(), { timeout: 30_000 })
      .toContain('There is nothing to show yet.');
  });

  test('that is put right works at once, with everything that was in it', async () => {
    await reporter.setSetting(setting, undefined);
    await untilWell('$7.50');
    const another = path.join(code.home.folder, 'another-ledger');
    await reporter.setSetting(setting, another);
    // The logs that are still there are read into the new ledger.
    await untilWell('$2.50');
    expect(existsSync(path.join(another, 'journal'))).toBe(true);
    await reporter.setSetting(setting, undefined);
    await untilWell('$7.50');
  });

  const small = (): string => path.join(code.home.folder, 'small-disk');

  test.skipIf(!canMount())('on a full disk: what is refused says so, and nothing acknowledged is lost', async () => {
    await workbench.runCommand(page, 'Notifications: Clear All Notifications');
    mkdirSync(small());
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', small()]).status).toBe(0);
    const reports = new Reports();
    const stop = new AbortController();
    try {
      const ballast = path.join(small(), 'ballast');
      writeFileSync(ballast, Buffer.alloc(2_000_000));
      await reporter.setSetting(setting, path.join(small(), 'ledger'));
      await untilWell('$2.50');
      const flow = reports.flow(reporter, stop.signal, () => 100);
      const item = await workbench.untilStatusBarItem(page, meterId, ({ icons }) => icons.includes('warning'));
      expect(item.label).toMatch(/The ledger can't be written: .*ENOSPC/);
      expect(await tooltip(page)).toMatch(/The ledger can't be written: .*ENOSPC/);
      await workbench.dismissHover(page);
      await workbench.notification(page, "The ledger can't be written");
      await until('a refusal', async () => {
        const probe = {
          id: 'probe',
          provider: 'mock',
          model: 'mock-1',
          tokens: { input: 1, output: 1 },
          task: 'x'.repeat(256),
        };
        const list = Array.from({ length: 300 }, (_, index) => ({ ...probe, id: `probe-${index}` }));
        const refused = await api(reporter, 'report', list);
        return !refused.ok && refused.error.code === 'storage_unavailable' && refused.error.message.includes('ENOSPC');
      });
      rmSync(ballast);
      const before = reports.acknowledged;
      await until('reports to be taken again', () => reports.acknowledged > before);
      stop.abort();
      await flow;
      await reports.repeat(reporter);
      await reports.expectAllThere(reporter);
      await workbench.untilStatusBarItem(page, meterId, ({ icons }) => icons.includes('pulse'));
    } finally {
      stop.abort();
      await reporter.setSetting(setting, undefined);
      await untilWell('$7.50').finally(() => spawnSync('umount', ['-l', small()]));
    }
  });

  const protectedFolder = (): string => path.join(code.home.folder, 'protected');

  test.skipIf(!canProtect())(
    'that becomes read-only: what is refused says so, and all is well when it is writable',
    async () => {
      await workbench.runCommand(page, 'Notifications: Clear All Notifications');
      mkdirSync(protectedFolder());
      expect(spawnSync('chattr', ['+i', protectedFolder()]).status).toBe(0);
      try {
        await reporter.setSetting(setting, protectedFolder());
        const message = /The ledger's folder .*protected can't be used: E/;
        const item = await workbench.untilStatusBarItem(
          page,
          meterId,
          ({ icons }) => icons.includes('warning'),
          15_000,
        );
        expect(item.label).toMatch(message);
        spawnSync('chattr', ['-i', protectedFolder()]);
        await untilWell('$2.50');
      } finally {
        spawnSync('chattr', ['-i', protectedFolder()]);
        await reporter.setSetting(setting, undefined);
        await untilWell('$7.50');
      }
    },
  );
});

describe('a time zone', () => {
  test('that does not exist is told in the tooltip and the log, and days begin where they do here', async () => {
    await reporter.setSetting('agentMeter.timezone', 'Mars/Olympus_Mons');
    const message = /“Mars\/Olympus_Mons” is no IANA time zone/;
    await expect.poll(async () => await tooltip(page), { timeout: 30_000, interval: 500 }).toMatch(message);
    await workbench.screenshot(page, 'bad-input-timezone');
    await workbench.dismissHover(page);
    expect(logs()).toMatch(message);
    const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect((await value(reporter, 'usage', { period: 'today' })).timezone).toBe(local);
    await reporter.setSetting('agentMeter.timezone', noonZone().name);
    await expect.poll(async () => await tooltip(page), { timeout: 30_000, interval: 500 }).not.toMatch(message);
    await workbench.dismissHover(page);
    await untilMeter(page, dollars(transcripts.todayUsd));
  });
});

describe('settings', () => {
  test('of the wrong type count as not set', async () => {
    await reporter.setSetting('agentMeter.timezone', 7);
    await reporter.setSetting('agentMeter.claudeCode.enabled', 'yes');
    await sleep(500);
    transcripts.append({ model: opus, output: 100_000 });
    await workbench.untilStatusBarItem(
      page,
      meterId,
      ({ icons, text }) => icons.includes('pulse') && text === '$10.00',
    );
    await reporter.setSetting('agentMeter.timezone', undefined);
    await reporter.setSetting('agentMeter.claudeCode.enabled', undefined);
  });

  test('that turn Claude Code off keep what was read', async () => {
    await reporter.setSetting('agentMeter.claudeCode.enabled', false);
    await expect
      .poll(async () => await tooltip(page), { timeout: 30_000, interval: 500 })
      .toContain('Claude Code · turned off');
    transcripts.append({ model: opus, output: 100_000 });
    await sleep(500);
    expect((await meter(page)).text).toBe('$10.00');
    await reporter.setSetting('agentMeter.claudeCode.enabled', true);
    await untilMeter(page, '$12.50');
    await workbench.dismissHover(page);
  });
});

async function untilWell(text: string): Promise<void> {
  await workbench.untilStatusBarItem(page, meterId, (item) => item.text === text && item.icons[0] === 'pulse', 15_000);
}

function claudeFolder(): string {
  return code.home.env['CLAUDE_CONFIG_DIR'] ?? '';
}

function aFile(): string {
  const file = path.join(code.home.folder, 'a-file');
  writeFileSync(file, 'no folder');
  return file;
}

/** What the extension's log channel holds, of all windows. */
function logs(): string {
  const folder = path.join(code.home.folder, 'vscode', 'user', 'logs');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /agent-meter\.agent-meter.*\.log$/.test(name))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
}

/** Whether this user may mount a small disk, as root in most containers for tests. */
function canMount(): boolean {
  return (
    process.platform === 'linux' &&
    tried(
      (folder) => spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0,
      (folder) => spawnSync('umount', [folder]),
    )
  );
}

/** Whether a folder can be made immutable, even to root. */
function canProtect(): boolean {
  return (
    process.platform === 'linux' &&
    tried(
      (folder) => spawnSync('chattr', ['+i', folder]).status === 0,
      (folder) => spawnSync('chattr', ['-i', folder]),
    )
  );
}

function tried(action: (folder: string) => boolean, undo: (folder: string) => unknown): boolean {
  const folder = path.join(process.env['TMPDIR'] ?? '/tmp', `try-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const worked = action(folder);
  if (worked) undo(folder);
  rmSync(folder, { recursive: true });
  return worked;
}
