/**
 * Reads what is new in a file of lines, in chunks, up to the last complete line. Memory is bounded by the longest line; a line longer
 * than `longestLine` is skipped and counted.
 */
import { createHash } from 'node:crypto';
import type { LineReader } from '../source';
import type { Collected } from './collected';
import type { FieldScanner } from './fieldScanner';
import type { FileSystem } from './fileSystem';
import { readLines, type LineVisitor } from './lines';
import { seen, type Position, type Reached } from './position';
import type { LogFile } from './walk';

const headLength = 1024;
const chunkLength = 1 << 20;
const longestLine = 128 << 20;
const newline = 10;

/** Reused between files; grows for a long line, and as soon as it can is `home` again. */
export class Scratch {
  private readonly home: Buffer;
  private buffer: Buffer;

  constructor(readonly scanner: FieldScanner | null) {
    this.home = scanner?.home ?? Buffer.allocUnsafeSlow(2 * chunkLength);
    this.buffer = this.home;
  }

  get isHome(): boolean {
    return this.buffer === this.home;
  }

  /** At least `length` bytes, the first `keep` of them as they were. */
  atLeast(length: number, keep: number): Buffer {
    if (length <= this.home.length) this.use(this.home, keep);
    else if (this.buffer.length < length) {
      this.use(Buffer.allocUnsafeSlow(Math.max(length, 2 * this.buffer.length)), keep);
    }
    return this.buffer;
  }

  private use(buffer: Buffer, keep: number): void {
    if (buffer === this.buffer) return;
    this.buffer.copy(buffer, 0, 0, keep);
    this.buffer = buffer;
  }
}

/**
 * Hands complete lines to the reader, which `open` makes with what the last one remembered, and yields after each chunk how far it is;
 * what it yields last is final. An intermediate position never looks like an unchanged file, because its size is its offset.
 */
export function* readLineFile(
  file: LogFile,
  known: Reached | undefined,
  open: (state: string | null) => LineReader,
  out: Collected,
  fileSystem: FileSystem,
  scratch: Scratch,
): Generator<Reached, void> {
  const descriptor = fileSystem.open(file.path);
  try {
    let stats = fileSystem.fstat(descriptor);
    const start = beginning();
    const reader = open(start.offset > 0 ? (known?.state ?? null) : null);
    const skippedBefore = start.offset > 0 ? (known?.skipped ?? 0) : 0;
    let inTooLong = false;
    // Behind the last complete line; the position of the buffer's first byte; bytes of an incomplete line in the buffer.
    let offset = start.offset;
    let base = offset;
    let have = 0;
    let atEnd = false;
    const visitor: LineVisitor = {
      markers: reader.markers,
      fields: reader.fields,
      line: (row, at) => reader.line(row, base + at, out),
      unreadable: () => out.skipped('no line that we can read'),
    };
    for (;;) {
      const buffer = scratch.atLeast(have + chunkLength, have);
      const room = Math.min(buffer.length - have, 2 * chunkLength);
      const length = fileSystem.read(descriptor, buffer, have, room, base + have);
      if (length === 0) {
        stats = fileSystem.fstat(descriptor);
        // Grew since: go on, so that size and time of the cursor belong together.
        if (stats.size <= base + have || atEnd) break;
        atEnd = true;
        continue;
      }
      atEnd = false;
      const last = buffer.subarray(have, have + length).lastIndexOf(newline);
      if (last < 0) {
        have += length;
        if (have > longestLine) {
          inTooLong = true;
          base += have;
          have = 0;
        }
        continue;
      }
      const end = have + last + 1;
      const from = inTooLong ? buffer.indexOf(newline) + 1 : 0;
      if (scratch.scanner !== null && scratch.isHome) scratch.scanner.scan(from, end, visitor);
      else readLines(buffer, from, end, visitor);
      if (inTooLong) out.skipped('too long a line');
      inTooLong = false;
      have += length - end;
      buffer.copyWithin(0, end, end + have);
      base += end;
      offset = base;
      yield reached(offset);
    }
    yield reached(base + have);

    function reached(size: number): Reached {
      const { head, headBytes } = start;
      const position: Position = { ...seen({ stats, log: null }), size, offset, head, headBytes };
      return { position, state: reader.state?.() ?? null, skipped: skippedBefore + out.skippedCount };
    }

    /** Where to go on: behind what was read, or at zero when this is not the file that it was. */
    function beginning(): { offset: number; head: string; headBytes: number } {
      const first = Buffer.alloc(headLength);
      const headBytes = fileSystem.read(descriptor, first, 0, headLength, 0);
      const head = hash(first, headBytes);
      const before = known?.position;
      const grown =
        before?.offset !== undefined &&
        before.headBytes !== undefined &&
        before.headBytes <= headBytes &&
        before.head === hash(first, before.headBytes) &&
        stats.size >= before.size &&
        // Same size at another time: written anew.
        (stats.size > before.size || stats.mtimeMs === before.mtimeMs) &&
        endsLine(before.offset);
      return { offset: grown ? (before.offset ?? 0) : 0, head, headBytes };
    }

    function endsLine(offset: number): boolean {
      const byte = Buffer.alloc(1);
      return offset === 0 || (fileSystem.read(descriptor, byte, 0, 1, offset - 1) === 1 && byte[0] === newline);
    }
  } finally {
    fileSystem.close(descriptor);
  }
}

function hash(bytes: Buffer, length: number): string {
  return createHash('sha256').update(bytes.subarray(0, length)).digest('hex').slice(0, 32);
}
