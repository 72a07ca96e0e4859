/**
 * `mkdir -p`, for the user alone. Node's own, `recursive`, never ends where a file system answers ENOENT below a folder that exists, as /proc
 * and automatic mounts do: it keeps a thread of the process busy for ever.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function makeFolder(folder: string, mayRepeat = true): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (await isFolder(folder)) return;
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder || !mayRepeat) throw error;
    await makeFolder(parent);
    await makeFolder(folder, false);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
