/** What each budget and quota has used, in words. Money in USD; times are the host's. */
import type { LiveUse, LiveUses } from '../protocol/language';

const minuteMs = 60_000;
const steps = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: minuteMs },
] as const;

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
  if (measure === 'cost') return money(value, language);
  if (measure === 'storage') return bytes(value);
  const count = format(value, language, {
    maximumFractionDigits: 1,
    notation: value < 10_000 ? 'standard' : 'compact',
  });
  return measure === null ? count : `${count} ${measureWord(measure, value)}`;
}

/** `1 request`, `2 requests`; of what has no plural its unit. */
function measureWord(measure: string, value: number): string {
  if (measure === 'vram_gb') return 'GB';
  const words = measure.replaceAll('_', ' ');
  return value === 1 ? words.replace(/s$/, '') : words;
}

function money(usd: number, language: string): string {
  const options: Intl.NumberFormatOptions = {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  };
  return usd > 0 && usd < 0.01 ? `<${format(0.01, language, options)}` : format(usd, language, options);
}

function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Math.round((value / 1000 ** power) * 10) / 10} ${units[power] ?? 'B'}`;
}

/** Never rounded up to a limit that is not reached. */
function percent(value: number): string {
  if (value > 0 && value < 1) return '<1';
  return String(Math.floor(value));
}

/** As the meter says it: two days and more in days, two hours and more in hours, and never less than is left. */
function duration(ms: number): string {
  const step = steps.find((each) => ms >= 2 * each.ms) ?? steps[2];
  return ms <= minuteMs ? 'a minute' : `${Math.ceil(ms / step.ms)} ${step.unit}`;
}

/** Intl throws on a language that it doesn't know. */
function format(value: number, language: string, options: Intl.NumberFormatOptions): string {
  try {
    return new Intl.NumberFormat(language, options).format(value);
  } catch {
    return new Intl.NumberFormat('en', options).format(value);
  }
}
