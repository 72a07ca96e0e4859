/**
 * When an alert may be shown in a notification: one at a time over all windows, and so many a day; that something is used up
 * is always shown. Pure; epoch ms UTC.
 */
import type { Alert } from './alert';

export const mostShownADay = 3;

/** A warning that nobody answers is put away by then. */
const warningMs = 20_000;
/** An error stays until somebody answers it; whoever does not come back must not keep the next one from the others. */
const errorMs = 600_000;

/** What is remembered over restarts. */
export interface ShownToday {
  dayStartMs: number;
  count: number;
}

/** `wait`: another one is being shown. `enough`: so many were shown today. */
export type PaceVerdict = 'yes' | 'wait' | 'enough';

type Showable = Pick<Alert, 'id' | 'level' | 'snoozedUntilMs'>;

export class NotificationPace {
  #today: ShownToday = { dayStartMs: 0, count: 0 };
  #shown: { id: string; untilMs: number } | null = null;

  recall(today: ShownToday): void {
    this.#today = today;
  }

  verdict(alert: Showable, dayStartMs: number, nowMs: number): PaceVerdict {
    if (isCounted(alert) && this.#countOf(dayStartMs) >= mostShownADay) return 'enough';
    return this.#isShowing(nowMs) ? 'wait' : 'yes';
  }

  /** It is shown from now on. Answers what is to be remembered; `null`: nothing new. */
  shown(alert: Showable, dayStartMs: number, nowMs: number): ShownToday | null {
    this.#shown = { id: alert.id, untilMs: nowMs + (alert.level === 'exceeded' ? errorMs : warningMs) };
    if (!isCounted(alert)) return null;
    this.#today = { dayStartMs, count: this.#countOf(dayStartMs) + 1 };
    return this.#today;
  }

  /** It was to be shown, and could not be. */
  notShown(alert: Showable): void {
    if (this.gone(alert.id) && isCounted(alert)) this.#today = { ...this.#today, count: this.#today.count - 1 };
  }

  /** Its notification has been answered, or put away. Answers whether that makes room for another. */
  gone(id: string): boolean {
    if (this.#shown?.id !== id) return false;
    this.#shown = null;
    return true;
  }

  /** Answers once whether time has made room for another. */
  isOver(nowMs: number): boolean {
    if (this.#shown === null || this.#isShowing(nowMs)) return false;
    this.#shown = null;
    return true;
  }

  #isShowing(nowMs: number): boolean {
    return this.#shown !== null && nowMs < this.#shown.untilMs && nowMs >= this.#shown.untilMs - errorMs;
  }

  #countOf(dayStartMs: number): number {
    return this.#today.dayStartMs === dayStartMs ? this.#today.count : 0;
  }
}

/** Who put one off has asked to hear of it again. */
function isCounted({ level, snoozedUntilMs }: Showable): boolean {
  return level !== 'exceeded' && snoozedUntilMs === null;
}
