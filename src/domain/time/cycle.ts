/**
 * Billing cycles: the months of a subscription, which begin on a day of the month, or on the month's last day where it has
 * fewer. Whole calendar days of a zone; days are numbers after 1970-01-01, instants epoch ms UTC.
 */
import type { Interval } from '../../protocol/query';
import { dayAt, startOfDay } from './zone';
import { dayMs } from '../../shared/time';

export interface Cycle extends Interval {
  firstDay: number;
  /** 28 to 31. */
  days: number;
}

/** The cycle that holds an instant. `cycleDay`: 1 to 31. */
export function cycleAt(atMs: number, cycleDay: number, zone: string): Cycle {
  return cycleOfDay(dayAt(atMs, zone), cycleDay, zone);
}

/** The cycle that holds a calendar day. */
export function cycleOfDay(day: number, cycleDay: number, zone: string): Cycle {
  const date = new Date(day * dayMs);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
  const inThisMonth = anchor(month, cycleDay);
  const begun = inThisMonth <= day;
  const firstDay = begun ? inThisMonth : anchor(month - 1, cycleDay);
  const nextDay = begun ? anchor(month + 1, cycleDay) : inThisMonth;
  return {
    firstDay,
    days: nextDay - firstDay,
    startMs: startOfDay(firstDay, zone),
    endMs: startOfDay(nextDay, zone),
  };
}

/** The day in a month, counted from the year 0, on which a cycle begins. */
function anchor(month: number, cycleDay: number): number {
  const year = Math.floor(month / 12);
  const lastDate = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
  return Date.UTC(year, month % 12, Math.min(cycleDay, lastDate)) / dayMs;
}
