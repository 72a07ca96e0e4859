/**
 * What comes into the ledger of the window that leads, from the agents' logs and from the API: rated, appended, and known of
 * afterwards.
 */
import type { Ledger } from '../ledger/ledger';
import type { FileCursor } from '../protocol/event';
import type { SourceProgress } from '../protocol/reader';
import type { SourceId } from '../protocol/vocabulary';
import { ApiFailure } from './api/failure';
import type { LeadOptions, RatedBatch } from './leadOptions';
import type { LedgerTrouble } from './ledgerTrouble';
import { LogReader } from './logReader';
import { messageOf } from './log';
import type { Problems } from './problems';
import { Progress } from './progress';
import { Rebuild } from './rebuild';
import { SkippedLines } from './skippedLines';

interface IntakeOptions extends Pick<LeadOptions, 'readers' | 'rates' | 'log'> {
  problems: Problems;
  trouble: LedgerTrouble;
  /** The user's prices are known: nothing is rated before. */
  configured: () => Promise<void>;
  /** Throws where there is none. */
  ledger: () => Ledger;
  sources: () => readonly SourceId[];
  onFailure: (error: unknown) => void;
  /** `awaited`: by whoever looks, as the end of an import is. */
  onChange: (awaited: boolean) => void;
}

export class Intake {
  readonly progress: Progress;
  readonly skipped = new SkippedLines();
  readonly rebuilding = new Rebuild();
  private lastWriteMs = 0;

  constructor(private readonly options: IntakeOptions) {
    this.progress = new Progress(options.problems);
  }

  /** `opening`: of the ledger that takes what is read. */
  startReader(cursors: readonly FileCursor[], opening: Promise<unknown>): LogReader<RatedBatch> {
    const { readers, log, rates } = this.options;
    return new LogReader({
      threads: readers,
      enabled: this.options.sources(),
      cursors,
      prepare: async ({ events, cursors }) => {
        await this.options.configured();
        return { events: await rates.rateAll(events), cursors };
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
      onFailure(error);
      if (ApiFailure.is(error)) throw error;
      throw new ApiFailure('storage_unavailable', `the ledger can't be written: ${messageOf(error)}`);
    }
  }

  /** For so long nothing was written. */
  get quietMs(): number {
    return performance.now() - this.lastWriteMs;
  }

  private async take(batch: RatedBatch): Promise<void> {
    this.rebuilding.note(await this.append(batch));
    if (this.skipped.note(batch.cursors)) this.options.onChange(false);
  }

  private progressed(progress: readonly SourceProgress[]): void {
    this.rebuilding.progressed(progress);
    // The end of an import and of a start is what windows wait for: the interval made it 380 ms late.
    this.options.onChange(this.progress.take(progress));
  }
}
