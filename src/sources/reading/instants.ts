/** The instants of log lines → epoch ms. A line is mostly of the hour of the line before, and then only its rest is read. */

const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;
/** As nearly all of them are: `2026-09-14T08:15:42.317Z`. */
const usualLength = 24;
const hourLength = '2026-09-14T08:'.length;

/** A clock may be wrong by years; what is farther off is no instant of a call. */
const earliestMs = Date.UTC(2000, 0);
const latestMs = Date.UTC(2100, 0);

export class Instants {
  private hour = '-';
  private hourMs = 0;

  /** `null`: none. */
  of(text: unknown): number | null {
    if (typeof text !== 'string') return null;
    if (text.length === usualLength && text.startsWith(this.hour)) {
      const ms = withinHour(text);
      if (ms !== null) return this.hourMs + ms;
    }
    if (!written.test(text)) return null;
    const ms = Date.parse(text);
    if (!(ms > earliestMs && ms < latestMs)) return null;
    this.remember(text, ms);
    return ms;
  }

  private remember(text: string, ms: number): void {
    const within = text.length === usualLength ? withinHour(text) : null;
    if (within === null) return;
    this.hour = text.slice(0, hourLength);
    this.hourMs = ms - within;
  }
}

/** Of the usual form, else `null`. */
function withinHour(text: string): number | null {
  if (text[16] !== ':' || text[19] !== '.' || text[23] !== 'Z') return null;
  const minutes = digits(text, 14, 16);
  const seconds = digits(text, 17, 19);
  const ms = digits(text, 20, 23);
  return minutes < 60 && seconds < 60 ? (minutes * 60 + seconds) * 1000 + ms : null;
}

/** Not a number where one of them is no digit. */
function digits(text: string, begin: number, end: number): number {
  let value = 0;
  for (let at = begin; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = 10 * value + digit;
  }
  return value;
}
