/**
 * What comes into the ledger of the window that leads, from the agents' logs and from the API: rated, appended, and known of
 * afterwards.
 */
import { LedgerError, type Ledger } from '../../ledger/ledger';
import type { FileCursor, RatedEvent, UsageEvent } from '../../protocol/event';
import type { SourceProgress } from '../../protocol/reader';
import type { SourceSwitches } from '../../protocol/vocabulary';
import { ApiFailure } from '../support/failure';
import type { LogBatch, RatedBatch } from './batch';
import type { LedgerTrouble } from '../upkeep/ledgerHealth';
import { LogReader } from './logReader';
import { messageOf, type Log } from '../support/log';
import type { Problems } from '../figures/problems';
import type { Rates } from '../prices/rates';
import { Progress } from './progress';
import type { ReaderThreads } from './readerThreads';
import { Rebuild } from '../upkeep/rebuild';
import { RefusedEvents, type CountedCursor } from './refusedEvents';
import { SkippedLines } from './skippedLines';

interface IntakeOptions {
  readers: ReaderThreads;
  rates: Rates;
  log: Log;
  problems: Problems;
  trouble: LedgerTrouble;
  /** The user's prices are known: nothing is rated before. */
  configured: () => Promise<void>;
  /** Throws where there is none. */
  ledger: () => Ledger;
  switches: () => SourceSwitches;
  onFailure: (error: unknown) => void;
  /** `awaited`: by whoever looks, as the end of an import is. */
  onChange: (awaited: boolean) => void;
}

export class Intake {
  readonly progress: Progress;
  readonly skipped = new SkippedLines();
  readonly rebuilding = new Rebuild();
  private readonly refused = new RefusedEvents();
  private lastWriteMs = 0;

  constructor(private readonly options: IntakeOptions) {
    this.progress = new Progress(options.problems);
  }

  /** `opening`: of the ledger that takes what is read. */
  startReader(cursors: readonly FileCursor[], opening: Promise<unknown>): LogReader<LogBatch> {
    const { readers, log } = this.options;
    this.refused.reset();
    return new LogReader({
      threads: readers,
      switches: this.options.switches(),
      cursors,
      prepare: async ({ events, cursors }, refused) => {
        await this.options.configured();
        const { rated, unrated } = await this.rated(events);
        return { events: rated, cursors, refused: refused + unrated };
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

  /** For so long nothing was written. */
  get quietMs(): number {
    return performance.now() - this.lastWriteMs;
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
  private async take({ events, cursors, refused }: LogBatch): Promise<void> {
    try {
      await this.takeAll(events, this.refused.countedIn(cursors, refused));
    } catch (error) {
      if (!LedgerError.is(error, 'refused')) throw error;
      const ledger = this.options.ledger();
      const sound = events.filter((event) => ledger.accepts(event));
      const out = events.length - sound.length;
      this.options.log('error', `${out} events from logs are left out: ${error.message}`);
      await this.takeAll(sound, this.refused.countedIn(cursors, refused + out));
    }
  }

  private async takeAll(events: RatedEvent[], counted: readonly CountedCursor[]): Promise<void> {
    const cursors = counted.map(({ cursor }) => cursor);
    this.rebuilding.note(await this.append({ events, cursors }));
    this.refused.keep(counted);
    if (this.skipped.note(cursors)) this.options.onChange(false);
  }

  private progressed(progress: readonly SourceProgress[]): void {
    this.rebuilding.progressed(progress);
    // The end of an import and of a start is what windows wait for: the interval made it 380 ms late.
    this.options.onChange(this.progress.take(progress));
  }
}
