import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { assertIsolated, folderVariable, isolatedEnvironment, isolatedVariables } from '../../support/isolation.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'isolation-'));
});

describe('the environment of a test', () => {
  test('leads every directory variable into its folder', () => {
    const env = isolatedEnvironment(folder);
    for (const name of Object.keys(isolatedVariables))
      expect(env[name]?.startsWith(folder + path.sep), name).toBe(true);
  });

  test('takes over nothing that tells about the user', () => {
    process.env['ANTHROPIC_API_KEY'] = 'secret';
    try {
      expect(isolatedEnvironment(folder)).not.toHaveProperty('ANTHROPIC_API_KEY');
    } finally {
      delete process.env['ANTHROPIC_API_KEY'];
    }
  });

  test('is refused for the home directory of this machine, for what holds it, and for a folder in use', () => {
    const home = userInfo().homedir;
    const before = readdirSync(home);
    expect(() => isolatedEnvironment(home)).toThrow(/holds the home directory/);
    expect(() => isolatedEnvironment(path.dirname(home))).toThrow(/holds the home directory/);
    expect(readdirSync(home)).toEqual(before);
    writeFileSync(path.join(folder, 'precious'), '');
    expect(() => isolatedEnvironment(folder)).toThrow(/not empty/);
  });
});

describe('a launcher', () => {
  test('accepts an isolated environment', () => {
    expect(() => assertIsolated(isolatedEnvironment(folder))).not.toThrow();
  });

  test("refuses this process's own environment as the machine gave it", () => {
    expect(() => assertIsolated({ ...process.env, HOME: userInfo().homedir })).toThrow(/HOME/);
    expect(() => assertIsolated({ PATH: process.env['PATH'] })).toThrow(folderVariable);
  });

  test.each(Object.keys(isolatedVariables))(
    'refuses when %s is missing, relative, outside, or the real home',
    (name) => {
      const env = isolatedEnvironment(folder);
      const elsewhere = [
        undefined,
        '',
        'relative',
        tmpdir(),
        userInfo().homedir,
        path.join(userInfo().homedir, '.claude'),
      ];
      for (const value of elsewhere) expect(() => assertIsolated({ ...env, [name]: value })).toThrow(name);
    },
  );

  test('refuses a link that leads out of the folder', () => {
    const env = isolatedEnvironment(folder);
    const link = path.join(folder, 'home', '.claude');
    symlinkSync(userInfo().homedir, link);
    expect(() => assertIsolated(env)).toThrow(/CLAUDE_CONFIG_DIR/);
  });

  test('refuses any other variable that leads into the real home', () => {
    const env = isolatedEnvironment(folder);
    const leak = path.join(userInfo().homedir, '.new-agent');
    expect(() => assertIsolated({ ...env, NEW_AGENT_HOME: leak })).toThrow(/NEW_AGENT_HOME/);
  });

  test('refuses a folder that nobody declared to be thrown away', () => {
    const env = isolatedEnvironment(folder);
    const other = path.join(folder, 'other');
    mkdirSync(other);
    expect(() => assertIsolated({ ...env, [folderVariable]: other })).toThrow(/no throw-away folder/);
  });
});

test('this very test runs in a throw-away home', () => {
  expect(() => assertIsolated(process.env)).not.toThrow();
  expect(homedir()).not.toBe(userInfo().homedir);
  expect(existsSync(homedir())).toBe(true);
});
