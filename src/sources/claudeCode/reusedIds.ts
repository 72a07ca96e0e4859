/**
 * Message ids that tell a call only within its conversation. Proxies of local models often number messages anew in each
 * session, or give all of them one id, and leave out the request id; the vendor's ids are unique for ever.
 *
 * Such a call is told by the id of the line with which it began. A copy of that line, in a resumed or forked session, has the
 * same id, so the key is the same in whatever order files are read. The further lines of a response are found by what came
 * before them in their file: they follow on a line of it, or come soon and repeat its prompt. What a reader has to remember of
 * them for that is small, and is kept with its position in the file.
 */
import type { LineRow } from './fields';
import type { ClaudeUsage } from './usage';

const ofVendor = /^msg_(?:vrtx_|bdrk_)?01[A-Za-z0-9]{8,}$/;
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
/** Letters and digits; a counter has only digits, however many. */
const random = /(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,}/;

/** A response streams for some minutes; between two of its lines no more pass than these. */
const longestPauseMs = 10 * 60_000;
/** Responses of one file that go on at a time, as those of subagents do, and lines of one that others may follow on. */
const mostOpen = 4;
const mostLines = 4;

/** Whether Anthropic has given it, on whatever cloud. */
export function isAnthropics(id: string): boolean {
  return ofVendor.test(id);
}

export function mayBeReused(id: string): boolean {
  return !ofVendor.test(id) && !uuid.test(id) && !random.test(id);
}

/** A response that may go on. */
interface Response {
  id: string;
  session: string | null;
  sidechain: boolean;
  /** What tells it: the id of its first line. */
  begin: string;
  /** Ids of its latest lines. */
  lines: string[];
  lastMs: number;
  /** Tokens of its latest line's prompt: uncached, read, written. */
  prompt: [number, number, number];
}

export class ReusedIds {
  /** The one that was written to last is the last. */
  private responses: Response[] = [];

  /** What tells this call from others of the same id. */
  within(line: LineRow, id: string, atMs: number, { tokens }: ClaudeUsage): string {
    const own = line.label('uuid') ?? String(atMs);
    const said: Omit<Response, 'begin' | 'lines'> = {
      id,
      session: line.label('session'),
      sidechain: line.flag('isSidechain'),
      lastMs: atMs,
      prompt: [tokens.input, tokens.cacheRead, tokens.cacheWrite5m + tokens.cacheWrite1h],
    };
    const known = this.responses.findLast((response) => goesOn(response, said, own, line.label('parent')));
    const lines = [...(known?.lines.filter((other) => other !== own) ?? []), own].slice(-mostLines);
    const response = { ...said, begin: known?.begin ?? own, lines };
    this.responses = [...this.responses.filter((other) => other !== known), response].slice(-mostOpen);
    return response.begin;
  }

  /** JSON; `null`: no such id was met. */
  get state(): string | null {
    return this.responses.length === 0 ? null : JSON.stringify(this.responses);
  }

  /** `state` is what another of this class said; of another version's nothing is taken. */
  resume(state: string): void {
    const known: unknown = JSON.parse(state);
    if (Array.isArray(known) && known.every(isResponse)) this.responses = known;
  }
}

function goesOn(
  { id, session, sidechain, lines, lastMs, prompt }: Response,
  line: Omit<Response, 'begin' | 'lines'>,
  own: string,
  parent: string | null,
): boolean {
  if (id !== line.id || session !== line.session || sidechain !== line.sidechain) return false;
  if (lines.includes(own) || (parent !== null && lines.includes(parent))) return true;
  if (Math.abs(line.lastMs - lastMs) > longestPauseMs) return false;
  // Between two lines of a response may be the result of its first tool; the next call's prompt is a longer one.
  const isSame = prompt.every((tokens, place) => tokens === line.prompt[place]);
  return parent === null || (isSame && prompt.some((tokens) => tokens > 0));
}

function isResponse(value: unknown): value is Response {
  const { id, begin, lines, lastMs, prompt } = (value ?? {}) as Partial<Record<keyof Response, unknown>>;
  return (
    typeof id === 'string' &&
    typeof begin === 'string' &&
    typeof lastMs === 'number' &&
    Array.isArray(lines) &&
    Array.isArray(prompt)
  );
}
