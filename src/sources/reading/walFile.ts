/**
 * A SQLite file and its write-ahead log → one file, as a checkpoint would leave it: for a SQLite that can't see the log. Formats:
 * sqlite.org/fileformat2.html, "The Write-Ahead Log". Frames count up to the last commit whose salts and checksums hold.
 */
const headerSize = 32;
const frameHeaderSize = 24;
const magicLittle = 0x377f0682;
const magicBig = 0x377f0683;
/** Of a database's header: the versions of its format for writing and reading; 1: no log. */
const formatVersionsAt = 18;

/** `log`: empty where there is none. The database is copied, never changed. */
export function withLog(database: Buffer, log: Buffer): Buffer {
  const { pageSize, pageCount, pages } = committedPages(log) ?? { pageSize: 1, pageCount: database.length, pages: [] };
  const whole = Buffer.alloc(pageCount * pageSize);
  database.copy(whole);
  // A later commit may have made the database shorter.
  for (const [page, at] of pages) if (page <= pageCount) log.copy(whole, (page - 1) * pageSize, at, at + pageSize);
  if (whole.length > formatVersionsAt + 1) whole.fill(1, formatVersionsAt, formatVersionsAt + 2);
  return whole;
}

interface Committed {
  pageSize: number;
  /** Of the database, after the last commit. */
  pageCount: number;
  /** Number of each page → where its latest image begins in the log. */
  pages: Map<number, number>;
}

function committedPages(log: Buffer): Committed | null {
  if (log.length < headerSize) return null;
  const magic = log.readUInt32BE(0);
  if (magic !== magicLittle && magic !== magicBig) return null;
  const pageSize = log.readUInt32BE(8);
  const sum = new Checksum(log, magic === magicBig);
  sum.add(0, 24);
  if (pageSize < 512 || !sum.isAt(24)) return null;
  const salts = log.subarray(16, 24);
  const frameSize = frameHeaderSize + pageSize;
  const pages = new Map<number, number>();
  let waiting: [page: number, at: number][] = [];
  let pageCount = 0;
  for (let at = headerSize; at + frameSize <= log.length; at += frameSize) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    sum.add(at, 8);
    sum.add(at + frameHeaderSize, pageSize);
    if (!sum.isAt(at + 16)) break;
    waiting.push([log.readUInt32BE(at), at + frameHeaderSize]);
    const countAfterCommit = log.readUInt32BE(at + 4);
    if (countAfterCommit === 0) continue;
    for (const [page, from] of waiting) pages.set(page, from);
    waiting = [];
    pageCount = countAfterCommit;
  }
  return pageCount === 0 ? null : { pageSize, pageCount, pages };
}

/** Running, over the header and all frames. */
class Checksum {
  private first = 0;
  private second = 0;

  constructor(
    private readonly log: Buffer,
    private readonly isBig: boolean,
  ) {}

  /** `length`: a multiple of 8. */
  add(from: number, length: number): void {
    const { log, isBig } = this;
    for (let at = from; at < from + length; at += 8) {
      const [one, two] = isBig
        ? [log.readUInt32BE(at), log.readUInt32BE(at + 4)]
        : [log.readUInt32LE(at), log.readUInt32LE(at + 4)];
      this.first = (this.first + one + this.second) >>> 0;
      this.second = (this.second + two + this.first) >>> 0;
    }
  }

  /** Whether the log says so at this place. */
  isAt(at: number): boolean {
    return this.log.readUInt32BE(at) === this.first && this.log.readUInt32BE(at + 4) === this.second;
  }
}
