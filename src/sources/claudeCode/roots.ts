/** Where Claude Code and the Claude desktop app keep transcripts. */
import type { Machine } from '../machine';
import type { Root } from '../source';

const desktopFolders = ['local-agent-mode-sessions', 'claude-code-sessions'];
const desktopChain = ['.claude', 'projects'];

export function claudeRoots({ variables, platform, home, path }: Machine): Root[] {
  const configHome = absolute(variables['XDG_CONFIG_HOME']) ?? (home && path.join(home, '.config'));

  const configured = (variables['CLAUDE_CONFIG_DIR'] ?? '')
    .split(',')
    .map((entry) => expandHome(entry.trim(), home))
    .filter((entry) => path.isAbsolute(entry));
  const usual = [home && path.join(home, '.claude'), configHome && path.join(configHome, 'claude')];
  const roots = configured.length > 0 ? configured : usual.filter((root) => root !== undefined);
  const transcripts = roots.map((root): Root => {
    const trimmed = path.join(root, '.');
    return {
      directory: path.basename(trimmed) === 'projects' ? trimmed : path.join(trimmed, 'projects'),
      below: [],
    };
  });

  const desktop = desktopHomes().flatMap((directory) =>
    desktopFolders.map((folder): Root => ({ directory: path.join(directory, folder), below: desktopChain })),
  );
  return [...transcripts, ...desktop];

  function absolute(value: string | undefined): string | undefined {
    return value !== undefined && path.isAbsolute(value) ? value : undefined;
  }

  function expandHome(entry: string, directory: string | undefined): string {
    return directory !== undefined && /^~(?=$|[\\/])/.test(entry) ? path.join(directory, entry.slice(1)) : entry;
  }

  function desktopHomes(): string[] {
    if (platform === 'darwin') return home ? [path.join(home, 'Library', 'Application Support', 'Claude')] : [];
    if (platform !== 'win32') return configHome ? [path.join(configHome, 'Claude')] : [];
    const roaming = absolute(variables['APPDATA']);
    const local = absolute(variables['LOCALAPPDATA']);
    return [
      ...(roaming ? [path.join(roaming, 'Claude')] : []),
      ...(local ? [path.join(local, 'Packages', 'Claude_*', 'LocalCache', 'Roaming', 'Claude')] : []),
    ];
  }
}
