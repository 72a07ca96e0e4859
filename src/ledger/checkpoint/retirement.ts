/**
 * Removes journal segments that a checkpoint covers. Their writer may be another lead that only slept: a segment is
 * renamed first and looked at again after that. Whoever writes to it checks its name after each sync (`Journal.append`)
 * and writes again elsewhere, so a record is either seen here or written anew; it may be both, and counts once.
 */
import { join } from 'node:path';
import { listSegments } from '../journal/journal';
import { errorCode, type LedgerIo } from '../ledgerIo';
import { hasRecords } from '../journal/replay';

/** Answers the names of the segments that are gone. Damaged ones are kept under a name that no replay reads. */
export async function retireSegments(
  io: LedgerIo,
  directory: string,
  covered: ReadonlyMap<string, number>,
  ends: ReadonlyMap<string, number>,
  damaged: ReadonlySet<string>,
  stamp: string,
): Promise<string[]> {
  const gone: string[] = [];
  const present = new Set<string>();
  for (const { name, fileName } of await listSegments(io, directory)) {
    present.add(name);
    const length = covered.get(name);
    if (length === undefined) continue;
    const marked = join(directory, `${name}.ndjson.covered`);
    try {
      if (fileName !== `${name}.ndjson.covered`) await io.rename(join(directory, fileName), marked);
      const bytes = await io.read(marked);
      if (bytes !== null && !ends.has(name) && hasRecords(bytes, length)) continue;
      if (damaged.has(name)) await io.rename(marked, join(directory, `${name}.ndjson.corrupt-${stamp}`));
      else await io.remove(marked);
      gone.push(name);
    } catch (error) {
      // Held open, or already retired by somebody else: harmless, it stays covered.
      if (errorCode(error) === undefined) throw error;
    }
  }
  for (const name of covered.keys()) if (!present.has(name)) gone.push(name);
  return gone;
}
