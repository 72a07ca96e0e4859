/**
 * What Node compiled of our scripts: `<the extension's storage>/compiled/<our version>`, which may be removed at any time. Below,
 * each version of Node has a folder of its own. What no start has made anew for a month is removed, and so are the folders of
 * our other versions; one that is still in use is made again. Earlier versions kept such a `compiled` in the ledger's folder, and a
 * last picture beside it: both go.
 */
import { lstat, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const inLedgersFolder = 'compiled';

const keptMs = 30 * 86_400_000;
/** What Node calls the folder of a version, as `v24.21.0-x64-964aae3f-0`: whatever else is here is not ours. */
const nodeVersion = /^v\d+\.\d+\.\d+-\w+-[\da-f]+/;

/** `folder`: where what is compiled is kept now. Never rejects. */
export async function removeOldCompiled(dataDirectory: string, folder: string | null, nowMs: number): Promise<void> {
  await rm(join(dataDirectory, 'last-picture.json'), { force: true }).catch(() => undefined);
  const former = join(dataDirectory, inLedgersFolder);
  if (await isFolder(former)) {
    await removeBefore(Infinity, former);
    await rmdir(former).catch(() => undefined);
  }
  if (folder === null) return;
  await removeBefore(nowMs - keptMs, folder);
  for (const version of await namesIn(dirname(folder))) {
    if (version === basename(folder)) continue;
    await rm(join(dirname(folder), version), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Files, and then the folders that are empty. */
async function removeBefore(endMs: number, folder: string): Promise<void> {
  for (const version of (await namesIn(folder)).filter((name) => nodeVersion.test(name))) {
    if (!(await isFolder(join(folder, version)))) continue;
    for (const name of await namesIn(join(folder, version))) {
      const file = join(folder, version, name);
      const madeMs = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => Infinity,
      );
      if (madeMs < endMs) await rm(file, { force: true }).catch(() => undefined);
    }
    // Fails while something is in it.
    await rmdir(join(folder, version)).catch(() => undefined);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

/** Not a link to one: what is behind it is not ours. */
async function isFolder(path: string): Promise<boolean> {
  return await lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
