/** A disk small enough to be filled: a tmpfs of its own, where this process may mount one. */
import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

const megabytes = 24;

export class SmallDisk {
  private constructor(readonly directory: string) {
    process.on('exit', () => this.unmount());
  }

  /** `null` where mounting is not allowed. */
  static mount(directory: string): SmallDisk | null {
    mkdirSync(directory, { recursive: true });
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
    const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'agent-meter-torture', directory];
    return spawnSync('mount', options).status === 0 ? new SmallDisk(directory) : null;
  }

  /** Takes every free byte but about this many. */
  fill(spare: number): void {
    const file = openSync(path.join(this.directory, 'filler'), 'w');
    const block = Buffer.alloc(4096, 1);
    let written = 0;
    try {
      for (;;) written += writeSync(file, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
    if (spare > 0)
      spawnSync('truncate', ['-s', String(Math.max(0, written - spare)), path.join(this.directory, 'filler')]);
  }

  free(): void {
    rmSync(path.join(this.directory, 'filler'), { force: true });
  }

  /** What is on it lives only as long as the mount. */
  keepIn(folder: string): void {
    cpSync(this.directory, folder, {
      recursive: true,
      filter: (from) => !statSync(from).isSocket() && path.basename(from) !== 'filler',
    });
  }

  /** At once, though a window that is being killed may still have a file open. */
  unmount(): void {
    spawnSync('umount', ['-l', this.directory]);
  }
}
