/**
 * What comes into the ledger of the window that leads, from the agents' logs and from the API: rated, appended, and known of
 * afterwards.
 */
import { LedgerError, type EventOutcome, type Ledger } from '../../ledger/ledger';
import type { FileCursor, RatedEvent, UsageEvent } from '../../protocol/event';
import type { SourceProgress } from '../../protocol/reader';
import type { ObservedQuota } from '../../protocol/quota';
import type { SourceId, SourceSwitches } from '../../protocol/vocabulary';
import { pushSources } from '../../sources/pushList';
import type { PushSource, Sink } from '../../sources/source';
import { canonicalProvider } from '../../domain/prices/provider';
import { parseQuotaWindow, quotaWindowName } from '../../domain/time/quotaWindow';
import { ApiFailure } from '../support/failure';
import type { LogBatch, RatedBatch } from './batch';
import type { LedgerHealth } from '../upkeep/ledgerHealth';
import { LogReader } from './logReader';
import { messageOf, type Log } from '../support/log';
import type { Problems } from '../figures/problems';
import type { Rates } from '../prices/rates';
import { Progress } from './progress';
import type { ReaderThreads } from './readerThreads';
import { Rebuild } from '../upkeep/rebuild';
import { RefusedEvents, type CountedCursor } from './refusedEvents';
import { SkippedLines } from './skippedLines';

/** A clock may be a little ahead; a quota that is observed later than that would hide what is observed from now on. */
const farthestAheadMs = 300_000;

interface IngestOptions {
  readers: ReaderThreads;
  rates: Rates;
  now: () => number;
  log: Log;
  problems: Problems;
  trouble: LedgerHealth;
  /** The user's prices are known: nothing is rated before. */
  configured: () => Promise<void>;
  /** Throws where there is none. */
  ledger: () => Ledger;
  switches: () => SourceSwitches;
  onFailure: (error: unknown) => void;
  /** `awaited`: by whoever looks, as the end of an import is. */
  onChange: (awaited: boolean) => void;
}

export class Ingest {
  readonly progress: Progress;
  readonly skipped = new SkippedLines();
  readonly rebuilding = new Rebuild();
  private readonly refused = new RefusedEvents();
  private lastWriteMs = 0;

  constructor(private readonly options: IngestOptions) {
    this.progress = new Progress(options.problems, () => options.switches());
  }

  /** `opening`: of the ledger that takes what is read. */
  startReader(cursors: readonly FileCursor[], opening: Promise<unknown>): LogReader<LogBatch> {
    const { readers, log } = this.options;
    this.refused.reset();
    return new LogReader<LogBatch>({
      threads: readers,
      switches: this.options.switches(),
      cursors,
      prepare: async ({ events, quotas, cursors }, refused) => {
        const { refused: more, ...batch } = await this.prepared(events, quotas);
        return { ...batch, cursors, refused: refused + more };
      },
      onBatch: async (batch) => {
        await opening;
        await this.take(batch);
      },
      onProgress: (progress) => this.progressed(progress),
      log,
    });
  }

  async append(batch: RatedBatch): ReturnType<Ledger['append']> {
    const { ledger, trouble, onChange, onFailure } = this.options;
    try {
      const outcomes = await ledger().append(batch);
      this.lastWriteMs = performance.now();
      trouble.written();
      onChange(false);
      return outcomes;
    } catch (error) {
      // The disk has nothing to do with it.
      if (LedgerError.is(error, 'refused')) throw error;
      onFailure(error);
      if (ApiFailure.is(error)) throw error;
      throw new ApiFailure('storage_unavailable', `the ledger can't be written: ${messageOf(error)}`);
    }
  }

  /** Of a source that sends its usage. Resolves when it is durable; of one that is turned off nothing counts. */
  async receive(id: SourceId, body: unknown): Promise<EventOutcome[]> {
    const source = pushSources.find((one) => one.id === id);
    if (source === undefined) throw new ApiFailure('unknown_id', `no source ${id} is sent to`);
    if (this.options.switches()[id] === false) return [];
    const received = receivedBy(source, body);
    const { refused, ...batch } = await this.prepared(received.events, received.quotas);
    const outcomes = await this.append({ ...batch, cursors: [] });
    this.skipped.add(id, received.skipped + refused);
    return outcomes;
  }

  /** For so long nothing was written. */
  get quietMs(): number {
    return performance.now() - this.lastWriteMs;
  }

  /** Rated, and without what no ledger could keep. */
  private async prepared(
    events: readonly UsageEvent[],
    quotas: readonly ObservedQuota[],
  ): Promise<Required<Omit<LogBatch, 'cursors'>>> {
    await this.options.configured();
    const { rated, unrated } = await this.rated(events);
    const nowMs = this.options.now();
    const sound = quotas.flatMap((quota) => loggedQuota(quota, nowMs) ?? []);
    return { events: rated, quotas: sound, refused: unrated + quotas.length - sound.length };
  }

  /** Prices that can't be loaded are no fault of an event's; what one event throws is. */
  private async rated(events: readonly UsageEvent[]): Promise<{ rated: RatedEvent[]; unrated: number }> {
    const { rates, log } = this.options;
    if (events.length > 0) await rates.load();
    try {
      return { rated: await rates.rateAll(events), unrated: 0 };
    } catch {
      const rated: RatedEvent[] = [];
      for (const event of events) {
        try {
          rated.push(...(await rates.rateAll([event])));
        } catch (error) {
          log('error', `an event of ${event.source} is left out, since it can't be rated: ${messageOf(error)}`);
        }
      }
      return { rated, unrated: events.length - rated.length };
    }
  }

  /** What the ledger can't take for what is in it is left out: nobody waits behind it. */
  private async take({ events, quotas, cursors, refused }: LogBatch): Promise<void> {
    try {
      await this.takeAll(events, quotas, this.refused.countedIn(cursors, refused));
    } catch (error) {
      if (!LedgerError.is(error, 'refused')) throw error;
      const ledger = this.options.ledger();
      const sound = events.filter((event) => ledger.accepts(event));
      const out = events.length - sound.length;
      this.options.log('error', `${out} events from logs are left out: ${error.message}`);
      await this.takeAll(sound, quotas, this.refused.countedIn(cursors, refused + out));
    }
  }

  private async takeAll(
    events: RatedEvent[],
    quotas: RatedBatch['quotas'],
    counted: readonly CountedCursor[],
  ): Promise<void> {
    const cursors = counted.map(({ cursor }) => cursor);
    this.rebuilding.note(await this.append({ events, quotas: quotas ?? [], cursors }));
    this.refused.keep(counted);
    if (this.skipped.note(cursors)) this.options.onChange(false);
  }

  private progressed(progress: readonly SourceProgress[]): void {
    this.rebuilding.progressed(progress);
    // The end of an import and of a start is what windows wait for: the interval made it 380 ms late.
    this.options.onChange(this.progress.take(progress));
  }
}

/** What one body of a push source says. */
interface Received {
  events: readonly UsageEvent[];
  quotas: readonly ObservedQuota[];
  /** Entries that could not be read, or not in full. */
  skipped: number;
}

/** Throws what the source throws of a body that it does not know. */
function receivedBy(source: PushSource, body: unknown): Received {
  const events: UsageEvent[] = [];
  const quotas: ObservedQuota[] = [];
  let skipped = 0;
  const sink: Sink = {
    event: (event) => events.push(event),
    quota: (quota) => quotas.push(quota),
    skipped: () => skipped++,
  };
  source.receive(body, sink);
  return { events, quotas, skipped };
}

/** As the ledger keeps it. `null`: of no window, or of the future. Whatever its type says, it is what stood in a log. */
function loggedQuota(quota: ObservedQuota, nowMs: number): ObservedQuota | null {
  try {
    const window = parseQuotaWindow(quota.window);
    if (window === null || !(quota.asOfMs <= nowMs + farthestAheadMs)) return null;
    return { ...quota, provider: canonicalProvider(quota.provider), window: quotaWindowName(window) };
  } catch {
    return null;
  }
}
