/** What each budget and quota has used, in words. Money in USD; times are the host's. */
import type { LiveUse, LiveUses } from '../protocol/language';
import { createFormat, timeLeft } from '../shared/format';
import { minuteMs } from '../shared/time';

const unitSymbols = { day: 'd', hour: 'h', minute: 'min' } as const;

/** `$4.12 used, 8 %, resets in 9 h`. A reset that has passed is not shown as used. */
export function liveText(use: LiveUse, { asOfMs, language }: Pick<LiveUses, 'asOfMs' | 'language'>): string {
  if (use.resetsAtMs !== null && use.resetsAtMs <= asOfMs) return 'just begun anew';
  // A provider may tell the part alone.
  const parts =
    use.used === null
      ? [`${percent(use.percent)} % used`]
      : [`${amount(use.used, use.measure, language)} used`, `${percent(use.percent)} %`];
  if (use.resetsAtMs !== null) parts.push(`resets in ${duration(use.resetsAtMs - asOfMs)}`);
  return parts.join(', ');
}

export function amount(value: number, measure: string | null, language: string): string {
  const format = createFormat(language, '');
  if (measure === 'cost') return format.fullMoney(value);
  if (measure === 'storage') return format.bytes(value);
  const count = value < 10_000 ? format.tenths(value) : format.compact(value);
  return measure === null ? count : `${count} ${measureWord(measure, value)}`;
}

/** `1 request`, `2 requests`; of what has no plural its unit. */
function measureWord(measure: string, value: number): string {
  if (measure === 'vram_gb') return 'GB';
  const words = measure.replaceAll('_', ' ');
  return value === 1 ? words.replace(/s$/, '') : words;
}

/** Never rounded up to a limit that is not reached. */
function percent(value: number): string {
  if (value > 0 && value < 1) return '<1';
  return String(Math.floor(value));
}

/** Never less than is left. */
function duration(ms: number): string {
  if (ms <= minuteMs) return 'a minute';
  const [count, unit] = timeLeft(ms);
  return `${count} ${unitSymbols[unit]}`;
}
