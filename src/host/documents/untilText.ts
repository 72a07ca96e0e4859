/** When something is to end, as people write it: for how long, or until when on the clock of a zone. Pure; epoch ms UTC. */
import { dayMs, hourMs, minuteMs } from '../../shared/time';

const longestMs = 366 * dayMs;

/** `past`: it would be over already. `far`: more than a year. `unreadable`: neither a time nor a length. */
export type Until = { ms: number } | { wrong: 'past' | 'far' | 'unreadable' };

const length = /^(\d+(?:[.,]\d+)?)\s*(m|min|minutes?|h|hours?|d|days?)?$/i;
const clock = /^(\d{1,2}):(\d{2})$/;
const date = /^(\d{4})-(\d{2})-(\d{2})(?:[T\s]+(\d{1,2}):(\d{2}))?$/i;

/**
 * `2 h`, `90 min`, `3 d`; a bare number is hours. `18:30`: the next time that the clock of the zone says so. `2026-11-28`:
 * when that day begins; `2026-11-28 18:30`. `timezone`: an IANA id; empty: this machine's.
 */
export function untilOf(text: string, nowMs: number, timezone: string): Until {
  const ms = lengthMs(text, nowMs) ?? clockMs(text, nowMs, timezone) ?? dateMs(text, timezone);
  if (ms === null) return { wrong: 'unreadable' };
  if (ms <= nowMs) return { wrong: 'past' };
  return ms - nowMs > longestMs ? { wrong: 'far' } : { ms };
}

function lengthMs(text: string, nowMs: number): number | null {
  const [, count, unit = 'h'] = length.exec(text) ?? [];
  if (count === undefined) return null;
  const letter = unit.charAt(0).toLowerCase();
  const unitMs = letter === 'm' ? minuteMs : letter === 'h' ? hourMs : dayMs;
  return nowMs + Math.round(Number(count.replace(',', '.')) * unitMs);
}

function clockMs(text: string, nowMs: number, timezone: string): number | null {
  const [, hours, minutes] = clock.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const wall = new Date(nowMs + offsetMs(nowMs, timezone));
  const at = (days: number): number | null =>
    instantOf([wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate()], hours, minutes, timezone, days);
  const today = at(0);
  return today !== null && today <= nowMs ? at(1) : today;
}

function dateMs(text: string, timezone: string): number | null {
  const [, year, month, day, hours = '0', minutes = '0'] = date.exec(text) ?? [];
  if (year === undefined) return null;
  const days = [Number(year), Number(month), Number(day)] as const;
  const written = new Date(Date.UTC(days[0], days[1] - 1, days[2]));
  // There is no 30th of February.
  if (written.getUTCMonth() + 1 !== days[1] || written.getUTCDate() !== days[2]) return null;
  return instantOf(days, hours, minutes, timezone, 0);
}

/** `null`: no clock says so. What a change of the clock leaves out is the same time after it. */
function instantOf(
  [year, month, day]: readonly [number, number, number],
  hours: string,
  minutes: string,
  timezone: string,
  laterDays: number,
): number | null {
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const wallMs = Date.UTC(year, month - 1, day + laterDays, Number(hours), Number(minutes));
  const guessMs = wallMs - offsetMs(wallMs, timezone);
  return wallMs - offsetMs(guessMs, timezone);
}

/** By which the zone's clock is ahead of UTC then. */
function offsetMs(atMs: number, timezone: string): number {
  const parts = formatOf(timezone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value);
  const wallMs = Date.UTC(
    part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'),
  ); // prettier-ignore
  return wallMs - Math.floor(atMs / 1000) * 1000;
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  };
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, ...(timezone !== '' && { timeZone: timezone }) });
  } catch {
    // A zone of a newer ICU.
    return new Intl.DateTimeFormat('en-US', options);
  }
}
