/**
 * In the ledger's folder: what V8 made of the engine's scripts, which Node reads and writes. May be removed at any time. Each
 * version of us and of Node has files of its own, so those of versions long gone are removed; one still in use is made anew.
 */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const compiledFolder = 'compiled';

const keptMs = 30 * 86_400_000;
/** What Node calls the folder of a version, as `v24.21.0-x64-964aae3f-0`: whatever else is here is not ours. */
const versionFolder = /^v\d+\.\d+\.\d+-\w+-[\da-f]+/;

export async function removeOldCompiled(dataDirectory: string, nowMs: number): Promise<void> {
  const folder = join(dataDirectory, compiledFolder);
  const found = await readdir(folder).catch(() => []);
  for (const version of found.filter((name) => versionFolder.test(name))) {
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
