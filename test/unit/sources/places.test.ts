import { describe, expect, test } from 'vitest';
import { projectName } from '../../../src/sources/claudeCode/project';
import { machineOf } from '../../../src/sources/machine';
import { claudeRoots } from '../../../src/sources/claudeCode/roots';

describe('project names', () => {
  test.each([
    ['the root itself', '/home/ana/my_app', '-home-ana-my-app', 'my_app'],
    ['a folder inside', '/home/ana/shop/packages/api', '-home-ana-shop', 'shop'],
    ['elsewhere', '/tmp/other', '-home-ana-shop', 'other'],
    ['no folder', '/home/ana/shop', '', 'shop'],
    ['slash at the end', '/home/ana/shop/', '-home-ana-shop', 'shop'],
    ['Windows', 'C:\\src\\x\\packages', 'C--src-x', 'x'],
    ['Windows with slashes', 'C:/src/x/packages', 'C--src-x', 'x'],
    ['a share', '\\\\server\\share\\x', '--server-share-x', 'x'],
    ['a worktree', '/home/ana/shop/.claude/worktrees/fix-1', '-home-ana-shop--claude-worktrees-fix-1', 'shop'],
    ['inside a worktree', '/home/ana/shop/.claude/worktrees/f/src', '-home-ana-shop--claude-worktrees-f', 'shop'],
    ['a worktree of a session that began outside', '/h/shop/.claude/worktrees/f', '-h-shop', 'shop'],
    ['a worktree on Windows', 'C:\\a\\shop\\.claude\\worktrees\\f', 'C--a-shop--claude-worktrees-f', 'shop'],
    ['beyond ASCII', '/home/ana/größe', '-home-ana-gr--e', 'größe'],
    ['the file system’s root', '/', '-', null],
    ['a drive', 'C:\\', 'C--', null],
    ['nothing', '', '', null],
    ['a mail account', '/home/ana/Mail/ana@example.com', 'x', null],
  ])('%s', (_, cwd, folder, name) => expect(projectName(cwd, folder)).toBe(name));

  test('a slug cut at 200 characters', () => {
    const root = `/home/${'long-name/'.repeat(25)}shop`;
    const slug = `${root.replace(/[^A-Za-z0-9]/g, '-').slice(0, 200)}-1a2b3c`;
    expect(projectName(root, slug)).toBe('shop');
  });
});

describe('roots', () => {
  const directories = (platform: NodeJS.Platform, variables: Record<string, string>): string[] =>
    claudeRoots(machineOf(variables, platform)).map(({ directory }) => directory);

  test('Linux', () => {
    expect(directories('linux', { HOME: '/home/ana' })).toEqual([
      '/home/ana/.claude/projects',
      '/home/ana/.config/claude/projects',
      '/home/ana/.config/Claude/local-agent-mode-sessions',
      '/home/ana/.config/Claude/claude-code-sessions',
    ]);
    expect(directories('linux', { HOME: '/home/ana', XDG_CONFIG_HOME: '/x' })[1]).toBe('/x/claude/projects');
    expect(directories('linux', { HOME: '/home/ana', XDG_CONFIG_HOME: 'relative' })[1]).toBe(
      '/home/ana/.config/claude/projects',
    );
    expect(directories('linux', {})).toEqual([]);
  });

  test('macOS', () => {
    expect(directories('darwin', { HOME: '/Users/ana' }).slice(2)).toEqual([
      '/Users/ana/Library/Application Support/Claude/local-agent-mode-sessions',
      '/Users/ana/Library/Application Support/Claude/claude-code-sessions',
    ]);
  });

  test('Windows', () => {
    const variables = {
      USERPROFILE: 'C:\\Users\\ana',
      APPDATA: 'C:\\Users\\ana\\AppData\\Roaming',
      LOCALAPPDATA: 'C:\\Users\\ana\\AppData\\Local',
    };
    expect(directories('win32', variables)).toEqual([
      'C:\\Users\\ana\\.claude\\projects',
      'C:\\Users\\ana\\.config\\claude\\projects',
      'C:\\Users\\ana\\AppData\\Roaming\\Claude\\local-agent-mode-sessions',
      'C:\\Users\\ana\\AppData\\Roaming\\Claude\\claude-code-sessions',
      'C:\\Users\\ana\\AppData\\Local\\Packages\\Claude_*\\LocalCache\\Roaming\\Claude\\local-agent-mode-sessions',
      'C:\\Users\\ana\\AppData\\Local\\Packages\\Claude_*\\LocalCache\\Roaming\\Claude\\claude-code-sessions',
    ]);
  });

  test('CLAUDE_CONFIG_DIR replaces the usual ones', () => {
    const set = (value: string): string[] =>
      directories('linux', { HOME: '/h', CLAUDE_CONFIG_DIR: value }).slice(0, -2);
    expect(set('/a, /b/projects ,,~/c/')).toEqual(['/a/projects', '/b/projects', '/h/c/projects']);
    expect(set(' ')).toEqual(['/h/.claude/projects', '/h/.config/claude/projects']);
    expect(set('~')).toEqual(['/h/projects']);
  });
});

describe('the editors’ folders for extensions', () => {
  const storages = (platform: NodeJS.Platform, variables: Record<string, string>): readonly string[] =>
    machineOf(variables, platform).globalStorages;

  test('of desktops and servers, on each platform', () => {
    expect(storages('linux', { HOME: '/home/ana' })).toEqual(
      expect.arrayContaining([
        '/home/ana/.config/Code/User/globalStorage',
        '/home/ana/.vscode-server/data/User/globalStorage',
        '/home/ana/.local/share/code-server/User/globalStorage',
      ]),
    );
    expect(storages('linux', { HOME: '/home/ana', XDG_CONFIG_HOME: '/x' })).toContain('/x/Cursor/User/globalStorage');
    expect(storages('darwin', { HOME: '/Users/ana' })).toContain(
      '/Users/ana/Library/Application Support/Code - Insiders/User/globalStorage',
    );
    expect(storages('win32', { USERPROFILE: 'C:\\Users\\ana', APPDATA: 'C:\\R' })).toContain(
      'C:\\R\\VSCodium\\User\\globalStorage',
    );
    expect(storages('linux', {})).toEqual([]);
  });
});
