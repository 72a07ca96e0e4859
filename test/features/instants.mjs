/**
 * The instants at which the scenarios about time run, by the calendar of each zone: where days, weeks, months and years end
 * and begin, a leap day, and both changes of clocks where there are any.
 */
import { DateTime } from 'luxon';

const everywhere = {
  'the last minute of a month': '2026-11-30T23:59',
  'the first minute of a month': '2026-12-01T00:00',
  'a Sunday': '2026-12-06T23:59',
  'a Monday': '2026-12-07T00:00',
  'the last minute of a year': '2026-12-31T23:59',
  'the first minute of a year': '2027-01-01T00:00',
  '29 February': '2028-02-29T12:00',
};

/**
 * Days of 23 and of 25 hours, at the hour of the change.
 * @type {Record<string, Record<string, string>>}
 */
const byZone = {
  UTC: everywhere,
  'Asia/Kolkata': everywhere,
  'America/Denver': { ...everywhere, 'clocks forward': '2027-03-14T03:00', 'clocks back': '2027-11-07T01:30' },
  'Pacific/Auckland': { ...everywhere, 'clocks forward': '2027-09-26T03:00', 'clocks back': '2027-04-04T02:30' },
};

/** @typedef {{ name: string, zone: string, now: string }} Instant */

/** @type {Instant[]} */
export const instants = Object.entries(byZone).flatMap(([zone, local]) =>
  Object.entries(local).map(([name, text]) => ({
    name: `${name} in ${zone}`,
    zone,
    now: DateTime.fromISO(text, { zone }).toUTC().toISO({ suppressMilliseconds: true }) ?? '',
  })),
);
