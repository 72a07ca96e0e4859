/**
 * Lines that are like the one before but for ids, instant and counts, as nearly all lines with usage are. Only these are read of
 * them, from the scanner's row straight into an event's columns; whatever is unusual is left to be read as any other line.
 */
import type { UsageEvent } from '../../protocol/event';
import { columns } from '../../protocol/eventColumns';
import type { Copies } from '../copies';
import type { FieldRow } from '../reading/fieldRow';
import type { Instants } from '../reading/instants';
import { longestText } from './ids';
import { providerOf } from './provider';
import { mayBeReused } from './reusedIds';
import { slots } from './scannedLine';
import { cacheWrite1h, cacheWrite5m, greatestCount } from './usage';

export class AlikeLines {
  private first: Pick<UsageEvent, 'model' | 'provider'> | null = null;

  constructor(
    private readonly copies: Copies,
    private readonly instants: Instants,
  ) {}

  /** The next line may be like one that gave this event alone, without a flaw; `null`: it may not. */
  follow(event: UsageEvent | null): void {
    this.first = event;
  }

  /** False: no event was put, and the copies' draft is to be written anew. */
  take(row: FieldRow): boolean {
    const { first, copies } = this;
    if (first === null || !row.isAlike) return false;
    const hasRequest = !row.isNothing(slots.requestId);
    if (!isId(row, slots.id) || (hasRequest && !isId(row, slots.requestId))) return false;
    if (!hasRequest && mayBeReused(row.text(slots.id))) return false;
    const atMs = this.instants.ofText(row, slots.timestamp);
    if (atMs === null || !this.draft(row, atMs)) return false;
    if (row.repeatsText(slots.id) && (!hasRequest || row.repeatsText(slots.requestId))) {
      copies.putAgain();
      return true;
    }
    const call = row.text(slots.id);
    const request = hasRequest ? row.text(slots.requestId) : null;
    if (providerOf(first.model, call, request) !== first.provider) return false;
    copies.put(call, request);
    return true;
  }

  /** What the lines have in common is still there. False where a count is none. */
  private draft(row: FieldRow, atMs: number): boolean {
    const { draft } = this.copies;
    const input = row.count(slots.input_tokens);
    const output = row.count(slots.output_tokens);
    const cacheRead = row.count(slots.cache_read_input_tokens);
    const written = row.count(slots.cache_creation_input_tokens);
    const write5m = row.count(slots.ephemeral_5m_input_tokens);
    const write1h = row.count(slots.ephemeral_1h_input_tokens);
    const thinking = row.count(slots.thinking_tokens);
    const searches = row.count(slots.web_search_requests);
    if (Math.max(input, output, cacheRead, written, write5m, write1h, thinking, searches) > greatestCount) return false;
    draft[columns.atMs] = atMs;
    draft[columns.input] = input;
    draft[columns.output] = output;
    draft[columns.cacheRead] = cacheRead;
    draft[columns.cacheWrite5m] = cacheWrite5m(written, write5m, write1h);
    draft[columns.cacheWrite1h] = cacheWrite1h(written, write5m, write1h);
    draft[columns.reasoning] = Math.min(thinking, output);
    draft[columns.webSearches] = searches;
    return true;
  }
}

function isId(row: FieldRow, slot: number): boolean {
  const length = row.lengthOf(slot);
  return row.isText(slot) && length > 0 && length <= longestText;
}
