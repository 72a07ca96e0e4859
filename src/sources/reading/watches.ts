/**
 * Watches directories for changes. Where the system watches whole trees (macOS, Windows) only the top of each is watched;
 * elsewhere each directory is, never a file.
 */
import { watch as watchDirectory, type FSWatcher, type WatchOptions } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode, isGone } from './fileSystem';

interface Watched {
  watcher: FSWatcher;
  /** Of the directory when the watch was set: one that was created anew needs a new watch. */
  identity: string;
}

type WatchDirectory = (
  directory: string,
  options: Pick<WatchOptions, 'recursive' | 'persistent'>,
  listener: (event: string, name: string | null) => void,
) => FSWatcher;

export class Watches {
  private readonly watched = new Map<string, Watched>();
  private readonly wholeTrees: boolean;
  /** Directories that can't be watched → why. */
  private readonly troubles = new Map<string, string>();

  constructor(
    platform: NodeJS.Platform,
    private readonly onDidChange: (path: string) => void,
    /** Tests hand in faults. */
    private readonly watch: WatchDirectory = watchDirectory,
  ) {
    this.wholeTrees = platform === 'darwin' || platform === 'win32';
  }

  get areTroubled(): boolean {
    return this.troubles.size > 0;
  }

  /** Why some of these directories isn't watched; `null` where each is. */
  troubleIn(directories: () => ReadonlySet<string>): string | null {
    if (!this.areTroubled) return null;
    const asked = directories();
    for (const [directory, why] of this.troubles) if (asked.has(directory)) return why;
    return null;
  }

  add(directory: string, top: string, identity: string): void {
    if (this.wholeTrees && directory !== top) return;
    const known = this.watched.get(directory);
    if (known?.identity === identity) return;
    known?.watcher.close();
    try {
      const watcher = this.watch(directory, { recursive: this.wholeTrees, persistent: true }, (_, name) => {
        // Linux tells of the end of a watched directory by its own name.
        if (name === basename(directory)) this.remove(directory, watcher);
        this.onDidChange(name === null || name === basename(directory) ? directory : join(directory, name));
      });
      watcher.on('error', (error) => {
        this.remove(directory, watcher);
        if (!isGone(error) && errorCode(error) !== 'EPERM') this.troubles.set(directory, errorCode(error));
        this.onDidChange(directory);
      });
      this.watched.set(directory, { watcher, identity });
      this.troubles.delete(directory);
    } catch (error) {
      this.watched.delete(directory);
      if (isGone(error)) this.troubles.delete(directory);
      else this.troubles.set(directory, errorCode(error));
    }
  }

  /** Ends the watches of all other directories. */
  retain(directories: ReadonlySet<string>): void {
    for (const [directory, { watcher }] of this.watched) {
      if (!directories.has(directory)) this.remove(directory, watcher);
    }
    for (const directory of this.troubles.keys()) if (!directories.has(directory)) this.troubles.delete(directory);
  }

  dispose(): void {
    this.retain(new Set());
  }

  private remove(directory: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.watched.get(directory)?.watcher === watcher) this.watched.delete(directory);
  }
}
