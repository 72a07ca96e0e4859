/**
 * Reads every log again from its beginning, and merges what it finds into what is counted: nothing that is in the ledger
 * and not in the logs any more is lost. One at a time; who asks meanwhile gets the answer of the one under way.
 */
import type { EventOutcome } from '../../ledger/ledger';
import type { SourceProgress } from '../../protocol/reader';
import type { RebuildResult, Work } from '../../protocol/work';

export interface RebuildSteps {
  /** Ends the log reader, with what it has not handed over yet. */
  stopReading: () => Promise<void>;
  forgetCursors: () => Promise<void>;
  /** Starts a log reader from the ledger's cursors. */
  startReading: () => void;
  /** Until all is read, or reading is paused. */
  readAll: () => Promise<void>;
  pause: () => void;
}

export class Rebuild {
  private running: Promise<RebuildResult> | null = null;
  private work: Work | null = null;
  private added = 0;
  private improved = 0;

  get isRunning(): boolean {
    return this.running !== null;
  }

  run(steps: RebuildSteps, work: Work): Promise<RebuildResult> {
    this.running ??= this.rebuild(steps, work).finally(() => {
      this.running = null;
      this.work = null;
    });
    return this.running;
  }

  /** Anew, whatever is under way: that may have read past what is wanted now. */
  async again(steps: RebuildSteps): Promise<RebuildResult> {
    while (this.running !== null) await this.running.catch(() => undefined);
    return this.run(steps, { report: () => undefined });
  }

  /** What became of the events of a log. */
  note(outcomes: readonly EventOutcome[]): void {
    if (this.running === null) return;
    for (const { outcome } of outcomes) {
      if (outcome === 'new') this.added += 1;
      else if (outcome === 'improved') this.improved += 1;
    }
  }

  progressed(progress: readonly SourceProgress[]): void {
    const scans = progress.flatMap(({ scan }) => (scan === null ? [] : [scan]));
    if (scans.length === 0) return;
    this.work?.report({
      done: scans.reduce((sum, { bytesDone }) => sum + bytesDone, 0),
      total: scans.reduce((sum, { bytesTotal }) => sum + bytesTotal, 0),
    });
  }

  private async rebuild(steps: RebuildSteps, work: Work): Promise<RebuildResult> {
    this.added = 0;
    this.improved = 0;
    this.work = work;
    await steps.stopReading();
    try {
      await steps.forgetCursors();
    } finally {
      steps.startReading();
    }
    const cancelled = (): boolean => work.token?.isCancellationRequested === true;
    const cancelling = work.token?.onCancellationRequested(() => steps.pause());
    try {
      if (!cancelled()) await steps.readAll();
      else steps.pause();
    } finally {
      cancelling?.dispose();
    }
    return { cancelled: cancelled(), added: this.added, improved: this.improved };
  }
}
