/** A file system in which a folder of fixtures stands at a fixed path, with fixed times, so that its reading positions are known. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { realFileSystem, type FileSystem } from '../../src/sources/reading/fileSystem';

/** What is below `at` is read from `folder`; nothing else exists. */
export function placedAt(at: string, folder: string): FileSystem {
  const opened = new Map<number, string>();
  const real = (path: string): string => {
    if (path === at || path.startsWith(`${at}/`)) return folder + path.slice(at.length);
    throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
  };
  const timed = (path: string, stats: Stats): Stats => {
    const mtimeMs = Date.UTC(2026, 10, 20) + (stats.isFile() ? stats.size : 0) + 0.25;
    const ino = Number.parseInt(createHash('sha256').update(path).digest('hex').slice(0, 8), 16);
    return Object.assign(stats, { dev: 1, ino, mtimeMs, birthtimeMs: Date.UTC(2026, 10, 1) });
  };
  return {
    ...realFileSystem,
    list: (directory) => realFileSystem.list(real(directory)),
    stat: (path) => timed(path, realFileSystem.stat(real(path))),
    realPath: (path) => {
      realFileSystem.stat(real(path));
      return path;
    },
    open: (path) => {
      const descriptor = realFileSystem.open(real(path));
      opened.set(descriptor, path);
      return descriptor;
    },
    fstat: (descriptor) => timed(opened.get(descriptor) ?? '', realFileSystem.fstat(descriptor)),
  };
}
