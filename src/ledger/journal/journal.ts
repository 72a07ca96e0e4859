/**
 * The write-ahead journal of one lead: segments `<epoch>-<n>.ndjson`, each created once and only ever appended to.
 * An append returns when its bytes are durable. What fails is taken back, so that it can not come back at the next
 * start: the segment is truncated, or, where even that fails, the next segment records where this one ends.
 */
import { join } from 'node:path';
import { frame } from './frame';
import { LedgerError, messageOf } from '../ledgerError';
import { errorCode, type LedgerFile, type LedgerIo } from '../ledgerIo';
import { encodeRecord } from './record';

/** `covered`: a checkpoint has all of it; the next step is its removal. */
export interface SegmentFile {
  name: string;
  epoch: number;
  number: number;
  fileName: string;
}

const segmentName = /^(?<name>(?<epoch>\d+)-(?<number>\d+))\.ndjson(?:\.covered)?$/;

/** The segments of a directory in the order of replay. */
export async function listSegments(io: LedgerIo, directory: string): Promise<SegmentFile[]> {
  const segments: SegmentFile[] = [];
  for (const fileName of await io.list(directory)) {
    const groups = segmentName.exec(fileName)?.groups;
    const name = groups?.['name'];
    if (name === undefined) continue;
    segments.push({ name, fileName, epoch: Number(groups?.['epoch']), number: Number(groups?.['number']) });
  }
  return segments.sort((a, b) => a.epoch - b.epoch || a.number - b.number);
}

/** For a segment of this epoch, greater than every number among `names`: a name must never come back. */
export function nextNumber(epoch: number, names: readonly string[]): number {
  const prefix = `${epoch}-`;
  const used = names.flatMap((name) => (name.startsWith(prefix) ? Number(name.slice(prefix.length)) : []));
  return Math.max(0, ...used) + 1;
}

interface OpenSegment {
  name: string;
  path: string;
  file: LedgerFile;
  /** Bytes that are durable and in force. */
  size: number;
}

export class Journal {
  readonly #io: LedgerIo;
  readonly #directory: string;
  readonly #epoch: number;
  #next: number;
  #current: OpenSegment | null = null;
  readonly #ends: Map<string, number>;

  /**
   * `next`: greater than the number of every segment of this epoch that ever was. `ends`: segments with refused bytes
   * behind this length; added to here.
   */
  constructor(io: LedgerIo, directory: string, epoch: number, next: number, ends: Map<string, number>) {
    this.#io = io;
    this.#directory = directory;
    this.#epoch = epoch;
    this.#next = next;
    this.#ends = ends;
  }

  /** Answers where it came to: in which segment, and how long that is now. */
  async append(bytes: Uint8Array): Promise<{ name: string; size: number }> {
    for (;;) {
      const segment = await this.#open();
      try {
        await writeAll(segment.file, bytes, segment.size);
        await segment.file.datasync();
        if ((await this.#io.size(segment.path)) !== null) {
          segment.size += bytes.byteLength;
          return { name: segment.name, size: segment.size };
        }
      } catch (error) {
        await this.#undo(segment);
        throw unavailable(error);
      }
      // Another lead has taken this segment for finished and may have read it before these bytes came.
      await this.#abandon(segment);
    }
  }

  /** Takes back the last `length` bytes: durable, but they could not be applied. */
  async takeBack(length: number): Promise<void> {
    const segment = this.#current;
    if (segment === null) return;
    segment.size -= length;
    await this.#undo(segment);
  }

  /** What is appended from now on goes to a new segment. */
  async rotate(): Promise<void> {
    if (this.#current !== null) await this.#abandon(this.#current);
  }

  async #open(): Promise<OpenSegment> {
    if (this.#current !== null) return this.#current;
    let segment: OpenSegment | null = null;
    try {
      while (segment === null) segment = await this.#create();
      if (this.#ends.size > 0) {
        const line = Buffer.from(frame(encodeRecord({ kind: 'ends', ends: Object.fromEntries(this.#ends) })));
        await writeAll(segment.file, line, 0);
        segment.size = line.byteLength;
      }
      await this.#io.syncDirectory(this.#directory);
    } catch (error) {
      if (segment !== null) {
        await quietly(segment.file.close());
        await quietly(this.#io.remove(segment.path));
      }
      throw unavailable(error);
    }
    this.#current = segment;
    return segment;
  }

  async #create(): Promise<OpenSegment | null> {
    const name = `${this.#epoch}-${this.#next}`;
    this.#next += 1;
    const path = join(this.#directory, `${name}.ndjson`);
    try {
      return { name, path, file: await this.#io.create(path), size: 0 };
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return null;
      throw error;
    }
  }

  async #undo(segment: OpenSegment): Promise<void> {
    try {
      await segment.file.truncate(segment.size);
      await segment.file.datasync();
    } catch {
      this.#ends.set(segment.name, segment.size);
      await this.#abandon(segment);
    }
  }

  async #abandon(segment: OpenSegment): Promise<void> {
    if (this.#current === segment) this.#current = null;
    await quietly(segment.file.close());
  }
}

async function writeAll(file: LedgerFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength;) {
    const more = await file.write(bytes.subarray(written), position + written);
    if (more <= 0) throw new Error('the disk took no more bytes');
    written += more;
  }
}

async function quietly(promise: Promise<void>): Promise<void> {
  try {
    await promise;
  } catch {
    // The file is given up; what matters of it is durable or taken back.
  }
}

function unavailable(error: unknown): LedgerError {
  const full = errorCode(error) === 'ENOSPC' ? ' The disk is full.' : '';
  return new LedgerError('unavailable', `The usage ledger could not be written.${full} (${messageOf(error)})`, {
    cause: error,
  });
}
