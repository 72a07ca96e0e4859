/**
 * Agents at work, over restarts and takeovers. A run takes its place at once, so that no two take the same, and has begun only
 * when it is durable: one that can't be written has never begun.
 */
import type { AuditNote } from '../../domain/alerts/audit';
import { RunBook, type Run, type RunEnd } from '../../domain/budgets/runs';
import type { DurableState } from '../../ledger/durableState';
import { messageOf, type Log } from '../support/log';
import { putOf, removalOf, parsedAll, type DurableWriter } from './durableWriter';
import { NotWritten } from './reservationFile';

export interface RunsOptions {
  keeping: Pick<DurableState, 'all' | 'auditAbout'>;
  writer: Pick<DurableWriter, 'keep' | 'soon'>;
  now: () => number;
  log: Log;
}

export class Runs {
  private readonly book = new RunBook();
  /** Runs that are not durable yet. */
  private readonly beginning = new Map<string, Promise<void>>();

  constructor(private readonly options: RunsOptions) {
    const nowMs = options.now();
    // Their windows have a lease from now on to come to this lead.
    for (const run of parsedAll<Run>(options.keeping.all('run'))) this.book.start({ ...run, seenMs: nowMs });
  }

  active(): Run[] {
    return this.book.active();
  }

  get(id: string): Run | null {
    return this.book.get(id);
  }

  /** How a run that is over ended. */
  endOf(id: string): RunEnd | null {
    return this.book.endOf(id);
  }

  /** Resolves when it is durable; rejects with `NotWritten`. */
  begin(run: Run): Promise<void> {
    this.book.start(run);
    const written = this.options.writer.keep([putOf('run', run.id, run)], []).catch((error: unknown) => {
      this.book.forget(run.id);
      throw new NotWritten(`run ${run.id} can't be remembered: ${messageOf(error)}`, { cause: error });
    });
    this.beginning.set(run.id, written);
    const over = (): boolean => this.beginning.get(run.id) === written && this.beginning.delete(run.id);
    written.then(over, (error: unknown) => {
      over();
      this.options.log('warn', messageOf(error));
    });
    return written;
  }

  /** Resolves when this run is durable; rejects when it can't be. */
  async begun(id: string): Promise<void> {
    await this.beginning.get(id);
  }

  /** Asked for again, perhaps by another window: it is of that one from now on. */
  resume(run: Run, window: string): void {
    const resumed: Run = { ...run, window, seenMs: this.options.now() };
    this.book.start(resumed);
    // The next lead must know whose it is now.
    if (window !== run.window) this.options.writer.soon([putOf('run', run.id, resumed)], []);
  }

  /** A call was asked or reported for it. */
  touch(id: string, nowMs: number): void {
    this.book.touch(id, nowMs);
  }

  /** `null`: nobody began it. */
  end(id: string): Run | null {
    const run = this.book.end(id, 'ended');
    if (run !== null) this.options.writer.soon([removalOf('run', id)], []);
    return run;
  }

  /** Its budget is used up. `note`: for the audit trail. */
  terminate(id: string, note: AuditNote): void {
    this.book.end(id, 'terminated');
    this.options.writer.soon([removalOf('run', id)], [note]);
  }

  /** Whether this run was told to stop and has not begun anew since, by whichever lead. */
  wasTerminated(id: string): boolean {
    if (this.book.get(id) !== null) return false;
    const end = this.book.endOf(id);
    if (end !== null) return end === 'terminated';
    const was = this.options.keeping.auditAbout('run_terminated', 'run', id).length > 0;
    // Its agent may go on reporting for it, and the trail is long.
    if (was) this.book.end(id, 'terminated');
    return was;
  }

  /** `windows`: those that are there. */
  expire(windows: ReadonlySet<string>, nowMs: number): void {
    for (const { run } of this.book.expire(windows, nowMs)) this.options.writer.soon([removalOf('run', run.id)], []);
  }
}
