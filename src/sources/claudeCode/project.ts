/**
 * The name of the project that a line belongs to: the last component of its root directory, nothing else of the path.
 * The folder's slug tells which ancestor of the working directory is the root; the slug itself is lossy and never decoded.
 */

import { asProjectName } from '../projects';

/** Longer slugs are cut here and get a hash behind. */
const slugLength = 200;
const worktrees = /[\\/]\.claude[\\/]worktrees[\\/].*$/s;
const worktreesSlug = /--claude-worktrees-.*$/s;

export function projectName(cwd: string, folder: string): string | null {
  const directory = cwd.replace(worktrees, '');
  const slug = directory === cwd ? folder : folder.replace(worktreesSlug, '');
  const ancestors = ancestorsOrSelf(directory);
  const root = ancestors.find((ancestor) => hasSlug(ancestor, slug)) ?? ancestors[0];
  return root === undefined ? null : lastComponent(root);
}

/** Deepest first, without the file system's root. */
function ancestorsOrSelf(directory: string): string[] {
  const ancestors: string[] = [];
  let rest = directory.replace(/[\\/]+$/, '');
  while (rest !== '' && !/^[A-Za-z]:$/.test(rest)) {
    ancestors.push(rest);
    const cut = rest.search(/[\\/]+[^\\/]*$/);
    if (cut < 0) break;
    rest = rest.slice(0, cut);
  }
  return ancestors;
}

function hasSlug(directory: string, folder: string): boolean {
  const slug = directory.replace(/[^A-Za-z0-9]/g, '-');
  return slug.length > slugLength ? folder.startsWith(slug.slice(0, slugLength)) : slug === folder;
}

function lastComponent(directory: string): string | null {
  return asProjectName(/[^\\/]*$/.exec(directory)?.[0] ?? '');
}
