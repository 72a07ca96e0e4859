/**
 * Which links below a log root are followed. One may lead to another disk or into a shared folder, but not to a tree so large
 * that logs can't be what it is for: every folder that is followed is listed on each walk, and watched.
 */
import { dirname, join, sep } from 'node:path';
import type { FileSystem } from './fileSystem';

export interface FolderBounds {
  /** Folders that a linked tree may have however few logs are in it, and how many more for each log. */
  withoutLogs: number;
  perLog: number;
  perLink: number;
  /** Folders behind all links of a walk, followed or not. */
  behindLinks: number;
  /** Folders of a walk. */
  inAll: number;
}

export const usualBounds: FolderBounds = {
  withoutLogs: 1_000,
  perLog: 8,
  perLink: 20_000,
  behindLinks: 40_000,
  inAll: 100_000,
};

export const foldersWithoutLogs: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** A place in a tree: the path, and its components behind the root. */
interface At {
  path: string;
  parts: readonly string[];
}

export class LinkedFolders {
  private looked = 0;

  constructor(
    private readonly fileSystem: FileSystem,
    private readonly bounds: FolderBounds,
    private readonly deepest: number,
  ) {}

  /** Before a walk of everything. */
  begin(): void {
    this.looked = 0;
  }

  /** Whether the tree is small enough, or has enough logs. Goes level by level, because logs are near the top of theirs. */
  fits(tree: At, isLog: (parts: readonly string[], name: string) => boolean): boolean {
    const { withoutLogs, perLog, perLink, behindLinks } = this.bounds;
    const waiting: At[] = [tree];
    let logs = 0;
    for (const [index, { path, parts }] of waiting.entries()) {
      const folders = index + 1;
      if (++this.looked > behindLinks || folders > perLink || folders > withoutLogs + perLog * logs) return false;
      for (const entry of this.list(path)) {
        if (entry.isDirectory()) {
          if (parts.length >= this.deepest || foldersWithoutLogs.has(entry.name)) continue;
          waiting.push({ path: join(path, entry.name), parts: [...parts, entry.name] });
        } else if (isLog(parts, entry.name)) {
          logs++;
        }
      }
    }
    return true;
  }

  /** What can't be listed has no folders; the walk tells of it. */
  private list(directory: string): ReturnType<FileSystem['list']> {
    try {
      return this.fileSystem.list(directory);
    } catch {
      return [];
    }
  }
}

export function isInside(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

/** A whole disk, or a folder that all of the user's own is in. */
export function holdsHomes(directory: string, homes: readonly string[]): boolean {
  return directory === dirname(directory) || homes.some((home) => isInside(directory, home));
}
