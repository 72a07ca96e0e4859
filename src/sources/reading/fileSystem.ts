/** The few file system calls of the log readers, synchronous: they run in a thread of their own. Tests hand in faults. */
import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';

export interface FileSystem {
  list(directory: string): Dirent[];
  stat(path: string): Stats;
  realPath(path: string): string;
  open(path: string): number;
  fstat(descriptor: number): Stats;
  /** Bytes read into `buffer` from `at`; 0 at the end of the file. */
  read(descriptor: number, buffer: Buffer, at: number, length: number, position: number): number;
  close(descriptor: number): void;
}

export const realFileSystem: FileSystem = {
  list: (directory) => readdirSync(directory, { withFileTypes: true }),
  stat: (path) => statSync(path),
  realPath: (path) => realpathSync.native(path),
  open: (path) => openSync(path, 'r'),
  fstat: (descriptor) => fstatSync(descriptor),
  read: readSync,
  close: closeSync,
};

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

/** Not there, or no longer: ordinary, never a problem. */
export function isGone(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}

/** `null`: it is not there, or nobody can say. */
export function statOrNull(fileSystem: FileSystem, path: string): Stats | null {
  try {
    return fileSystem.stat(path);
  } catch {
    return null;
  }
}

/** `dev:ino`, or the birth time where the platform has no inodes. */
export function identityOf({ dev, ino, birthtimeMs }: Stats): string {
  return ino === 0 ? `born:${birthtimeMs}` : `${dev}:${ino}`;
}
