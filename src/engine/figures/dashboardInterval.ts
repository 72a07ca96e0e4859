/** The intervals that a page of the dashboard is about: the period, what it is compared with, and how its bars are cut. */
import { buckets, intervalOf, parseRange, PeriodError } from '../../domain/time/period';
import type { DashboardFigures, PeriodSelection } from '../../protocol/dashboard/dashboard';
import type { Bucket, Interval } from '../../protocol/query';
import { invalid } from '../support/failure';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** More bars than this are too thin to be hit with a mouse. */
const mostDays = 100;
const mostWeeks = 110;

/** Heat map: 52 weeks, which retention leaves by the day. */
const weeksShown = 52;
export const trendWeeks = 26;
export const tableMonths = 12;

export function intervalOfSelection(period: PeriodSelection, nowMs: number, zone: string): Interval {
  try {
    if (period.kind === 'custom') return parseRange(period.from, period.to, nowMs, zone);
    switch (period.name) {
      case 'last_30_days':
        return lastDays(30, nowMs, zone);
      case 'last_90_days':
        return lastDays(90, nowMs, zone);
      default:
        return intervalOf(period.name, nowMs, zone, nowMs);
    }
  } catch (error) {
    if (error instanceof PeriodError)
      throw invalid({ path: `selection.period.${error.field}`, message: error.message });
    throw error;
  }
}

/** Whole days, today's the last. Counted from noon, where no change of clocks reaches. */
function lastDays(count: number, nowMs: number, zone: string): Interval {
  const today = intervalOf('today', nowMs, zone, nowMs);
  const noon = today.startMs + 12 * hourMs;
  const first = intervalOf('today', noon - (count - 1) * dayMs, zone, nowMs);
  return { startMs: first.startMs, endMs: today.endMs };
}

/** The calendar unit before where the period is one, else as many days; up to the same point where it runs. */
export function intervalBefore(period: PeriodSelection, interval: Interval, nowMs: number, zone: string): Interval {
  const whole = wholeBefore(period, interval, zone);
  if (nowMs >= interval.endMs) return whole;
  const passed = Math.max(0, nowMs - interval.startMs);
  return { startMs: whole.startMs, endMs: Math.min(whole.endMs, whole.startMs + passed) };
}

function wholeBefore(period: PeriodSelection, interval: Interval, zone: string): Interval {
  const before = interval.startMs - 12 * hourMs;
  if (period.kind === 'named') {
    if (period.name === 'month' || period.name === 'last_month') return intervalOf('month', before, zone, before);
    if (period.name === 'week' || period.name === 'last_week') return intervalOf('week', before, zone, before);
  }
  const days = Math.max(1, Math.round((interval.endMs - interval.startMs) / dayMs));
  const first = intervalOf('today', before - (days - 1) * dayMs, zone, before);
  return { startMs: first.startMs, endMs: interval.startMs };
}

/** One day in hours, a longer period in days, weeks or months. */
export function barsOf(interval: Interval, zone: string): { unit: DashboardFigures['bars']['unit']; spans: Bucket[] } {
  const days = (interval.endMs - interval.startMs) / dayMs;
  if (days < 1.1) return { unit: 'hour', spans: hours(interval) };
  const unit = days <= mostDays ? 'day' : days <= mostWeeks * 7 ? 'week' : 'month';
  try {
    return { unit, spans: buckets(interval, unit, zone) };
  } catch (error) {
    if (error instanceof PeriodError) throw invalid({ path: 'selection.period', message: error.message });
    throw error;
  }
}

function hours({ startMs, endMs }: Interval): Bucket[] {
  const list: Bucket[] = [];
  for (let at = startMs; at < endMs; at += hourMs) {
    list.push({ startMs: at, endMs: Math.min(at + hourMs, endMs), label: new Date(at).toISOString() });
  }
  return list;
}

/** Every day from the Monday 51 weeks ago, or from the first of the oldest month shown, to the end of today. */
export function historyDays(nowMs: number, zone: string): { all: Bucket[]; heatFromMs: number } {
  const noon = intervalOf('today', nowMs, zone, nowMs).startMs + 12 * hourMs;
  const heatFromMs = intervalOf('week', noon - (weeksShown - 1) * 7 * dayMs, zone, nowMs).startMs;
  let month = intervalOf('month', nowMs, zone, nowMs);
  for (let back = 1; back < tableMonths; back++) month = intervalOf('month', month.startMs - 12 * hourMs, zone, nowMs);
  const startMs = Math.min(heatFromMs, month.startMs);
  const { endMs } = intervalOf('today', nowMs, zone, nowMs);
  return { all: buckets({ startMs, endMs }, 'day', zone), heatFromMs };
}
