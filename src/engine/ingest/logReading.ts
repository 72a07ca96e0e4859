/**
 * The log reader of one opening of the ledger: it may begin before the ledger is open, is paused and resumed by the user, and begins
 * anew from the ledger's cursors when all is to be read again.
 */
import type { Ledger } from '../../ledger/ledger';
import { isNewLedger } from '../../ledger/isNewLedger';
import type { SourceSwitches } from '../../protocol/vocabulary';
import type { RebuildResult, Work } from '../../protocol/work';
import { LeadGone } from '../support/leadGone';
import type { Service } from '../support/service';
import type { RebuildSteps } from '../upkeep/rebuild';
import type { LogBatch } from './batch';
import type { Ingest } from './ingest';
import type { LogReader } from './logReader';
import type { ReaderThreads } from './readerThreads';

interface LogReadingOptions {
  dataDirectory: string;
  readers: ReaderThreads;
  ingest: Ingest;
}

export class LogReading implements Service {
  private reader: LogReader<LogBatch> | null = null;
  private stopped = false;

  /** `opening`: of the ledger that takes what is read. With nothing read before, reading need not wait for it. */
  constructor(
    private readonly options: LogReadingOptions,
    private readonly opening: Promise<Ledger>,
  ) {
    options.readers.prepare();
    if (isNewLedger(options.dataDirectory)) this.reader = options.ingest.startReader([], opening);
  }

  /** The ledger is open. */
  begin(ledger: Ledger): void {
    const cursors = ledger.cursors();
    this.reader ??= this.options.ingest.startReader(cursors, this.opening);
    this.options.ingest.skipped.reset(cursors);
  }

  pause(): void {
    this.reader?.pause();
  }

  turn(switches: SourceSwitches): void {
    this.reader?.turn(switches);
  }

  /** Until all is read, though reading was paused. */
  async readAll(): Promise<void> {
    this.reader?.resume();
    await this.reader?.refresh();
  }

  rebuild(ledger: Ledger, work: Work): Promise<RebuildResult> {
    return this.options.ingest.rebuilding.run(this.stepsOf(ledger), work);
  }

  rebuildAgain(ledger: Ledger): Promise<RebuildResult> {
    return this.options.ingest.rebuilding.again(this.stepsOf(ledger));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.reader?.dispose();
  }

  private stepsOf(ledger: Ledger): RebuildSteps {
    return {
      stopReading: async () => this.reader?.dispose(),
      forgetCursors: () => ledger.upkeep.forgetCursors(),
      startReading: () => {
        if (this.stopped) throw new LeadGone();
        this.reader = null;
        this.begin(ledger);
      },
      readAll: async () => this.reader?.refresh(),
      pause: () => this.pause(),
    };
  }
}
