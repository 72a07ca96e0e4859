/**
 * Keeps the ledger as old as the policy wants it: by schedule, while nothing else is written, in steps short enough that
 * nobody waits for one. A run that is interrupted goes on where it was at the next idle moment or start; when it is
 * through, the ledger remembers the time. Days and months are those of the zone of the window that leads.
 */
import { daysEndMs, detailsEndMs, monthAt, type RetentionPolicy } from '../../domain/retention';
import type { Upkeep } from '../../ledger/upkeep';
import type { Log } from '../support/log';

/** Some milliseconds of work each. */
const eventsPerStep = 150;
const sumsPerStep = 150;
/** Nothing is due more often than a schedule can say. */
const lookEveryMs = 60_000;

export interface RetentionOptions {
  upkeep: Upkeep;
  policy: () => RetentionPolicy;
  zone: () => string;
  now: () => number;
  /** Asked between two steps. */
  idle: () => boolean;
  log: Log;
}

export class Retention {
  private running: Promise<void> | null = null;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private due = false;

  constructor(private readonly options: RetentionOptions) {}

  /** Called while nothing is being written; resolves when the run is through or somebody writes. */
  whenIdle(): Promise<void> {
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  private async run(): Promise<void> {
    const { upkeep, zone, now, idle, log } = this.options;
    const policy = this.options.policy();
    const nowMs = now();
    if (!this.due && Math.abs(nowMs - this.lookedMs) < lookEveryMs) return;
    this.lookedMs = nowMs;
    const { isDue } = await import('./schedule');
    this.due = isDue(policy.schedule, zone(), await upkeep.retentionRunMs(), nowMs);
    if (!this.due) return;
    const compacted = await this.steps(() => upkeep.compact(detailsEndMs(policy, nowMs, zone()), eventsPerStep));
    const folded = await this.foldMonths(daysEndMs(policy, nowMs, zone()), zone());
    if (!idle()) return;
    await upkeep.noteRetentionRun(nowMs);
    this.due = false;
    if (compacted + folded > 0)
      log('info', `retention: ${compacted} events lost their details, ${folded} sums their days`);
  }

  private async foldMonths(endMs: number, zone: string): Promise<number> {
    const { upkeep, idle } = this.options;
    let folded = 0;
    for (let fromMs = Number.MIN_SAFE_INTEGER; idle();) {
      const first = await upkeep.firstCompactedMs(fromMs);
      if (first === null) break;
      const month = monthAt(first, zone);
      if (month.endMs > endMs) break;
      folded += await this.steps(() => upkeep.fold(month, sumsPerStep));
      fromMs = month.endMs;
    }
    return folded;
  }

  /** Until a step finds nothing or somebody wants to write. Messages are let in between two steps. */
  private async steps(step: () => Promise<number>): Promise<number> {
    let total = 0;
    while (this.options.idle()) {
      const count = await step();
      if (count === 0) break;
      total += count;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return total;
  }
}
