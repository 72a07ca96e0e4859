/** The instants of log lines: RFC 3339 → epoch ms. */

const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;

/** A clock may be wrong by years; what is farther off is no instant of a call. */
const earliestMs = Date.UTC(2000, 0);
const latestMs = Date.UTC(2100, 0);

/** `null`: none. */
export function instantOf(text: string): number | null {
  if (!written.test(text)) return null;
  const ms = Date.parse(text);
  return ms > earliestMs && ms < latestMs ? ms : null;
}
