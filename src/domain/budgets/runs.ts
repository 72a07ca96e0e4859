/**
 * Runs: an agent at work on something, from `startRun` to `endRun`. A run lives as long as its window does, and a while
 * longer: the window may only be changing from one lead to the next. One that nobody has touched for hours is over, too.
 * Pure; epoch ms UTC.
 */
import { hourMs } from '../../shared/time';
import { keepLatest } from '../usage/keepLatest';
import { subject, type Subject, type SubjectValues } from '../usage/usageSums';

export type RunEnd = 'ended' | 'terminated' | 'vanished' | 'idle';

export interface Run {
  id: string;
  subject: Readonly<SubjectValues>;
  /** The id of the window that began it. */
  window: string;
  startedMs: number;
  /** Last asked or reported for. */
  touchedMs: number;
  /** Whether a call was asked or reported for it. */
  called: boolean;
  /** When its window was last there. */
  seenMs: number;
}

/** After its window has gone. */
export const runLeaseMs = 60_000;
/** Without a word, though its window is there. */
export const runIdleMs = 6 * hourMs;

const mostEnded = 5_000;

export class RunBook {
  readonly #active = new Map<string, Run>();
  readonly #ended = new Map<string, RunEnd>();

  active(): Run[] {
    return [...this.#active.values()];
  }

  get(id: string): Run | null {
    return this.#active.get(id) ?? null;
  }

  /** How a run that is over ended. */
  endOf(id: string): RunEnd | null {
    return this.#ended.get(id) ?? null;
  }

  /** Also again, after it ended: the same id goes on. Whether it may is for its budgets to say. */
  start(run: Run): void {
    this.#active.set(run.id, run);
    this.#ended.delete(run.id);
  }

  /** It never began. */
  forget(id: string): void {
    this.#active.delete(id);
  }

  touch(id: string, nowMs: number): void {
    const run = this.#active.get(id);
    if (run !== undefined) this.#active.set(id, { ...run, touchedMs: Math.max(run.touchedMs, nowMs), called: true });
  }

  /** A terminated run stays terminated. */
  end(id: string, how: RunEnd): Run | null {
    const run = this.#active.get(id) ?? null;
    if (run === null && how !== 'terminated') return null;
    this.#active.delete(id);
    this.#ended.set(id, how);
    keepLatest(this.#ended, mostEnded);
    return run;
  }

  /** Tells which windows are there; answers the runs that are over because theirs is not, or because nobody came back. */
  expire(windows: ReadonlySet<string>, nowMs: number): { run: Run; how: RunEnd }[] {
    const over: { run: Run; how: RunEnd }[] = [];
    for (const run of this.active()) {
      // A clock set back must not make a run older than it is.
      const seenMs = windows.has(run.window) ? nowMs : Math.min(run.seenMs, nowMs);
      const touchedMs = Math.min(run.touchedMs, nowMs);
      this.#active.set(run.id, { ...run, seenMs, touchedMs });
      if (nowMs - seenMs >= runLeaseMs) over.push({ run, how: 'vanished' });
      else if (nowMs - touchedMs >= runIdleMs) over.push({ run, how: 'idle' });
    }
    for (const { run, how } of over) this.end(run.id, how);
    return over;
  }
}

export function subjectOfRun({ id, subject: values }: Pick<Run, 'id' | 'subject'>): Subject {
  return subject({ ...values, run: id });
}
