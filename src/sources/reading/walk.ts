/**
 * Finds log files below the roots of one source. Each real directory is visited once, so links can neither loop nor count
 * twice; they are followed when all roots have been walked, so that a log's own place goes before one that a link makes, and
 * only within bounds. What can't be read becomes a problem and is tried again on the next walk.
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FilePlace, Source, Root } from '../source';
import { errorCode, identityOf, isGone, statOrNull, type FileSystem } from './fileSystem';
import { LeftOut } from './leftOut';
import {
  foldersWithoutLogs,
  holdsHomes,
  isInside,
  LinkedFolders,
  usualBounds,
  type FolderBounds,
} from './linkedFolders';
import { rootDirectories } from './rootDirectories';

export interface LogFile {
  source: Source;
  /** Real path. */
  path: string;
  place: FilePlace;
  stats: Stats;
  /** Of a SQLite database, its write-ahead log, in which a change shows first; `null`: there is none. */
  log: Stats | null;
}

export interface WalkProblem {
  id: string;
  /** In words for the user, without the source's label. */
  message: string;
}

export interface WalkOptions {
  source: Source;
  roots: readonly Root[];
  fileSystem: FileSystem;
  /** Shown instead of the home directory, so that no user name gets into a message. */
  home: string | undefined;
  /**
   * Called before a directory is listed, so that a watch set here misses nothing. `top`: of the tree that it is in, which is a
   * root or what a link leads to.
   */
  onDirectory: (directory: string, top: string, identity: string) => void;
  bounds?: FolderBounds;
}

interface Folder {
  root: Root;
  /** Real path of the root. */
  base: string;
  /** Real path of the root, or of what a link leads to. */
  top: string;
  parts: readonly string[];
}

/** A link to a directory, which waits to be followed. */
interface Link {
  path: string;
  folder: Folder;
}

const deepest = 40;
/** What SQLite calls a database's write-ahead log, behind the database's own name. */
const logSuffix = '-wal';

export class Walk {
  readonly files = new Map<string, LogFile>();
  readonly problems = new Map<string, WalkProblem>();
  /** Roots that exist, and those of them that can be listed. */
  present = 0;
  readable = 0;
  private readonly folders = new Map<string, Folder>();
  /** Identity of a directory → its path. */
  private readonly visited = new Map<string, string>();
  private links: Link[] = [];
  private readonly leftOut = new LeftOut();
  private readonly bounds: FolderBounds;
  private readonly linked: LinkedFolders;
  /** The home directory as it is named, and where it really is. */
  private readonly homes: readonly string[];

  constructor(private readonly options: WalkOptions) {
    const { bounds = usualBounds, fileSystem, home } = options;
    this.bounds = bounds;
    this.linked = new LinkedFolders(fileSystem, bounds, deepest);
    this.homes = home === undefined || home === '' ? [] : homesOf(home, fileSystem);
  }

  /** What was left out on purpose: unlike `problems` it does not pass by itself. */
  get omissions(): WalkProblem[] {
    const told = this.leftOut.told(this.bounds.inAll, (directory) => this.shown(directory));
    return told.map(({ directory, message }) => ({ id: `${this.idOf(directory)}:left-out`, message }));
  }

  /** Everything, from the roots. */
  all(): void {
    this.files.clear();
    this.problems.clear();
    this.folders.clear();
    this.visited.clear();
    this.leftOut.clear();
    this.linked.begin();
    this.links = [];
    this.present = 0;
    this.readable = 0;
    const { fileSystem, roots } = this.options;
    for (const root of roots) {
      for (const directory of rootDirectories(root.directory, fileSystem)) this.enterRoot(root, directory);
    }
    this.followLinks();
  }

  /** Whether a root has come or gone since the last walk of everything; cheap. */
  rootsChanged(): boolean {
    const { fileSystem, roots } = this.options;
    const present = roots
      .flatMap((root) => rootDirectories(root.directory, fileSystem))
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
  again(changed: string): LogFile[] {
    const path = changed.endsWith(logSuffix) ? changed.slice(0, -logSuffix.length) : changed;
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
      this.leftOut.forget(child);
      this.look(parent, basename(child), folder, { mayBeLink: true, mayHaveLog: true });
    }
    this.followLinks();
    return [...this.files.values()].filter((file) => before.get(file.path) !== file);
  }

  /** Real paths of the directories that logs can be in. */
  get directories(): ReadonlySet<string> {
    return new Set(this.folders.keys());
  }

  private enterRoot(root: Root, directory: string): void {
    let base: string;
    try {
      base = this.options.fileSystem.realPath(directory);
    } catch (error) {
      if (!isGone(error)) this.problem(directory, error);
      return;
    }
    this.present++;
    if (holdsHomes(base, this.homes)) this.leftOut.addRoot(directory);
    else if (this.enter(base, { root, base, top: base, parts: [] }, true)) this.readable++;
  }

  /** False where the directory can't be listed. */
  private enter(directory: string, folder: Folder, isRoot: boolean): boolean {
    const { fileSystem, onDirectory } = this.options;
    try {
      const stats = fileSystem.stat(directory);
      const identity = identityOf(stats);
      if (this.visited.has(identity)) return true;
      if (this.folders.size >= this.bounds.inAll) {
        this.leftOut.addBeyond(folder.base);
        return true;
      }
      this.visited.set(identity, directory);
      this.folders.set(directory, folder);
      // Inodes are used again soon; with the birth time they are not mistaken.
      onDirectory(directory, folder.top, `${identity}:${stats.birthtimeMs}`);
      const entries = fileSystem.list(directory);
      const logs = new Set(entries.flatMap(({ name }) => (name.endsWith(logSuffix) ? [name] : [])));
      for (const entry of entries) {
        const mayBeLink = entry.isSymbolicLink();
        if (entry.isDirectory() || mayBeLink || this.wanted(folder, entry.name)) {
          const mayHaveLog = mayBeLink || logs.has(entry.name + logSuffix);
          this.look(directory, entry.name, folder, { mayBeLink, mayHaveLog });
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
  private look(
    directory: string,
    name: string,
    folder: Folder,
    { mayBeLink, mayHaveLog }: { mayBeLink: boolean; mayHaveLog: boolean },
  ): void {
    const { fileSystem, source } = this.options;
    try {
      const named = join(directory, name);
      const path = mayBeLink ? fileSystem.realPath(named) : named;
      const stats = fileSystem.stat(path);
      if (stats.isDirectory()) {
        if (folder.parts.length >= deepest || foldersWithoutLogs.has(name)) return;
        const inner = { ...folder, parts: [...folder.parts, name] };
        if (path === named) this.enter(path, inner, false);
        else this.links.push({ path: named, folder: { ...inner, top: path } });
        return;
      }
      const place = placeOf(folder, name);
      if (stats.isFile() && place !== null && source.includes(place) && !this.files.has(path)) {
        const log = mayHaveLog ? statOrNull(fileSystem, path + logSuffix) : null;
        this.files.set(path, { source, path, place, stats, log });
      }
    } catch (error) {
      if (!isGone(error)) this.problem(folder.base, error);
    }
  }

  private followLinks(): void {
    // What is behind a link may have links of its own.
    for (let link = this.links.shift(); link !== undefined; link = this.links.shift()) {
      const { path, folder } = link;
      try {
        if (this.visited.has(identityOf(this.options.fileSystem.stat(folder.top)))) continue;
        if (this.mayFollow(path, folder)) this.enter(folder.top, folder, false);
        else this.leftOut.addLink(path, folder.base);
      } catch (error) {
        if (!isGone(error)) this.problem(folder.base, error);
      }
    }
  }

  /** Not to what the link itself is in: that holds more than its root. */
  private mayFollow(link: string, folder: Folder): boolean {
    const { base, top, parts } = folder;
    if (isInside(top, base) || isInside(top, link)) return false;
    return this.linked.fits({ path: top, parts }, (at, name) => this.wanted({ ...folder, parts: at }, name));
  }

  private wanted(folder: Folder, name: string): boolean {
    const place = placeOf(folder, name);
    return place !== null && this.options.source.includes(place);
  }

  /** Forgets a directory and everything below. */
  private leave(directory: string): void {
    for (const path of this.files.keys()) if (isInside(directory, path)) this.files.delete(path);
    for (const path of this.folders.keys()) if (isInside(directory, path)) this.folders.delete(path);
    for (const [identity, path] of this.visited) if (isInside(directory, path)) this.visited.delete(identity);
    this.leftOut.forget(directory);
  }

  private problem(base: string, error: unknown): void {
    const id = this.idOf(base);
    const message = `some logs in ${this.shown(base)} can't be read (${errorCode(error)}). Trying again.`;
    this.problems.set(id, { id, message });
  }

  private idOf(directory: string): string {
    return `${this.options.source.id}:${fileHash(directory)}`;
  }

  private shown(directory: string): string {
    const home = this.homes.find((candidate) => isInside(candidate, directory));
    return home === undefined ? directory : join('~', directory.slice(home.length));
  }
}

function homesOf(home: string, fileSystem: FileSystem): string[] {
  try {
    return [home, fileSystem.realPath(home)];
  } catch {
    return [home];
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
