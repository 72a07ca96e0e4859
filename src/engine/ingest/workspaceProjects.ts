/**
 * The names that workspaces' own files give to their projects: `project` of `.vscode/agent-meter.yaml` in a working directory
 * or above it, the deepest first. Read where the directory is still known, so that no path leaves the reader and a name is the
 * same whether a window has that folder open or not. What a directory says is looked at again after a while.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { longestWorkspaceText } from '../../protocol/vocabulary';
import { asProjectName, type ProjectNames } from '../../sources/projects';

const workspaceFile = path.join('.vscode', 'agent-meter.yaml');
const goodForMs = 2_000;
const mostDirectories = 20_000;
const longestLink = 4_096;
const longestPath = 4_096;

interface Said {
  name: string | null;
  /** Of the file, to read it again only when it has changed. */
  stamp: string;
  lookedMs: number;
}

export class WorkspaceProjects implements ProjectNames {
  private readonly said = new Map<string, Said>();
  private readonly worktrees = new Map<string, { main: string | null; lookedMs: number }>();

  /** `nameIn`: what the text of a configuration names; it may throw. */
  constructor(
    private readonly nameIn: (text: string) => string | null | undefined,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  of(cwd: string): string | null {
    // A share may take minutes to say that it is not there.
    if (!path.isAbsolute(cwd) || /^[\\/]{2}/.test(cwd) || cwd.length > longestPath) return null;
    const directory = path.normalize(cwd);
    return this.above(directory) ?? this.aboveMain(directory);
  }

  private above(directory: string): string | null {
    for (const ancestor of ancestorsOrSelf(directory)) {
      const name = this.at(ancestor);
      if (name !== null) return name;
    }
    return null;
  }

  /** A worktree of git elsewhere: what is not checked out there stands in the repository that it belongs to. */
  private aboveMain(directory: string): string | null {
    for (const ancestor of ancestorsOrSelf(directory)) {
      const main = this.mainOf(ancestor);
      if (main !== null) return this.above(path.join(main, path.relative(ancestor, directory)));
    }
    return null;
  }

  private at(directory: string): string | null {
    const known = this.said.get(directory);
    const lookedMs = this.nowMs();
    if (known !== undefined && lookedMs - known.lookedMs < goodForMs) return known.name;
    const file = path.join(directory, workspaceFile);
    const stamp = stampOf(file, longestWorkspaceText);
    const name = stamp === '' ? null : known?.stamp === stamp ? known.name : this.read(file, known?.name ?? null);
    remember(this.said, directory, { name, stamp, lookedMs });
    return name;
  }

  /** What makes no sense changes nothing. */
  private read(file: string, before: string | null): string | null {
    try {
      return asProjectName(this.nameIn(fs.readFileSync(file, 'utf8')) ?? '');
    } catch {
      return before;
    }
  }

  private mainOf(directory: string): string | null {
    const known = this.worktrees.get(directory);
    const lookedMs = this.nowMs();
    if (known !== undefined && lookedMs - known.lookedMs < goodForMs) return known.main;
    const link = path.join(directory, '.git');
    let main: string | null = null;
    try {
      if (stampOf(link, longestLink) !== '') {
        const [, repository] =
          /^gitdir: (.+?)[\\/]\.git[\\/]worktrees[\\/][^\\/]+\s*$/.exec(fs.readFileSync(link, 'utf8')) ?? [];
        if (repository !== undefined) main = path.resolve(directory, repository);
      }
    } catch {
      main = null;
    }
    remember(this.worktrees, directory, { main, lookedMs });
    return main;
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= mostDirectories) map.clear();
  map.set(key, value);
}

/** '': no file, or none that is read. */
function stampOf(file: string, longest: number): string {
  try {
    const stats = fs.statSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || stats.size > longest) return '';
    return `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
  } catch {
    return '';
  }
}

function ancestorsOrSelf(directory: string): string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestorsOrSelf(parent)];
}
