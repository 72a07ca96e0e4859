import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { chooseDataDirectory, prepareDataDirectory } from '../../../src/host/engine/dataDirectory';

vi.mock('vscode', () => import('./vscodeMock'));

const folder = mkdtempSync(path.join(os.tmpdir(), 'meter-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('where the ledger lives', () => {
  it('is the platform’s data directory unless the setting says otherwise', () => {
    const chosen = chooseDataDirectory('  ');
    expect(chosen.ok && path.basename(chosen.path)).toBe('agent-meter');
    expect(chooseDataDirectory(`${folder}/a/../b`)).toEqual({ ok: true, path: path.join(folder, 'b') });
  });

  it.each(['ledger', './ledger', '~/ledger'])('refuses %s, which is not absolute', (setting) => {
    const chosen = chooseDataDirectory(setting);
    expect(chosen).toMatchObject({ ok: false, reason: expect.stringContaining(setting) as unknown });
  });

  it('makes the folder of the setting', async () => {
    const wished = path.join(folder, 'x', 'y');
    expect(await prepareDataDirectory(wished)).toEqual({ ok: true, path: wished });
    expect(statSync(wished).isDirectory()).toBe(true);
    // The ledger will be in it, which is nobody else's.
    if (process.platform !== 'win32') expect(statSync(wished).mode & 0o777).toBe(0o700);
  });

  it('refuses what can never be a folder', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    for (const wished of [file, path.join(file, 'below')]) {
      expect(await prepareDataDirectory(wished)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('no folder') as unknown,
      });
    }
  });
});
