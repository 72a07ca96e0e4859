/**
 * The lines of a journal segment: `{"crc":"9ae0daaf","record":…}` and a line feed; `crc` is the CRC-32 of the bytes of
 * the record's text. A reader gets every sound line and learns where the sound part ends.
 */
import { crc32 } from 'node:zlib';

const opening = '{"crc":"';
const openingBytes = Buffer.from(opening);
const separator = '","record":';
const recordStart = opening.length + 8 + separator.length;
const lineFeed = 10;
const closingBrace = 125;

export function frame(record: string): string {
  return `${opening}${crc32(record).toString(16).padStart(8, '0')}${separator}${record}}\n`;
}

export interface FrameScan {
  /** Behind the last line that was finished. What follows is a torn write. */
  soundEnd: number;
  /** Unreadable lines before that: these were damaged after they had been written. */
  damaged: number;
}

/**
 * Calls `onRecord` with the text of every sound record from byte `from` on. A write that is cut off, by power loss say,
 * leaves no line feed, or zeros where a page never came to the disk; a whole line without zeros that is wrong all the same
 * was damaged later. `isStill`: nobody wrote while it was read; else it may be half of one write and half of the next.
 */
export function scanFrames(bytes: Buffer, from: number, onRecord: (text: string) => void, isStill = true): FrameScan {
  let soundEnd = from;
  let damaged = 0;
  let bad = 0;
  let start = from;
  for (let feed = bytes.indexOf(lineFeed, start); feed !== -1; feed = bytes.indexOf(lineFeed, start)) {
    const texts = soundRecords(bytes, start, feed);
    if (texts.intact === 0) bad += 1;
    if (texts.intact > 0 || (isStill && !bytes.subarray(start, feed).includes(0))) {
      damaged += bad + (texts.intact > 0 && !texts.clean ? 1 : 0);
      bad = 0;
      soundEnd = feed + 1;
      for (const text of texts.found) onRecord(text);
    }
    start = feed + 1;
  }
  const unfed = isStill ? unfedRecord(bytes, start) : null;
  if (unfed === null) return { soundEnd, damaged };
  onRecord(unfed);
  return { soundEnd: bytes.length, damaged: damaged + bad + 1 };
}

/** The record at the very end whose line feed became something else. */
function unfedRecord(bytes: Buffer, start: number): string | null {
  const last = bytes.length - 1;
  return last > start && bytes[last] !== 0 ? soundRecord(bytes, start, last) : null;
}

/** The sound records of a line: one, or, when the line feed between two was damaged, more. */
function soundRecords(bytes: Buffer, start: number, feed: number): { found: string[]; intact: number; clean: boolean } {
  const whole = soundRecord(bytes, start, feed);
  if (whole !== null) return { found: [whole], intact: 1, clean: true };
  const found: string[] = [];
  for (let piece = bytes.indexOf(openingBytes, start); piece !== -1 && piece < feed;) {
    const next = bytes.indexOf(openingBytes, piece + 1);
    const last = next === -1 || next > feed;
    const text = soundRecord(bytes, piece, last ? feed : next - 1);
    if (text !== null) found.push(text);
    piece = last ? -1 : next;
  }
  return { found, intact: found.length, clean: false };
}

function soundRecord(bytes: Buffer, start: number, end: number): string | null {
  if (end - start <= recordStart || bytes[end - 1] !== closingBrace) return null;
  if (!openingBytes.equals(bytes.subarray(start, start + openingBytes.length))) return null;
  const record = bytes.subarray(start + recordStart, end - 1);
  const crc = bytes.toString('latin1', start + opening.length, start + opening.length + 8);
  return crc32(record).toString(16).padStart(8, '0') === crc ? record.toString('utf8') : null;
}
