/** The file operations of the ledger, apart so that tests can make them fail: full disk, I/O error, short write. */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { makeFolder } from '../shared/node/makeFolder';

export interface LedgerFile {
  /** Bytes written; may be fewer than asked. */
  write(data: Uint8Array, position: number): Promise<number>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerIo {
  makeDirectory(path: string): Promise<void>;
  list(path: string): Promise<string[]>;
  /** `null` when there is no such file. */
  read(path: string): Promise<Buffer | null>;
  /** `null` when there is no such file. */
  size(path: string): Promise<number | null>;
  /** What tells one file of this name from the next; `null` when there is none. */
  identity(path: string): Promise<string | null>;
  /** Fails with EEXIST when the file exists. */
  create(path: string): Promise<LedgerFile>;
  rename(from: string, to: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** A second name of the same file, or a copy where a file has only one. Fails with EEXIST when `to` exists. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes created, renamed and removed names durable, where the platform knows how. */
  syncDirectory(path: string): Promise<void>;
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

class NodeLedgerFile implements LedgerFile {
  readonly #handle: fs.FileHandle;

  constructor(handle: fs.FileHandle) {
    this.#handle = handle;
  }

  async write(data: Uint8Array, position: number): Promise<number> {
    const { bytesWritten } = await this.#handle.write(data, 0, data.byteLength, position);
    return bytesWritten;
  }

  datasync(): Promise<void> {
    return this.#handle.datasync();
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export const nodeLedgerIo: LedgerIo = {
  makeDirectory: makeFolder,
  list: (path) => fs.readdir(path),
  read: (path) => orNull(fs.readFile(path)),
  async size(path) {
    const stat = await orNull(fs.stat(path));
    return stat === null ? null : stat.size;
  },
  async identity(path) {
    const stat = await orNull(fs.stat(path, { bigint: true }));
    return stat === null ? null : `${stat.ino.toString()}:${stat.size.toString()}:${stat.mtimeNs.toString()}`;
  },
  create: async (path) => new NodeLedgerFile(await fs.open(path, 'wx', 0o600)),
  rename: (from, to) => fs.rename(from, to),
  copy: (from, to) => fs.copyFile(from, to, constants.COPYFILE_FICLONE),
  async link(from, to) {
    try {
      await fs.link(from, to);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') throw error;
      await fs.copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    }
  },
  remove: (path) => fs.rm(path, { force: true }),
  async syncDirectory(path) {
    if (process.platform === 'win32') return;
    const handle = await fs.open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};
