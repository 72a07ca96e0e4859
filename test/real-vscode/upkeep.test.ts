/** What a user does when figures are in doubt: rate again, read all logs again; and what a damaged ledger says by itself. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RealVsCode } from '../support/realVsCode.ts';
import * as workbench from '../support/workbench.ts';
import { dollars, ourErrors, startMetered, untilMeter, value } from './meter.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'upkeep-'));
let code: RealVsCode;
let page: Page;
let todayUsd: number;

beforeAll(async () => {
  const started = await startMetered({
    folder,
    write: (logs) => {
      logs.append({ model: 'claude-opus-4-6', output: 100_000 });
      logs.append({ model: 'claude-haiku-4-5-20251001', project: 'blog', output: 200_000 });
    },
  });
  code = started.code;
  todayUsd = started.transcripts.todayUsd;
  page = await code.openWindow(code.makeWorkspace('shop'));
  await untilMeter(page, dollars(todayUsd));
});

afterAll(async () => {
  await code.close();
  rmSync(folder, { recursive: true, force: true });
});

test('Reprice says that there is nothing to rate differently', async () => {
  await workbench.runCommand(page, 'Agent Meter: Reprice…');
  await workbench.notification(page, 'present prices rate every call as it is');
});

test('Rebuild asks first, reads every log again, counts nothing twice, and takes nothing away', async () => {
  await value(await code.reporter(page), 'report', {
    id: 'reported', provider: 'mock', model: 'mock-1', tokens: { input: 1, output: 1 }, costUsd: 1,
  }); // prettier-ignore
  rmSync(path.join(code.home.env['CLAUDE_CONFIG_DIR'] ?? '', 'projects', blogFolder()), { recursive: true });
  // No more than three are shown at a time.
  await workbench.runCommand(page, 'Notifications: Clear All Notifications');
  await workbench.runCommand(page, 'Agent Meter: Rebuild Ledger From Logs…');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  expect(await dialog.innerText()).toContain('Rebuild the ledger from your agents’ logs?');
  await workbench.screenshot(page, 'rebuild-asks');
  await dialog.getByRole('button', { name: 'Rebuild' }).click();
  const told = await workbench.notification(page, 'all logs read again');
  expect(await told.innerText()).toContain('0 calls added, 0 improved');
  await workbench.screenshot(page, 'rebuild-done');
  await untilMeter(page, dollars(todayUsd + 1));
  const { total } = await value(await code.reporter(page), 'usage', { period: 'today' });
  expect(total.events).toBe(3);
});

test('a damaged ledger says what happened and where the old file is, and is right again', async () => {
  expect(ourErrors(code)).toEqual([]);
  await code.close();
  const data = path.join(code.home.env['XDG_DATA_HOME'] ?? '', 'agent-meter');
  const file = path.join(data, 'ledger.sqlite');
  if (!readdirSync(data).includes('ledger.sqlite')) {
    // So little was written that the journal is all there is.
    writeFileSync(file, 'SQLite format 3\0 and then nothing that makes sense'.padEnd(8_192, '?'));
  } else {
    const bytes = readFileSync(file);
    bytes.fill(0x3f, 100, 4_000);
    writeFileSync(file, bytes);
  }
  ({ code } = await startMetered({ folder }));
  page = await code.openWindow(code.makeWorkspace('shop'));
  await workbench.notification(page, 'corrupt-');
  await workbench.screenshot(page, 'damaged-ledger');
  await untilMeter(page, dollars(todayUsd + 1));
  expect(readdirSync(data).some((name) => name.includes('corrupt-'))).toBe(true);
  expect((await workbench.notifications(page)).filter((text) => text.includes('corrupt-'))).toHaveLength(1);
});

function blogFolder(): string {
  const folders = readdirSync(path.join(code.home.env['CLAUDE_CONFIG_DIR'] ?? '', 'projects'));
  const found = folders.find((name) => name.endsWith('blog'));
  if (found === undefined) throw new Error(`no transcripts of the blog among ${folders.join(', ')}`);
  return found;
}
