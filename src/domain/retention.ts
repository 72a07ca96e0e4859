/**
 * Retention: how long the ledger keeps what. An event keeps its details for `detailedDays`; after that its cost stands
 * in its quarter of an hour, so that days, weeks and months of every zone stay exact. After `dailyDays` only its month
 * is left, for ever. Whole days and whole months of a zone, never parts; totals never change. Pure; epoch ms UTC.
 */
import { dayAt, firstDayOf, startOfDay } from './time/zone';
import { dayMs } from '../shared/time';

export interface RetentionPolicy {
  /** Days before today; `Infinity` is for ever. */
  detailedDays: number;
  /** Never less than `detailedDays` in effect: an event that can still change must keep its place. */
  dailyDays: number;
  /** Cron, five fields, in the zone. */
  schedule: string;
}

export const defaultRetention: RetentionPolicy = { detailedDays: 90, dailyDays: 365, schedule: '0 2 * * *' };

export interface Month {
  startMs: number;
  endMs: number;
  /** Inside this month, whatever the zone: where its sums stand, so that a later change of zone finds them there. */
  middleMs: number;
}

/** Events from before this instant lose their details. */
export function detailsEndMs(policy: RetentionPolicy, nowMs: number, zone: string): number {
  return daysAgo(policy.detailedDays, nowMs, zone);
}

/** Months that end at this instant or before lose their days. */
export function daysEndMs(policy: RetentionPolicy, nowMs: number, zone: string): number {
  return daysAgo(Math.max(policy.dailyDays, policy.detailedDays), nowMs, zone);
}

/** The calendar month that holds an instant. */
export function monthAt(atMs: number, zone: string): Month {
  const local = new Date(dayAt(atMs, zone) * dayMs);
  const first = firstDayOf(local.getUTCFullYear(), local.getUTCMonth());
  const next = firstDayOf(local.getUTCFullYear(), local.getUTCMonth() + 1);
  return {
    startMs: startOfDay(first, zone),
    endMs: startOfDay(next, zone),
    middleMs: (first + 14) * dayMs + dayMs / 2,
  };
}

function daysAgo(days: number, nowMs: number, zone: string): number {
  return Number.isFinite(days) ? startOfDay(dayAt(nowMs, zone) - days, zone) : Number.NEGATIVE_INFINITY;
}
