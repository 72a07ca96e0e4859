/**
 * Calendar days of an IANA time zone. A day is the number of days after 1970-01-01, whatever the zone; it begins at the first
 * instant whose local date is that day or later. So days have 23, 24, 25 or 24.5 hours, begin at 01:00 where clocks go forward
 * at midnight, and have no length where a zone skipped a date. Instants are epoch milliseconds UTC. No rounding.
 */
import { IANAZone } from 'luxon';
import type { Interval } from '../../protocol/query';
import { dayMs, hourMs, minuteMs } from '../../shared/time';

/** A name of the IANA data base, not a bare offset as `+02:00`, which knows no daylight saving time. */
export function isZone(name: string): boolean {
  return /^[a-z]/i.test(name) && IANAZone.create(name).isValid;
}

/** What local clocks show ahead of UTC. */
function offsetMs(atMs: number, zone: IANAZone): number {
  return Math.round(zone.offset(atMs) * minuteMs);
}

/** The day that a local calendar shows at an instant. */
export function dayAt(atMs: number, zoneName: string): number {
  return Math.floor((atMs + offsetMs(atMs, IANAZone.create(zoneName))) / dayMs);
}

/** The instant at which a day begins. */
export function startOfDay(day: number, zoneName: string): number {
  const zone = IANAZone.create(zoneName);
  const midnight = day * dayMs;
  // No zone was ever a day away from UTC, so the local midnight is between these two.
  const before = offsetAtUtcMidnight(day - 1, zone);
  const after = offsetAtUtcMidnight(day + 1, zone);
  if (before === after) {
    return midnight - before;
  }
  // A change of offset is near: midnight may come once, twice or never.
  for (const offset of before > after ? [before, after] : [after, before]) {
    if (offsetMs(midnight - offset, zone) === offset) {
      return midnight - offset;
    }
  }
  return changeBetween(midnight - dayMs, midnight + dayMs, before, zone);
}

/** The hour that local clocks show at an instant. A change of the clocks that is not by whole hours ends it and begins one. */
export function hourAt(atMs: number, zoneName: string): Interval {
  const zone = IANAZone.create(zoneName);
  const offset = offsetMs(atMs, zone);
  const startMs = Math.floor((atMs + offset) / hourMs) * hourMs - offset;
  const endMs = startMs + hourMs;
  const begun = offsetMs(startMs, zone);
  return {
    startMs: begun === offset ? startMs : changeBetween(startMs, atMs, begun, zone),
    endMs: offsetMs(endMs - 1, zone) === offset ? endMs : changeBetween(atMs, endMs, offset, zone),
  };
}

/** Asking a zone is slow, and consecutive days ask for the same instants. */
const offsets = new Map<string, Map<number, number>>();
const rememberedDays = 20_000;

function offsetAtUtcMidnight(day: number, zone: IANAZone): number {
  let known = offsets.get(zone.name);
  if (known === undefined || known.size >= rememberedDays) {
    known = new Map();
    offsets.set(zone.name, known);
  }
  let offset = known.get(day);
  if (offset === undefined) {
    offset = offsetMs(day * dayMs, zone);
    known.set(day, offset);
  }
  return offset;
}

/** The first instant after `fromMs` whose offset is not `offset`. */
function changeBetween(fromMs: number, toMs: number, offset: number, zone: IANAZone): number {
  let low = fromMs;
  let high = toMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, zone) === offset) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/;

/** `null`: not a date of the calendar, as 2026-02-30. */
export function dayOfDate(date: string): number | null {
  const ms = isoDate.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) || dateOfDay(ms / dayMs) !== date ? null : ms / dayMs;
}

/** Of a month, counted from 0; 12 is the next year's first. */
export function firstDayOf(year: number, month: number): number {
  return Date.UTC(year, month) / dayMs;
}

/** `2026-11-21` */
export function dateOfDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
