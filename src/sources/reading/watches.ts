/**
 * Watches directories for changes. Where the system watches whole trees (macOS, Windows) only the roots are watched;
 * elsewhere each directory is, never a file.
 */
import { watch, type FSWatcher } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode, isGone } from './fileSystem';

interface Watched {
  watcher: FSWatcher;
  /** Of the directory when the watch was set: one that was created anew needs a new watch. */
  identity: string;
}

export class Watches {
  private readonly watched = new Map<string, Watched>();
  private readonly wholeTrees: boolean;
  /** Why some directory isn't watched. */
  trouble: string | null = null;

  constructor(
    platform: NodeJS.Platform,
    private readonly onDidChange: (path: string) => void,
  ) {
    this.wholeTrees = platform === 'darwin' || platform === 'win32';
  }

  add(directory: string, base: string, identity: string): void {
    if (this.wholeTrees && directory !== base) return;
    const known = this.watched.get(directory);
    if (known?.identity === identity) return;
    known?.watcher.close();
    try {
      const watcher = watch(directory, { recursive: this.wholeTrees, persistent: true }, (_, name) => {
        // Linux tells of the end of a watched directory by its own name.
        if (name === basename(directory)) this.remove(directory, watcher);
        this.onDidChange(name === null || name === basename(directory) ? directory : join(directory, name));
      });
      watcher.on('error', (error) => {
        this.remove(directory, watcher);
        if (!isGone(error) && errorCode(error) !== 'EPERM') this.trouble = errorCode(error);
        this.onDidChange(directory);
      });
      this.watched.set(directory, { watcher, identity });
    } catch (error) {
      this.watched.delete(directory);
      if (!isGone(error)) this.trouble = errorCode(error);
    }
  }

  /** Ends the watches of all other directories. */
  retain(directories: ReadonlySet<string>): void {
    for (const [directory, { watcher }] of this.watched) {
      if (!directories.has(directory)) this.remove(directory, watcher);
    }
  }

  dispose(): void {
    this.retain(new Set());
  }

  private remove(directory: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.watched.get(directory)?.watcher === watcher) this.watched.delete(directory);
  }
}
