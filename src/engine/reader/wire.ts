/** A batch as one JSON string: measured several times faster between threads than a structured clone of its objects. */
import type { ReaderBatch } from '../../protocol/reader';

export function encodeBatch(batch: ReaderBatch): string {
  return JSON.stringify(batch);
}

export function decodeBatch(wire: string): ReaderBatch {
  // Written by encodeBatch of this very build, in this process.
  return JSON.parse(wire) as ReaderBatch;
}
