/** Cron schedules of five fields, in the form that the engine understands. Pure; says nothing of time zones. */

interface Field {
  least: number;
  most: number;
  longestStep: number;
  names?: readonly string[];
}

const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'.split('|');
const weekdays = 'sun|mon|tue|wed|thu|fri|sat'.split('|');
const fields: readonly Field[] = [
  { least: 0, most: 59, longestStep: 60 },
  { least: 0, most: 23, longestStep: 24 },
  { least: 1, most: 31, longestStep: 31 },
  { least: 1, most: 12, longestStep: 12, names: months },
  { least: 0, most: 7, longestStep: 7, names: weekdays },
];
/** Of each month, in a leap year. */
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Why it is no schedule; `null`: it is one. */
export function scheduleProblem(text: string): string | null {
  const parts = text.trim().split(/\s+/);
  const found = fields.map((field, index) => valuesOf(parts[index] ?? '', field));
  if (parts.length !== fields.length || found.includes(null)) {
    return 'must be five fields: minute, hour, day of month, month, day of week, as "0 2 * * *"';
  }
  const [, , dates, inMonths] = found as Set<number>[];
  const firstDate = Math.min(...(dates ?? []));
  // A day of the week besides is as good as the day of the month.
  const happens =
    parts[4] !== '*' || [...(inMonths ?? [])].some((month) => firstDate <= (longestMonths[month - 1] ?? 0));
  return happens ? null : 'never happens: no such month has that day';
}

/** A list of `*`, `5` and `1-5`, the first and the last with a step as `/15`; `null`: none. */
function valuesOf(text: string, { least, most, longestStep, names = [] }: Field): Set<number> | null {
  const value = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    return named >= 0 ? named + least : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    const [from = Number.NaN, to = from, ...more] = range === '*' ? [least, most] : range.split('-').map(value);
    const by = step === undefined ? 1 : /^[1-9]\d?$/.test(step) ? Number(step) : Number.NaN;
    const isStepped = step === undefined || range === '*' || range.includes('-');
    if (rest.length > 0 || more.length > 0 || !isStepped || !(by <= longestStep)) return null;
    if (!(from >= least && to <= most && from <= to)) return null;
    for (let at = from; at <= to; at += by) values.add(at);
  }
  return values;
}
