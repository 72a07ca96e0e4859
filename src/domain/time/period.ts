/**
 * Periods: named periods, ranges and calendar buckets, as half-open intervals [startMs, endMs) of epoch milliseconds UTC.
 * Days, weeks (from Monday, named as ISO 8601 does) and months begin where the calendar of an IANA zone begins them.
 * `now` is an argument; what is open-ended ends just after it, so that an event of this very millisecond is inside.
 */
import type { Bucket, Interval } from '../../protocol/query';
import type { CalendarUnit, NamedPeriod } from '../../protocol/vocabulary';
import { dateOfDay, dayAt, dayOfDate, firstDayOf, isZone, startOfDay } from './zone';
import { dayMs } from '../../shared/time';

export { isZone } from './zone';

/** More rows than anybody reads; a range this long has a coarser unit. */
export const maxBuckets = 5_000;

export type PeriodErrorReason = 'unknown_zone' | 'not_an_instant_or_date' | 'reversed' | 'too_many_buckets';

export class PeriodError extends Error {
  override readonly name = 'PeriodError';
  readonly reason: PeriodErrorReason;
  /** Which part of a request is at fault: `from`, `to`, `groupBy` or `timezone`. */
  readonly field: string;

  constructor(reason: PeriodErrorReason, field: string, message: string) {
    super(message);
    this.reason = reason;
    this.field = field;
  }
}

/** The calendar day that holds an instant. */
export function dayOf(atMs: number, zone: string): Bucket {
  assertZone(zone);
  return { ...daysFrom(dayAt(atMs, zone), 1, zone), label: labelOf(atMs, 'day', zone) };
}

/** `sessionStartMs` is when the asking window opened; a session that begins after `nowMs` (a clock set back) is empty but valid. */
export function intervalOf(period: NamedPeriod, nowMs: number, zone: string, sessionStartMs: number): Interval {
  assertZone(zone);
  const today = dayAt(nowMs, zone);
  switch (period) {
    case 'today':
      return daysFrom(today, 1, zone);
    case 'yesterday':
      return daysFrom(today - 1, 1, zone);
    case 'week':
      return daysFrom(monday(today), 7, zone);
    case 'last_week':
      return daysFrom(monday(today) - 7, 7, zone);
    case 'month':
      return unitFrom(firstOfMonth(today), 'month', zone);
    case 'last_month':
      return unitFrom(firstOfMonth(firstOfMonth(today) - 1), 'month', zone);
    case 'session':
      return { startMs: sessionStartMs, endMs: Math.max(sessionStartMs, nowMs) + 1 };
  }
}

/**
 * `from` and `to` are RFC 3339 instants or calendar dates in the zone. An instant `to` is outside the range; a date `to` is inside
 * to its last moment: from 2026-11-01 to 2026-11-30 is the month of November. Without `to` the range ends now.
 */
export function parseRange(from: string, to: string | undefined, nowMs: number, zone: string): Interval {
  assertZone(zone);
  const startMs = parsePoint(from, 'from', zone);
  if (to === undefined) return { startMs, endMs: Math.max(nowMs + 1, startMs) };
  const endMs = parsePoint(to, 'to', zone);
  const datesReversed = dayOfDate(to) !== null && dayOfDate(from) !== null && to < from;
  if (endMs < startMs || datesReversed) {
    throw new PeriodError('reversed', 'to', `the end of the range is before its begin: ${from} to ${to}`);
  }
  return { startMs, endMs };
}

/** An interval cut where units begin. The first and the last bucket are cut off with it, and keep the whole unit's label. */
export function buckets(interval: Interval, unit: CalendarUnit, zone: string): Bucket[] {
  assertZone(zone);
  if ((interval.endMs - interval.startMs) / (shortestDays[unit] * dayMs) > maxBuckets) {
    throw new PeriodError('too_many_buckets', 'groupBy', `more than ${maxBuckets} ${unit}s: choose a shorter range`);
  }
  const list: Bucket[] = [];
  let first = firstOf(dayAt(interval.startMs, zone), unit);
  let startMs = interval.startMs;
  while (startMs < interval.endMs) {
    const next = firstOfNext(first, unit);
    const endMs = Math.min(startOfDay(next, zone), interval.endMs);
    if (endMs > startMs) {
      list.push({ startMs, endMs, label: labels[unit](first) });
      startMs = endMs;
    }
    first = next;
  }
  return list;
}

/** What the unit that holds an instant is called: `2026-11-21`, `2026-W47`, `2026-11`. */
export function labelOf(atMs: number, unit: CalendarUnit, zone: string): string {
  assertZone(zone);
  return labels[unit](dayAt(atMs, zone));
}

const shortestDays: Readonly<Record<CalendarUnit, number>> = { day: 1, week: 7, month: 28 };

const labels: Readonly<Record<CalendarUnit, (day: number) => string>> = {
  day: dateOfDay,
  week: (day) => {
    // The week belongs to the year that its Thursday is in.
    const thursday = monday(day) + 3;
    const year = dateOfDay(thursday).slice(0, 4);
    const week = Math.floor((thursday - firstDayOf(Number(year), 0)) / 7) + 1;
    return `${year}-W${String(week).padStart(2, '0')}`;
  },
  month: (day) => dateOfDay(day).slice(0, 7),
};

function assertZone(zone: string): void {
  if (!isZone(zone)) {
    throw new PeriodError('unknown_zone', 'timezone', `not an IANA time zone: ${zone}`);
  }
}

function parsePoint(text: string, field: 'from' | 'to', zone: string): number {
  const day = dayOfDate(text);
  if (day !== null) {
    return startOfDay(field === 'to' ? day + 1 : day, zone);
  }
  const ms = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new PeriodError('not_an_instant_or_date', field, `neither an RFC 3339 instant nor a calendar date: ${text}`);
  }
  return ms;
}

function daysFrom(day: number, count: number, zone: string): Interval {
  return { startMs: startOfDay(day, zone), endMs: startOfDay(day + count, zone) };
}

function unitFrom(day: number, unit: CalendarUnit, zone: string): Interval {
  return daysFrom(day, firstOfNext(day, unit) - day, zone);
}

/** 1970-01-01 was a Thursday. */
function monday(day: number): number {
  return day - ((((day + 3) % 7) + 7) % 7);
}

function firstOfMonth(day: number): number {
  return day - new Date(day * dayMs).getUTCDate() + 1;
}

function firstOf(day: number, unit: CalendarUnit): number {
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      return monday(day);
    case 'month':
      return firstOfMonth(day);
  }
}

function firstOfNext(first: number, unit: CalendarUnit): number {
  switch (unit) {
    case 'day':
      return first + 1;
    case 'week':
      return first + 7;
    case 'month':
      return firstOfMonth(first + 31);
  }
}
