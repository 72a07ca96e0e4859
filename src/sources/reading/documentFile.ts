/** Reads a file that is rewritten in place: whole. */
import type { FileSystem } from './fileSystem';
import { seen, type Position } from './position';
import type { LogFile } from './walk';
import type { DocumentReader, Sink } from '../source';

const longestDocument = 128 << 20;
const longestBeside = 16 << 20;

/** Answers the position behind it. What is written meanwhile changes the file's time, and it is read again. */
export function readDocument(file: LogFile, reader: DocumentReader, out: Sink, fileSystem: FileSystem): Position {
  const descriptor = fileSystem.open(file.path);
  try {
    const stats = fileSystem.fstat(descriptor);
    const position = seen({ stats, log: null });
    if (stats.size > longestDocument) out.skipped('too long a document');
    else {
      const text = read(descriptor, stats.size, fileSystem);
      if (text !== '') take(text, reader, out);
    }
    return position;
  } finally {
    fileSystem.close(descriptor);
  }
}

function take(text: string, reader: DocumentReader, out: Sink): void {
  try {
    reader.document(text, out);
  } catch {
    out.skipped('not a document');
  }
}

/** Of a small file; `null`: it can't be read. */
export function textOf(path: string, fileSystem: FileSystem): string | null {
  try {
    const descriptor = fileSystem.open(path);
    try {
      const { size } = fileSystem.fstat(descriptor);
      return size > longestBeside ? null : read(descriptor, size, fileSystem);
    } finally {
      fileSystem.close(descriptor);
    }
  } catch {
    return null;
  }
}

/** Without a byte order mark. */
function read(descriptor: number, size: number, fileSystem: FileSystem): string {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  for (let more = size; more > 0 && length < size; length += more) {
    more = fileSystem.read(descriptor, bytes, length, size - length, length);
  }
  return bytes.toString('utf8', 0, length).replace(/^\ufeff/, '');
}
