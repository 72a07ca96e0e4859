/** A ledger that a newer version wrote is recognised again without being opened: who can't read it need not try. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointName } from './checkpointFile';
import { nodeLedgerIo, type LedgerIo } from '../ledgerIo';
import { schemaVersion } from '../tables/schema';
import { versionPlace } from '../journal/checksum';

/** Whether it is still that one, asked later. */
export function stillNewer(directory: string): () => Promise<boolean> {
  const mark = markOf(directory).catch(() => '');
  return async () => (await mark) === (await markOf(directory));
}

/**
 * The same as long as the checkpoint is of that newer version, or, where the checkpoint is none, as long as nobody writes.
 * Only for a ledger that could not be opened for this reason: no checksum is looked at.
 */
export async function markOf(directory: string, io: LedgerIo = nodeLedgerIo): Promise<string> {
  const version = await versionIn(join(directory, checkpointName));
  if (version > schemaVersion) return `version ${version}`;
  const journal = join(directory, 'journal');
  const marks = [`checkpoint ${await io.identity(join(directory, checkpointName))}`];
  for (const name of await io.list(journal).catch(() => [])) {
    marks.push(`${name} ${await io.identity(join(journal, name))}`);
  }
  return marks.sort().join('\n');
}

/** 0 where there is none. */
async function versionIn(file: string): Promise<number> {
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, versionPlace);
      return bytesRead === 4 ? buffer.readUInt32BE() : 0;
    } finally {
      await handle.close();
    }
  } catch {
    return 0;
  }
}
