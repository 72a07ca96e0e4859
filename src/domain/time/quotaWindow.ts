/**
 * Usage periods of quotas: what a window is called, the interval that holds an instant, and when it resets. Half-open
 * intervals of epoch ms UTC; days, weeks (from Monday), months and cycles begin where the calendar of a zone begins them.
 *
 * A rolling window moves in steps of its grain (a minute, a quarter of an hour from a day on, less under an hour), so that what is in it can be
 * counted by grains: it is the step under way and the whole steps before it that make up its length.
 */
import type { QuotaWindow } from '../../protocol/configuration';
import type { Interval } from '../../protocol/query';
import { cycleAt } from './cycle';
import { intervalOf } from './period';
import { hourAt } from './zone';
import { hourMs, minuteMs } from '../../shared/time';

const unitMs = { s: 1000, m: minuteMs, h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs } as const;
type Unit = keyof typeof unitMs;
const calendarUnits = ['minute', 'hour', 'day', 'week', 'month'] as const;
/** Nothing that is forgotten may still be in a window. */
export const longestRollingMs = 366 * unitMs.d;

/** `day`, `5h`, `7d`, `cycle`, `gauge`; `null` for what names no window. */
export function parseQuotaWindow(name: string): QuotaWindow | null {
  const text = name.trim().toLowerCase();
  const unit = calendarUnits.find((known) => known === text);
  if (unit !== undefined) return { kind: 'calendar', unit };
  if (text === 'cycle' || text === 'gauge') return { kind: text };
  const [, count, letter] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const lengthMs = Number(count) * ((unitMs[letter as Unit] as number | undefined) ?? Number.NaN);
  return lengthMs > 0 && lengthMs <= longestRollingMs ? { kind: 'rolling', lengthMs } : null;
}

/** The one name of a window, however it was written: `60m` is `1h`. */
export function quotaWindowName(window: QuotaWindow): string {
  if (window.kind === 'calendar') return window.unit;
  if (window.kind !== 'rolling') return window.kind;
  // A week's window is known as `7d`.
  const letter = (['d', 'h', 'm'] as const).find((one) => window.lengthMs % unitMs[one] === 0) ?? 's';
  return `${window.lengthMs / unitMs[letter]}${letter}`;
}

/** The steps in which a rolling window moves. */
export function grainOf(lengthMs: number): number {
  // The ledger has sums of every quarter of an hour.
  if (lengthMs >= unitMs.d) return 15 * minuteMs;
  return lengthMs >= hourMs ? minuteMs : Math.max(1000, Math.floor(lengthMs / 60_000) * 1000);
}

/**
 * The interval that holds an instant; `null` for a gauge, which has none. `cycleDay`: of the subscription; without one a
 * cycle is the month.
 */
export function quotaInterval(window: QuotaWindow, atMs: number, zone: string, cycleDay = 1): Interval | null {
  switch (window.kind) {
    case 'calendar':
      return calendarInterval(window.unit, atMs, zone);
    case 'rolling': {
      const grainMs = grainOf(window.lengthMs);
      const endMs = Math.floor(atMs / grainMs) * grainMs + grainMs;
      return { startMs: endMs - window.lengthMs, endMs };
    }
    case 'cycle': {
      const { startMs, endMs } = cycleAt(atMs, cycleDay, zone);
      return { startMs, endMs };
    }
    case 'gauge':
      return null;
  }
}

/** About how long a window is, to judge how old a figure may be; `null` for a gauge. */
export function roughLengthMs(window: QuotaWindow): number | null {
  switch (window.kind) {
    case 'rolling':
      return window.lengthMs;
    case 'calendar':
      return { minute: minuteMs, hour: hourMs, day: unitMs.d, week: unitMs.w, month: 30 * unitMs.d }[window.unit];
    case 'cycle':
      return 30 * unitMs.d;
    case 'gauge':
      return null;
  }
}

function calendarInterval(unit: (typeof calendarUnits)[number], atMs: number, zone: string): Interval {
  switch (unit) {
    case 'minute': {
      const startMs = Math.floor(atMs / minuteMs) * minuteMs;
      return { startMs, endMs: startMs + minuteMs };
    }
    case 'hour':
      return hourAt(atMs, zone);
    case 'day':
      return intervalOf('today', atMs, zone, atMs);
    case 'week':
    case 'month':
      return intervalOf(unit, atMs, zone, atMs);
  }
}
