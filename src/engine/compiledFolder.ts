/**
 * In the ledger's folder: what V8 made of the engine's scripts, which Node reads and writes. May be removed at any time. Each
 * version of us and of Node has files of its own, so those of versions long gone are removed; one still in use is made anew.
 */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const compiledFolder = 'compiled';

const keptMs = 30 * 86_400_000;

export async function removeOldCompiled(dataDirectory: string, nowMs: number): Promise<void> {
  const folder = join(dataDirectory, compiledFolder);
  for (const version of await readdir(folder).catch(() => [])) {
    const names = await readdir(join(folder, version)).catch(() => []);
    for (const name of names) {
      const file = join(folder, version, name);
      const madeMs = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => nowMs,
      );
      if (nowMs - madeMs > keptMs) await rm(file, { force: true }).catch(() => undefined);
    }
    // Fails while something is in it.
    await rmdir(join(folder, version)).catch(() => undefined);
  }
}
