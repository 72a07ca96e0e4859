/** Lines of JSON → rows, by JSON.parse: what has no scanner, what is too long for it, and what it is unsure of. */
import { isRecord, ParsedRow, type Fields, type Row } from './row';

/** Who lines are read for. `markers` and `fields` are constants of a source: a scanner is laid out anew for others. */
export interface LineVisitor {
  /** ASCII texts, one of which every line worth reading contains. The rarer their first bytes, the faster. */
  readonly markers: readonly string[];
  readonly fields: Fields;
  /** `at`: where the line begins in the bytes. */
  line(row: Row, at: number): void;
  /** The line is no JSON object, or `line` threw. */
  unreadable(): void;
}

const lineFeed = 0x0a;
const byteOrderMark = Buffer.from('\ufeff');

/** Looks at the lines of bytes [from, to); the last one ends there, with its line feed. */
export function readLines(bytes: Buffer, from: number, to: number, visitor: LineVisitor): void {
  const markers = visitor.markers.map((marker) => Buffer.from(marker));
  for (let begin = from; begin < to;) {
    const end = bytes.indexOf(lineFeed, begin);
    const line = bytes.subarray(begin, end);
    if (markers.some((marker) => line.includes(marker))) {
      const isMarked = line.subarray(0, byteOrderMark.length).equals(byteOrderMark);
      parseLine(bytes, isMarked ? begin + byteOrderMark.length : begin, end, visitor);
    }
    begin = end + 1;
  }
}

/** One line, without its line feed. */
export function parseLine(bytes: Buffer, begin: number, end: number, visitor: LineVisitor): void {
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8', begin, end));
    if (isRecord(document)) visitor.line(new ParsedRow(document, visitor.fields), begin);
    else visitor.unreadable();
  } catch {
    visitor.unreadable();
  }
}
