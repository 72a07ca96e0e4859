import * as fs from 'node:fs/promises';
import * as nodeModule from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { compiledFolder, removeOldCompiled } from '../../../src/engine/compiledFolder';
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
  });
  const { ledgerOpen } = await window.untilRead();
  await window.shutdown();
  return ledgerOpen;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

it('keeps what Node compiled for the next start, for this user only', async () => {
  const folder = await throwAway();
  const compiled = path.join(folder, 'data', compiledFolder);
  expect(await startAndStop(folder)).toBe(true);
  expect((await filesIn(compiled)).length > 0).toBe(nodeKeeps);
  const modes = [path.join(folder, 'data'), ...(nodeKeeps ? [compiled] : [])].map(async (made) => {
    const { mode } = await fs.stat(made);
    return mode & 0o777;
  });
  if (process.platform !== 'win32') expect(new Set(await Promise.all(modes))).toEqual(new Set([0o700]));
});

it('starts whatever became of what was kept', async () => {
  const folder = await throwAway();
  expect(await startAndStop(folder)).toBe(true);
  const compiled = path.join(folder, 'data', compiledFolder);
  for (const file of await filesIn(compiled)) {
    const bytes = await fs.readFile(file);
    bytes.fill(7, bytes.length / 2);
    await fs.writeFile(file, bytes);
  }
  expect(await startAndStop(folder)).toBe(true);
  await fs.rm(compiled, { recursive: true, force: true });
  await fs.writeFile(compiled, 'no folder');
  expect(await startAndStop(folder)).toBe(true);
});

it('removes what no start has needed for a month', async () => {
  const folder = await throwAway();
  const nowMs = testStartMs;
  const make = async (version: string, name: string, days: number): Promise<void> => {
    const file = path.join(folder, compiledFolder, version, name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, '');
    const made = new Date(nowMs - days * 86_400_000);
    await fs.utimes(file, made, made);
  };
  const [older, newer] = ['v22.12.0-x64-0a1b2c3d-0', 'v24.21.0-x64-964aae3f-1000'];
  await make(older, 'engine', 31);
  await make(newer, 'old', 31);
  await make(newer, 'engine', 29);
  // The user chose this folder, and may have had one of that name in it.
  await make('thesis', 'draft.pdf', 400);
  await make('v2', 'notes', 400);
  await removeOldCompiled(folder, nowMs);
  expect(await fs.readdir(path.join(folder, compiledFolder))).toEqual(['thesis', 'v2', newer]);
  expect(await fs.readdir(path.join(folder, compiledFolder, newer))).toEqual(['engine']);
  expect(await fs.readdir(path.join(folder, compiledFolder, 'thesis'))).toEqual(['draft.pdf']);
  await expect(removeOldCompiled(path.join(folder, 'nowhere'), nowMs)).resolves.toBeUndefined();
});
