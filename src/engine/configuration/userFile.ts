/**
 * The user's configuration file: its text, at once and whenever it changes. Its directory is watched, since editors replace
 * the file rather than write it; a slow look besides sees what no watch tells, and a quick one where nothing can be watched.
 */
import { watch, type FSWatcher } from 'node:fs';
import { lstat, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** `null`: there is none. */
export type FileRead = { ok: true; text: string | null } | { ok: false; reason: string };

const watchedLookMs = 5_000;
const unwatchedLookMs = 2_000;
/** An editor that replaces a file takes it away first, and one that writes it empties it first. */
const settleMs = 60;
const longestBytes = 1_000_000;

export class UserFile {
  private watcher: FSWatcher | null = null;
  private looking: NodeJS.Timeout | null = null;
  private settling: NodeJS.Timeout | null = null;
  /** Of what was read last. */
  private stamp = '';
  private last: FileRead | null = null;
  private disposed = false;

  constructor(
    private readonly path: string,
    private readonly onDidChange: (read: FileRead) => void,
  ) {}

  async start(): Promise<FileRead> {
    this.stamp = await this.stampNow();
    const read = await this.read();
    this.last = read;
    this.look();
    return read;
  }

  dispose(): void {
    this.disposed = true;
    this.watcher?.close();
    if (this.looking !== null) clearTimeout(this.looking);
    if (this.settling !== null) clearTimeout(this.settling);
  }

  private look(): void {
    if (this.disposed) return;
    this.watchDirectory();
    // What a link points to changes elsewhere.
    const everyMs = this.watcher === null || this.stamp.startsWith('link') ? unwatchedLookMs : watchedLookMs;
    this.looking = setTimeout(() => {
      void this.stampNow().then((stamp) => {
        if (stamp !== this.stamp) this.readSoon();
        this.look();
      });
    }, everyMs);
    this.looking.unref();
  }

  private watchDirectory(): void {
    if (this.watcher !== null) return;
    try {
      const watcher = watch(dirname(this.path), { persistent: false }, (_, name) => {
        if (name === null || name === basename(this.path)) this.readSoon();
        // Linux tells of the end of a watched directory by its own name.
        if (name === basename(dirname(this.path))) this.unwatch(watcher);
      });
      watcher.on('error', () => this.unwatch(watcher));
      this.watcher = watcher;
      // It may have come between the last look and the watch.
      this.readSoon();
    } catch {
      this.watcher = null;
    }
  }

  private unwatch(watcher: FSWatcher): void {
    watcher.close();
    if (this.watcher === watcher) this.watcher = null;
    this.readSoon();
  }

  private readSoon(): void {
    if (this.disposed) return;
    if (this.settling !== null) clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.settling = null;
      void this.readNow();
    }, settleMs);
  }

  private async readNow(): Promise<void> {
    const stamp = await this.stampNow();
    const read = await this.read();
    if (this.isDisposed()) return;
    if (stamp !== (await this.stampNow())) {
      this.readSoon();
      return;
    }
    this.stamp = stamp;
    if (JSON.stringify(read) === JSON.stringify(this.last)) return;
    this.last = read;
    this.onDidChange(read);
  }

  private isDisposed(): boolean {
    return this.disposed;
  }

  private async read(): Promise<FileRead> {
    try {
      const file = await stat(this.path);
      // A pipe or a device may never end.
      if (!file.isFile()) return { ok: false, reason: 'it is no file' };
      const { size } = file;
      if (size > longestBytes) return { ok: false, reason: `it has ${size} bytes, more than ${longestBytes}` };
      return decoded(await readFile(this.path));
    } catch (error) {
      const code = codeOf(error);
      return code === 'ENOENT' || code === 'ENOTDIR' ? { ok: true, text: null } : { ok: false, reason: code };
    }
  }

  /** Equal as long as the file is the same, and the link to it, if it is one. */
  private async stampNow(): Promise<string> {
    try {
      const link = await lstat(this.path);
      const { ino, size, mtimeMs } = await stat(this.path);
      return `${link.isSymbolicLink() ? 'link' : 'file'} ${ino} ${size} ${mtimeMs}`;
    } catch (error) {
      return codeOf(error);
    }
  }
}

/** Of a file that can't be looked at. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Without a byte order mark. */
function decoded(bytes: Uint8Array): FileRead {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, reason: 'it is not encoded in UTF-8' };
  }
}
