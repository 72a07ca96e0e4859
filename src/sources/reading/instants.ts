/** The instants of log lines → epoch ms. A line is mostly of the hour of the line before, and then only its rest is read. */
import type { FieldRow } from './fieldRow';

const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;
/** As nearly all of them are: `2026-09-14T08:15:42.317Z`. */
const usualLength = 24;
const hourLength = '2026-09-14T08:'.length;
const [colon, point, letterZ, zero] = [0x3a, 0x2e, 0x5a, 0x30];

/** A clock may be wrong by years; what is farther off is no instant of a call. */
const earliestMs = Date.UTC(2000, 0);
const latestMs = Date.UTC(2100, 0);

export class Instants {
  /** How an instant of the hour begins; all zero: none was seen yet. */
  private readonly hour = Buffer.alloc(hourLength);
  private hourMs = 0;

  /** `null`: none. */
  of(text: unknown): number | null {
    if (typeof text !== 'string' || !written.test(text)) return null;
    const ms = Date.parse(text);
    if (!(ms > earliestMs && ms < latestMs)) return null;
    this.remember(text, ms);
    return ms;
  }

  /** Of a line's text. */
  ofText(row: FieldRow, slot: number): number | null {
    if (row.isText(slot) && row.lengthOf(slot) === usualLength) {
      const begin = row.beginOf(slot);
      const ms = this.isOfHour(row.memory, begin) ? withinHour(row.memory, begin) : Number.NaN;
      if (!Number.isNaN(ms)) return this.hourMs + ms;
    }
    return this.of(row.value(slot));
  }

  private isOfHour(bytes: Buffer, begin: number): boolean {
    for (let at = hourLength - 1; at >= 0; at--) if (bytes[begin + at] !== this.hour[at]) return false;
    return true;
  }

  private remember(text: string, ms: number): void {
    const within = text.length === usualLength ? withinHour(Buffer.from(text, 'latin1'), 0) : Number.NaN;
    if (Number.isNaN(within)) return;
    this.hour.write(text.slice(0, hourLength), 'latin1');
    this.hourMs = ms - within;
  }
}

/** Of the usual form; else not a number. */
function withinHour(bytes: Buffer, begin: number): number {
  if (bytes[begin + 16] !== colon || bytes[begin + 19] !== point || bytes[begin + 23] !== letterZ) return Number.NaN;
  const minutes = digits(bytes, begin + 14, begin + 16);
  const seconds = digits(bytes, begin + 17, begin + 19);
  const ms = digits(bytes, begin + 20, begin + 23);
  return minutes < 60 && seconds < 60 ? (minutes * 60 + seconds) * 1000 + ms : Number.NaN;
}

/** Not a number where one of them is no digit. */
function digits(bytes: Buffer, begin: number, end: number): number {
  let value = 0;
  for (let at = begin; at < end; at++) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = 10 * value + digit;
  }
  return value;
}
