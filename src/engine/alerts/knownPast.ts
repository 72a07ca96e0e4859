/**
 * Until when what happened counts as known: nobody is told of it. That is when this ledger was first led, and whenever later
 * something of the past comes in: an agent's old logs, a log that was copied in, logs that are read again, a new price.
 */
import { arrivalOf } from '../../domain/alerts/news';
import type { StoredEvent } from '../../ledger/tables/storedEvent';
import type { SourceProgress } from '../../protocol/reader';
import type { SourceId } from '../../protocol/vocabulary';

/** Where the log readers stand. */
export interface Reading {
  sources(): readonly Pick<SourceProgress, 'source' | 'state' | 'isPushed'>[];
  /** Whether every log is read again from its beginning. */
  isRereading(): boolean;
  /** Of whose calls the ledger has some. */
  counted(): readonly SourceId[];
  /** The newest call of a source; `null`: there is none. */
  lastEventMs(source: SourceId): number | null;
}

/** An agent may report a run when it is over. */
const reportsMs = 86_400_000;
/** How often it is written down while much of the past comes in. */
const keepEveryMs = 60_000;

const measured = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'reasoning', 'webSearches'] as const;

type Counted = Readonly<
  Pick<StoredEvent, 'atMs' | 'attribution' | 'costNanos' | 'base' | 'check' | (typeof measured)[number]>
>;

export class KnownPast {
  private knownUntilMs: number;
  private keptMs = Number.NEGATIVE_INFINITY;
  private keptValue = Number.NaN;
  private left: Counted | null = null;
  /** Until when each source has been read. */
  private readonly watched = new Map<SourceId, number | null>();
  /** Of which all that there was has been read since they were turned on. */
  private readonly read = new Set<SourceId>();
  /** Which send what happens, or report it. */
  private readonly pushed = new Set<SourceId>(['api']);

  constructor(
    private readonly reading: Reading,
    private readonly now: () => number,
  ) {
    // An older version, or an import that did not come to its end, left nothing to know it by.
    this.knownUntilMs = now();
    for (const source of reading.counted()) this.watched.set(source, reading.lastEventMs(source));
  }

  get untilMs(): number {
    return this.knownUntilMs;
  }

  /** As the lead before knew it. */
  recall(untilMs: number): void {
    this.knownUntilMs = untilMs;
    this.keptValue = untilMs;
  }

  /** An event came into the ledger's sums (1) or left them (-1). */
  counted(event: Counted, sign: 1 | -1): void {
    if (sign === -1) {
      this.left = event;
      return;
    }
    const before = this.left;
    this.left = null;
    const change = before === null || !isSameCall(before, event) ? 'new' : changeOf(before, event);
    if (change === 'none') return;
    const nowMs = this.now();
    const isPast = change === 'price' || arrivalOf(event.atMs, this.watchedUntil(event, nowMs), nowMs) === 'past';
    if (isPast) this.knownUntilMs = nowMs;
  }

  /** Where the readers are by now. Answers whether what they read is not all there yet: nothing is to be told before. */
  look(): boolean {
    if (this.reading.isRereading()) return true;
    let isReading = false;
    for (const { source, state, isPushed } of this.reading.sources()) {
      if (isPushed === true) this.pushed.add(source);
      if (state === 'disabled') {
        this.watched.set(source, null);
        this.read.delete(source);
      } else if (state === 'watching' || state === 'absent') {
        this.watched.set(source, this.now());
        this.read.add(source);
      } else if (state === 'reading' && !this.read.has(source)) isReading = true;
    }
    return isReading;
  }

  /** What is to be written down by now; `null`: nothing new, or it was just now. */
  toKeep(): number | null {
    const nowMs = this.now();
    const isDue = nowMs - this.keptMs >= keepEveryMs || nowMs < this.keptMs;
    if (this.knownUntilMs === this.keptValue || !isDue) return null;
    this.keptMs = nowMs;
    this.keptValue = this.knownUntilMs;
    return this.knownUntilMs;
  }

  private watchedUntil({ attribution }: Counted, nowMs: number): number | null {
    const source = attribution.get('source') ?? 'api';
    if (this.pushed.has(source)) return nowMs - reportsMs;
    return this.reading.isRereading() ? null : (this.watched.get(source) ?? null);
  }
}

function isSameCall(a: Counted, b: Counted): boolean {
  return a.base === b.base && a.check === b.check;
}

function changeOf(before: Counted, after: Counted): 'none' | 'price' | 'more' {
  if (measured.some((name) => before[name] !== after[name])) return 'more';
  return before.costNanos === after.costNanos ? 'none' : 'price';
}
