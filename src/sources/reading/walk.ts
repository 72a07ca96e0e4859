/**
 * Finds log files below the roots of one source. Each real directory is visited once, so links can neither loop nor count
 * twice. What can't be read becomes a problem and is tried again on the next walk.
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { FilePlace, LineSource, LogRoot } from '../source';
import { errorCode, identityOf, isGone, type FileSystem } from './fileSystem';

export interface LogFile {
  source: LineSource;
  /** Real path. */
  path: string;
  place: FilePlace;
  stats: Stats;
}

export interface WalkProblem {
  id: string;
  /** In words for the user, without the source's label. */
  message: string;
}

export interface WalkOptions {
  source: LineSource;
  roots: readonly LogRoot[];
  fileSystem: FileSystem;
  /** Shown instead of the home directory, so that no user name gets into a message. */
  home: string | undefined;
  /** Called before a directory is listed, so that a watch set here misses nothing. */
  onDirectory: (directory: string, base: string, identity: string) => void;
}

interface Folder {
  root: LogRoot;
  /** Real path of the root. */
  base: string;
  parts: readonly string[];
}

const foldersWithoutLogs = new Set(['node_modules', '.git']);
const deepest = 40;

export class Walk {
  readonly files = new Map<string, LogFile>();
  readonly problems = new Map<string, WalkProblem>();
  /** Roots that exist, and those of them that can be listed. */
  present = 0;
  readable = 0;
  private readonly folders = new Map<string, Folder>();
  /** Identity of a directory → its path. */
  private readonly visited = new Map<string, string>();

  constructor(private readonly options: WalkOptions) {}

  /** Everything, from the roots. */
  all(): void {
    this.files.clear();
    this.problems.clear();
    this.folders.clear();
    this.visited.clear();
    this.present = 0;
    this.readable = 0;
    for (const root of this.options.roots) {
      for (const directory of this.expand(root.directory)) this.enterRoot(root, directory);
    }
  }

  /** Whether a root has come or gone since the last walk of everything; cheap. */
  rootsChanged(): boolean {
    const { fileSystem, roots } = this.options;
    const present = roots
      .flatMap((root) => this.expand(root.directory))
      .filter((directory) => {
        try {
          fileSystem.stat(directory);
          return true;
        } catch {
          return false;
        }
      });
    return present.length !== this.present;
  }

  /** Looks again at one path that something happened to; answers the log files there. */
  again(path: string): LogFile[] {
    let child = path;
    let parent = dirname(path);
    while (!this.folders.has(parent) && dirname(parent) !== parent) {
      child = parent;
      parent = dirname(parent);
    }
    const known = this.folders.get(path);
    const folder = this.folders.get(parent);
    const before = new Map(this.files);
    if (known !== undefined) {
      this.leave(path);
      this.enter(path, known, false);
    } else if (folder !== undefined) {
      this.files.delete(child);
      this.look(parent, basename(child), folder, true);
    }
    return [...this.files.values()].filter((file) => before.get(file.path) !== file);
  }

  /** Real paths of the directories that logs can be in. */
  get directories(): ReadonlySet<string> {
    return new Set(this.folders.keys());
  }

  private enterRoot(root: LogRoot, directory: string): void {
    let base: string;
    try {
      base = this.options.fileSystem.realPath(directory);
    } catch (error) {
      if (!isGone(error)) this.problem(directory, error);
      return;
    }
    this.present++;
    if (this.enter(base, { root, base, parts: [] }, true)) this.readable++;
  }

  /** False where the directory can't be listed. */
  private enter(directory: string, folder: Folder, isRoot: boolean): boolean {
    const { fileSystem, onDirectory } = this.options;
    try {
      const stats = fileSystem.stat(directory);
      const identity = identityOf(stats);
      if (this.visited.has(identity)) return true;
      this.visited.set(identity, directory);
      this.folders.set(directory, folder);
      // Inodes are used again soon; with the birth time they are not mistaken.
      onDirectory(directory, folder.base, `${identity}:${stats.birthtimeMs}`);
      for (const entry of fileSystem.list(directory)) {
        if (entry.isDirectory() || entry.isSymbolicLink() || this.wanted(folder, entry.name)) {
          this.look(directory, entry.name, folder, entry.isSymbolicLink());
        }
      }
      return true;
    } catch (error) {
      this.leave(directory);
      if (!isGone(error) || isRoot) this.problem(folder.base, error);
      return false;
    }
  }

  /** Links are followed to where they lead, so that each file has one name. */
  private look(directory: string, name: string, folder: Folder, mayBeLink: boolean): void {
    const { fileSystem, source } = this.options;
    try {
      const path = mayBeLink ? fileSystem.realPath(join(directory, name)) : join(directory, name);
      const stats = fileSystem.stat(path);
      if (stats.isDirectory()) {
        if (folder.parts.length < deepest && !foldersWithoutLogs.has(name)) {
          this.enter(path, { ...folder, parts: [...folder.parts, name] }, false);
        }
        return;
      }
      const place = placeOf(folder, name);
      if (stats.isFile() && place !== null && source.includes(place) && !this.files.has(path)) {
        this.files.set(path, { source, path, place, stats });
      }
    } catch (error) {
      if (!isGone(error)) this.problem(folder.base, error);
    }
  }

  private wanted(folder: Folder, name: string): boolean {
    const place = placeOf(folder, name);
    return place !== null && this.options.source.includes(place);
  }

  /** Forgets a directory and everything below. */
  private leave(directory: string): void {
    const isInside = (path: string): boolean => path === directory || path.startsWith(directory + sep);
    for (const path of this.files.keys()) if (isInside(path)) this.files.delete(path);
    for (const path of this.folders.keys()) if (isInside(path)) this.folders.delete(path);
    for (const [identity, path] of this.visited) if (isInside(path)) this.visited.delete(identity);
  }

  private problem(base: string, error: unknown): void {
    const { source, home } = this.options;
    const shown = home !== undefined && base.startsWith(home) ? `~${base.slice(home.length)}` : base;
    const id = `${source.id}:${fileHash(base)}`;
    const message = `some logs in ${shown} can't be read (${errorCode(error)}). Trying again.`;
    this.problems.set(id, { id, message });
  }

  /** A root with `*` in a component → the directories that there are. */
  private expand(directory: string): string[] {
    const star = directory.split(/[\\/]/).find((part) => part.includes('*'));
    if (star === undefined) return [directory];
    const at = directory.indexOf(star);
    const parent = directory.slice(0, at);
    const rest = directory.slice(at + star.length);
    const [prefix = '', suffix = ''] = star.split('*');
    try {
      return this.options.fileSystem
        .list(parent)
        .filter(({ name }) => name.startsWith(prefix) && name.endsWith(suffix))
        .map(({ name }) => `${parent}${name}${rest}`);
    } catch {
      return [];
    }
  }
}

function placeOf({ root: { below }, parts }: Folder, name: string): FilePlace | null {
  if (below.length === 0) return [...parts, name];
  const at = parts.findIndex((_, index) => below.every((part, offset) => parts[index + offset] === part));
  return at < 0 ? null : [...parts.slice(at + below.length), name];
}

/** 96 bits of a path: what the ledger knows a file by. */
export function fileHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 24);
}
