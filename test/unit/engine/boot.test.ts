import * as fs from 'node:fs/promises';
import * as nodeModule from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { removeOldCompiled } from '../../../src/engine/compiledFolder';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';
import { testStartMs } from '../../support/testClock.mjs';

const nodeKeeps = 'enableCompileCache' in nodeModule;

async function throwAway(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'boot-'));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  return folder;
}

async function startAndStop(folder: string): Promise<boolean> {
  const window = new TestEngine({
    dataDirectory: path.join(folder, 'data'),
    distDirectory: inRepository('dist'),
    environment: isolatedEnvironment(folder),
    compiledFolder: compiledIn(folder),
  });
  const { ledgerOpen } = await window.untilRead();
  await window.shutdown();
  return ledgerOpen;
}

/** As the host has it in its storage. */
function compiledIn(folder: string): string {
  return path.join(folder, 'storage', 'compiled', '1.2.3');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

it('keeps what Node compiled for the next start, for this user only and not where the ledger is', async () => {
  const folder = await throwAway();
  const compiled = compiledIn(folder);
  expect(await startAndStop(folder)).toBe(true);
  expect((await filesIn(compiled)).length > 0).toBe(nodeKeeps);
  expect(await fs.readdir(path.join(folder, 'data'))).not.toContain('compiled');
  const modes = [path.join(folder, 'data'), ...(nodeKeeps ? [compiled] : [])].map(async (made) => {
    const { mode } = await fs.stat(made);
    return mode & 0o777;
  });
  if (process.platform !== 'win32') expect(new Set(await Promise.all(modes))).toEqual(new Set([0o700]));
});

it('runs nothing that somebody put where the ledger is', async () => {
  const folder = await throwAway();
  expect(await startAndStop(folder)).toBe(true);
  const made = await filesIn(compiledIn(folder));
  const planted = path.join(folder, 'data', 'compiled');
  for (const file of made) {
    const copy = path.join(planted, path.relative(compiledIn(folder), file));
    await fs.mkdir(path.dirname(copy), { recursive: true });
    await fs.writeFile(copy, 'planted');
  }
  await fs.rm(path.join(folder, 'storage'), { recursive: true, force: true });
  expect(await startAndStop(folder)).toBe(true);
  // Node would have put its own in the place of one that is unsound.
  for (const file of await filesIn(planted)) expect(await fs.readFile(file, 'utf8')).toBe('planted');
  expect((await filesIn(compiledIn(folder))).length > 0).toBe(nodeKeeps);
});

it('starts whatever became of what was kept', async () => {
  const folder = await throwAway();
  expect(await startAndStop(folder)).toBe(true);
  const compiled = compiledIn(folder);
  for (const file of await filesIn(compiled)) {
    const bytes = await fs.readFile(file);
    bytes.fill(7, bytes.length / 2);
    await fs.writeFile(file, bytes);
  }
  expect(await startAndStop(folder)).toBe(true);
  await fs.rm(compiled, { recursive: true, force: true });
  await fs.mkdir(path.dirname(compiled), { recursive: true });
  await fs.writeFile(compiled, 'no folder');
  expect(await startAndStop(folder)).toBe(true);
});

describe('removes', () => {
  const nowMs = testStartMs;
  const [older, newer] = ['v22.12.0-x64-0a1b2c3d-0', 'v24.21.0-x64-964aae3f-1000'];

  async function make(file: string, days: number): Promise<void> {
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, '');
    const made = new Date(nowMs - days * 86_400_000);
    await fs.utimes(file, made, made);
  }

  it('what no start has needed for a month, and what our other versions kept', async () => {
    const folder = await throwAway();
    const compiled = compiledIn(folder);
    await make(path.join(compiled, older, 'engine'), 31);
    await make(path.join(compiled, newer, 'old'), 31);
    await make(path.join(compiled, newer, 'engine'), 29);
    await make(path.join(path.dirname(compiled), '1.2.2', newer, 'engine'), 1);
    await removeOldCompiled(path.join(folder, 'data'), compiled, nowMs);
    expect(await fs.readdir(path.dirname(compiled))).toEqual(['1.2.3']);
    expect(await fs.readdir(compiled)).toEqual([newer]);
    expect(await fs.readdir(path.join(compiled, newer))).toEqual(['engine']);
    await expect(removeOldCompiled(path.join(folder, 'x'), path.join(folder, 'y'), nowMs)).resolves.toBeUndefined();
    await expect(removeOldCompiled(path.join(folder, 'x'), null, nowMs)).resolves.toBeUndefined();
  });

  it('what an earlier version kept where the ledger is, and nothing of the user', async () => {
    const folder = await throwAway();
    const former = path.join(folder, 'compiled');
    await make(path.join(former, newer, 'engine'), 1);
    await removeOldCompiled(folder, null, nowMs);
    expect(await fs.readdir(folder)).toEqual([]);

    // The user chose this folder, and may have had one of that name in it.
    await make(path.join(former, newer, 'engine'), 1);
    await make(path.join(former, 'thesis', 'draft.pdf'), 400);
    await make(path.join(former, 'v2', 'notes'), 400);
    await removeOldCompiled(folder, null, nowMs);
    expect((await fs.readdir(former)).sort()).toEqual(['thesis', 'v2']);
    expect(await fs.readdir(path.join(former, 'thesis'))).toEqual(['draft.pdf']);
  });

  it.skipIf(process.platform === 'win32')('nothing behind a link', async () => {
    const [folder, elsewhere] = [await throwAway(), await throwAway()];
    await make(path.join(elsewhere, newer, 'mine'), 400);
    await fs.symlink(elsewhere, path.join(folder, 'compiled'));
    await removeOldCompiled(folder, null, nowMs);
    expect(await filesIn(elsewhere)).toEqual([path.join(elsewhere, newer, 'mine')]);
  });
});
