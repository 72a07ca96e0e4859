/** Reads what is new in one file, whatever kind it is of: lines, a document, a database. */
import type { FileReader } from '../source';
import type { Collected } from './collected';
import { readDatabase, type DatabaseOpener } from './databaseFile';
import { readDocument } from './documentFile';
import { identityOf, type FileSystem } from './fileSystem';
import { readLineFile, type Scratch } from './lineFile';
import type { Reached } from './position';
import type { LogFile } from './walk';

export interface ReadingTools {
  fileSystem: FileSystem;
  scratch: Scratch;
  databases: DatabaseOpener;
}

/**
 * Yields how far it is, as often as what was read may be handed over; at last, that it is at the end. A promise that it yields is to
 * be waited for. `open` makes a reader of what the last one remembered.
 */
export function* readFile(
  file: LogFile,
  known: Reached | undefined,
  open: (state: string | null) => FileReader,
  out: Collected,
  { fileSystem, scratch, databases }: ReadingTools,
): Generator<Reached | Promise<void>, void> {
  const reader = open(null);
  switch (reader.kind) {
    case 'lines':
      yield* readLineFile(file, known, (state) => ofKind('lines', open(state)), out, fileSystem, scratch);
      return;
    case 'document': {
      const position = readDocument(file, reader, out, fileSystem);
      yield { position, state: null, skipped: out.skippedCount };
      return;
    }
    case 'database': {
      if (!databases.isReady) yield databases.load();
      const isSame = known?.position.identity === identityOf(file.stats);
      const resumed = isSame ? ofKind('database', open(known.state)) : reader;
      const skippedBefore = isSame ? known.skipped : 0;
      for (const position of readDatabase(file, resumed, out, fileSystem, databases)) {
        yield { position, state: resumed.state(), skipped: skippedBefore + out.skippedCount };
      }
    }
  }
}

function ofKind<K extends FileReader['kind']>(kind: K, reader: FileReader): Extract<FileReader, { kind: K }> {
  if (reader.kind !== kind) throw new Error('a file changed its kind');
  return reader as Extract<FileReader, { kind: K }>;
}
