/**
 * How the page says things: the host's translations, and figures in the user's locale. Money arrives as nano-dollars, becomes
 * the configured currency here and is rounded to its cent, for display only; days and hours are those of the ledger's zone.
 */
import { dashboardStrings, type DashboardString } from '../src/protocol/dashboard/dashboardStrings';
import { createFormat, dollar, lazily, usableZone, type Format } from '../src/shared/format';
import { usdFromNanos } from '../src/shared/money';
import { dayMs } from '../src/shared/time';

export interface Text extends Pick<
  Format,
  'locale' | 'currency' | 'fullMoney' | 'amountMoney' | 'roundMoney' | 'count' | 'compact'
> {
  zone: string;
  /** The string in the user's language, with `{0}` … put in. */
  t(key: DashboardString, ...values: (string | number)[]): string;
  /** The first for exactly one, else the second with the count put in. */
  counted(count: number, one: DashboardString, many: DashboardString): string;
  /** At which rate money is shown; `null`: as it is counted. */
  currencyNote: string | null;
  /** `$4.12`, `<$0.01`. */
  money(nanos: number): string;
  /** In the currency that is shown, for a chart: its axis has round numbers only of what it is drawn of. */
  amount(nanos: number): number;
  /** Of 1, with a decimal below 10 %. */
  percent(ratio: number): string;
  /** `1.2 GB` */
  bytes(value: number): string;
  /** `850 ms`, `4.2 s`. */
  duration(ms: number): string;
  /** `21 Nov 2026` */
  day(atMs: number): string;
  /** `21 Nov` */
  shortDay(atMs: number): string;
  /** `Nov 2026` */
  month(atMs: number): string;
  /** `Nov` */
  shortMonth(atMs: number): string;
  /** `14:00` */
  hour(atMs: number): string;
  /** `21 Nov 2026, 14:02:33` */
  instant(atMs: number): string;
  /** `21 Nov, 14:02` */
  shortInstant(atMs: number): string;
  /** `21 Nov, 14:02:33` */
  exactTime(atMs: number): string;
  /** `1.4` */
  decimal(value: number): string;
  /** `Mon` for 1, … `Sun` for 7. */
  weekday(day: number): string;
}

/** A browser's first formatter of all takes 60 ms, whatever it is for: to be called while there is nothing else to do. */
export function prepareFormats(): void {
  Intl.NumberFormat('en').format(0);
}

export function createText(
  language: string,
  timezone: string,
  strings: Record<string, string>,
  currency = dollar,
): Text {
  const format = createFormat(language, timezone, currency);
  const { locale } = format;
  const timeZone = usableZone(timezone);
  const number = (options: Intl.NumberFormatOptions): (() => Intl.NumberFormat) =>
    lazily(() => new Intl.NumberFormat(locale, options));
  const date = (options: Intl.DateTimeFormatOptions): (() => Intl.DateTimeFormat) =>
    lazily(() => new Intl.DateTimeFormat(locale, { ...(timeZone !== undefined && { timeZone }), ...options }));
  const smallPercents = number({ style: 'percent', maximumFractionDigits: 1 });
  const milliseconds = number({ style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
  const seconds = number({ style: 'unit', unit: 'second', maximumFractionDigits: 1 });
  const gigabytes = number({ style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 });
  const days = date({ dateStyle: 'medium' });
  const shortDays = date({ day: 'numeric', month: 'short' });
  const months = date({ month: 'short', year: 'numeric' });
  const shortMonths = date({ month: 'short' });
  const hours = date({ timeStyle: 'short' });
  const instants = date({ dateStyle: 'medium', timeStyle: 'medium' });
  const shortInstants = date({ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
  const exactTimes = date({ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit' });
  const decimals = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const weekdays = date({ timeZone: 'UTC', weekday: 'short' });
  const t: Text['t'] = (key, ...values) =>
    (strings[key] ?? dashboardStrings[key]).replace(/\{(\d)\}/g, (_, place: string) =>
      String(values[Number(place)] ?? ''),
    );
  return {
    locale,
    zone: timezone,
    currency,
    t,
    counted: (count, one, many) => (count === 1 ? t(one) : t(many, format.count(count))),
    currencyNote: currency.code === dollar.code ? null : t('currencyNote', currency.code, format.rate(currency.perUsd)),
    fullMoney: (usd) => format.fullMoney(usd),
    money: (nanos) => format.fullMoney(usdFromNanos(nanos)),
    amount: (nanos) => format.amount(usdFromNanos(nanos)),
    amountMoney: (amount) => format.amountMoney(amount),
    roundMoney: (amount) => format.roundMoney(amount),
    count: (value) => format.count(value),
    compact: (value) => format.compact(value),
    percent: (ratio) => (Math.abs(ratio) < 0.0995 ? smallPercents().format(ratio) : format.percent(ratio)),
    bytes: (value) => gigabytes().format(value / 1e9),
    duration: (ms) => (ms < 1_000 ? milliseconds().format(ms) : seconds().format(ms / 1_000)),
    day: (atMs) => days().format(atMs),
    shortDay: (atMs) => shortDays().format(atMs),
    month: (atMs) => months().format(atMs),
    shortMonth: (atMs) => shortMonths().format(atMs),
    hour: (atMs) => hours().format(atMs),
    instant: (atMs) => instants().format(atMs),
    shortInstant: (atMs) => shortInstants().format(atMs),
    exactTime: (atMs) => exactTimes().format(atMs),
    decimal: (value) => decimals().format(value),
    // 1970-01-05 was a Monday.
    weekday: (day) => weekdays().format((day + 3) * dayMs),
  };
}
