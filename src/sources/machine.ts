/** The machine as data, by which sources say where their logs are: nothing in this room asks `process` or `os`. */
import { posix, win32, type PlatformPath } from 'node:path';

export interface Machine {
  variables: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** Of the user; `undefined`: not said. */
  home: string | undefined;
  /** Joins as this machine does. */
  path: PlatformPath;
  /** `globalStorage` of every editor that may be on it, where extensions keep their files; need not exist. */
  globalStorages: readonly string[];
}

/** Editors by the names of their folders, desktop and server. */
const desktopEditors = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'];
const serverEditors = [
  '.vscode-server',
  '.vscode-server-insiders',
  '.vscodium-server',
  '.cursor-server',
  '.windsurf-server',
];

export function machineOf(variables: Machine['variables'], platform: NodeJS.Platform): Machine {
  const path = platform === 'win32' ? win32 : posix;
  const home = (platform === 'win32' ? variables['USERPROFILE'] || variables['HOME'] : variables['HOME']) || undefined;
  const machine = { variables, platform, home, path };
  return { ...machine, globalStorages: globalStoragesOf(machine) };
}

function globalStoragesOf({ variables, platform, home, path }: Omit<Machine, 'globalStorages'>): string[] {
  const desktop = ((): string | undefined => {
    if (platform === 'win32') return variables['APPDATA'];
    if (platform === 'darwin') return home && path.join(home, 'Library', 'Application Support');
    return variables['XDG_CONFIG_HOME'] || (home && path.join(home, '.config'));
  })();
  const server = home === undefined ? [] : serverEditors.map((editor) => path.join(home, editor, 'data'));
  return [
    ...(desktop === undefined ? [] : desktopEditors.map((editor) => path.join(desktop, editor))),
    ...server,
    ...(home === undefined ? [] : [path.join(home, '.local', 'share', 'code-server')]),
  ].map((data) => path.join(data, 'User', 'globalStorage'));
}
