/**
 * Brings the several lines of one response together while a file is read, so that the ledger sees about one event per call.
 * Only copies that agree in key and traits meet here; everything else is the ledger's to judge, across files and for ever.
 */
import type { UsageEvent } from '../protocol/event';
import {
  columnCount,
  columns,
  commonPart,
  isPartOf,
  type CommonPart,
  type EventColumns,
} from '../protocol/eventColumns';

const eventsAtFirst = 64;

export class Merger {
  /** The copy's own numbers, for `put` and `putAgain`; afterwards they are still there. */
  readonly draft = new Float64Array(columnCount);
  private numbers = new Float64Array(eventsAtFirst * columnCount);
  private calls: string[] = [];
  private requests: (string | null)[] = [];
  private common: CommonPart[] = [];
  /** The latest event of a call id; and of each event the one before it with the same call id, -1: none. */
  private readonly latest = new Map<string, number>();
  private before: number[] = [];
  /** Where the last copy went; -1: nowhere yet. */
  private last = -1;

  get size(): number {
    return this.calls.length;
  }

  add(event: UsageEvent): void {
    const { draft } = this;
    const { key, tokens } = event;
    draft[columns.common] = this.placeOf(event);
    draft[columns.atMs] = event.atMs;
    draft[columns.input] = tokens.input;
    draft[columns.output] = tokens.output;
    draft[columns.cacheRead] = tokens.cacheRead;
    draft[columns.cacheWrite5m] = tokens.cacheWrite5m;
    draft[columns.cacheWrite1h] = tokens.cacheWrite1h;
    draft[columns.reasoning] = tokens.reasoning;
    draft[columns.webSearches] = event.webSearches;
    draft[columns.reportedCostNanos] = event.reportedCostNanos ?? Number.NaN;
    this.put(key.call, key.request);
  }

  /** The draft is a copy of this call. */
  put(call: string, request: string | null): void {
    const known = this.find(call, request);
    if (known >= 0) {
      this.last = known;
      this.putAgain();
      return;
    }
    const place = this.calls.push(call) - 1;
    this.requests.push(request);
    this.before.push(this.latest.get(call) ?? -1);
    this.latest.set(call, place);
    if (this.numbers.length < this.calls.length * columnCount) this.grow();
    this.numbers.set(this.draft, place * columnCount);
    this.last = place;
  }

  /**
   * The draft is a copy of the last copy's call: kept is the one with the greater output, then with more parts, then the later,
   * at the earlier instant.
   */
  putAgain(): void {
    const { numbers, draft } = this;
    const at = this.last * columnCount;
    const knownMs = numbers[at + columns.atMs] ?? 0;
    const more = (draft[columns.output] ?? 0) - (numbers[at + columns.output] ?? 0);
    if (more > 0 || (more === 0 && this.partsOf(draft, 0) >= this.partsOf(numbers, at))) numbers.set(draft, at);
    numbers[at + columns.atMs] = Math.min(knownMs, draft[columns.atMs] ?? 0);
  }

  /** Empties it. */
  drain(): EventColumns {
    const { calls, requests, common } = this;
    const numbers = this.numbers.slice(0, calls.length * columnCount);
    this.calls = [];
    this.requests = [];
    this.common = [];
    this.latest.clear();
    this.before = [];
    this.last = -1;
    return { common, calls, requests, numbers };
  }

  private placeOf(event: UsageEvent): number {
    const latest = this.common.at(-1);
    if (latest === undefined || !isPartOf(latest, event)) this.common.push(commonPart(event));
    return this.common.length - 1;
  }

  private partsOf(numbers: Float64Array, at: number): number {
    return this.common[numbers[at + columns.common] ?? -1]?.parts?.length ?? 1;
  }

  private find(call: string, request: string | null): number {
    const common = this.common[this.draft[columns.common] ?? -1];
    for (let place = this.latest.get(call) ?? -1; place >= 0; place = this.before[place] ?? -1) {
      const other = this.common[this.numbers[place * columnCount + columns.common] ?? -1];
      const isSame =
        other?.namespace === common?.namespace &&
        other?.copy.sidechain === common?.copy.sidechain &&
        other?.copy.forked === common?.copy.forked &&
        other?.within === common?.within;
      if (isSame && this.requests[place] === request) return place;
    }
    return -1;
  }

  private grow(): void {
    const numbers = new Float64Array(2 * this.numbers.length);
    numbers.set(this.numbers);
    this.numbers = numbers;
  }
}
