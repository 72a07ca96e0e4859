/** Names that the world outside of the file knows or does not: time zones, calendar dates, cron schedules. */
import { dayOfDate, isZone } from '../../domain/zone';
import { subscriptionPlan, subscriptionPlans } from '../../domain/subscriptionPlans';
import type { Finding } from '../issue';
import { placedPrices } from '../normalise/prices';
import { suggest } from '../validate/suggest';
import { finding, type CheckedFile } from './check';

export function unknownNames({ entries, filePath }: CheckedFile): Finding[] {
  const findings: Finding[] = [];
  const { timezone } = entries;
  if (timezone !== undefined && !isZone(timezone)) {
    const near = suggest(timezone, Intl.supportedValuesOf('timeZone'));
    const message = `no time zone ${timezone} is known${near === null ? '' : `; did you mean ${near}?`}`;
    const replacement = near === null ? {} : { replacement: { title: `Change to ${near}`, text: near } };
    findings.push(finding('error', 'unknown_time_zone', message, ['timezone'], replacement));
  }
  const dates = [
    { date: entries.pricing?.last_updated, path: ['pricing', 'last_updated'] },
    ...placedPrices(entries).map(({ entry, path }) => ({ date: entry.from, path: [...path, 'from'] })),
  ];
  for (const { date, path } of dates) {
    if (date !== undefined && dayOfDate(date) === null) {
      findings.push(finding('error', 'unknown_date', `no calendar has the day ${date}`, filePath(path)));
    }
  }
  const schedule = entries.usage?.aggregation?.schedule;
  if (schedule !== undefined && !isSchedule(schedule)) {
    const message = 'must be five fields: minute, hour, day of month, month, day of week, as "0 2 * * *"';
    findings.push(finding('error', 'unknown_schedule', message, ['usage', 'aggregation', 'schedule']));
  }
  for (const [index, { plan }] of (entries.subscriptions ?? []).entries()) {
    if (plan === undefined || subscriptionPlan(plan) !== null) continue;
    const near = suggest(
      plan,
      subscriptionPlans.map(({ id }) => id),
    );
    const message = `no plan ${plan} is known${near === null ? '' : `; did you mean ${near}?`}`;
    const replacement = near === null ? {} : { replacement: { title: `Change to ${near}`, text: near } };
    findings.push(finding('warning', 'unknown_plan', message, filePath(['subscriptions', index, 'plan']), replacement));
  }
  return findings;
}

const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'.split('|');
const weekdays = 'sun|mon|tue|wed|thu|fri|sat'.split('|');
const fields: readonly { least: number; most: number; names?: readonly string[] }[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 7, names: weekdays },
];

function isSchedule(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  return parts.length === fields.length && fields.every((field, index) => isField(parts[index] ?? '', field));
}

/** A list of `*`, `5`, `1-5`, each with a step as `/15`. */
function isField(text: string, { least, most, names = [] }: (typeof fields)[number]): boolean {
  const value = (word: string) => {
    const named = names.indexOf(word.toLowerCase());
    return named >= 0 ? named + (least === 1 ? 1 : 0) : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  };
  return text.split(',').every((part) => {
    const [range = '', step, ...rest] = part.split('/');
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false;
    if (range === '*') return true;
    const ends = range.split('-').map(value);
    const [from = Number.NaN, to = from] = ends;
    return ends.length <= 2 && from >= least && to <= most && from <= to;
  });
}
