/**
 * How the page says things: the host's translations, and figures in the user's locale. Money arrives as nano-dollars, becomes
 * the configured currency here and is rounded to its cent, for display only; days and hours are those of the ledger's zone.
 */
import { dashboardStrings, type DashboardString } from '../src/protocol/dashboard/dashboardStrings';
import type { Currency } from '../src/protocol/snapshot';

export interface Text {
  locale: string;
  zone: string;
  currency: Currency;
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
  /** Of such an amount: `$4.12`, and for axes `$1.2K`. */
  amountMoney(amount: number): string;
  roundMoney(amount: number): string;
  count(value: number): string;
  /** `1.2M` */
  compact(value: number): string;
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

/** Intl throws on what it does not know: a pseudo language, a zone of a newer ICU. */
function usable<T extends string>(value: T, check: (value: T) => unknown, fallback: T): T {
  try {
    check(value);
    return value;
  } catch {
    return fallback;
  }
}

/** A browser's first formatter of all takes 60 ms, whatever it is for: to be called while there is nothing else to do. */
export function prepareFormats(): void {
  Intl.NumberFormat('en').format(0);
}

const dollar: Currency = { code: 'USD', perUsd: 1 };

export function createText(
  language: string,
  timezone: string,
  strings: Record<string, string>,
  currency = dollar,
): Text {
  const locale = usable(language, (value) => new Intl.NumberFormat(value), 'en');
  const timeZone = usable(timezone, (value) => new Intl.DateTimeFormat('en', { timeZone: value }), 'UTC');
  const number = (options: Intl.NumberFormatOptions): Intl.NumberFormat => new Intl.NumberFormat(locale, options);
  const date = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options });
  // A dollar alone is `$`; any other says whose it is.
  const currencyDisplay = currency.code === dollar.code ? 'narrowSymbol' : 'symbol';
  const shown = { style: 'currency', currency: currency.code, currencyDisplay } as const;
  const money = number(shown);
  /** Yen have no cents. */
  const leastAmount = 10 ** -(money.resolvedOptions().maximumFractionDigits ?? 2);
  const amountOf = (nanos: number): number => (nanos / 1e9) * currency.perUsd;
  const amountMoney = (amount: number): string =>
    amount > 0 && amount < leastAmount ? `<${money.format(leastAmount)}` : money.format(amount);
  const rates = number({ maximumSignificantDigits: 6 });
  const roundMoney = number({ ...shown, notation: 'compact', maximumFractionDigits: 2, minimumFractionDigits: 0 });
  const counts = number({ maximumFractionDigits: 0 });
  const compact = number({ notation: 'compact', maximumFractionDigits: 1 });
  const percents = number({ style: 'percent', maximumFractionDigits: 0 });
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
  const weekdays = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' });
  const t: Text['t'] = (key, ...values) =>
    (strings[key] ?? dashboardStrings[key]).replace(/\{(\d)\}/g, (_, place: string) =>
      String(values[Number(place)] ?? ''),
    );
  return {
    locale,
    zone: timezone,
    currency,
    t,
    counted: (count, one, many) => (count === 1 ? t(one) : t(many, counts.format(count))),
    currencyNote:
      currency.code === dollar.code ? null : t('currencyNote', currency.code, rates.format(currency.perUsd)),
    money: (nanos) => amountMoney(amountOf(nanos)),
    amount: amountOf,
    amountMoney,
    roundMoney: (amount) => roundMoney.format(amount),
    count: (value) => counts.format(value),
    compact: (value) => compact.format(value),
    percent: (ratio) => (Math.abs(ratio) < 0.0995 ? smallPercents : percents).format(ratio),
    bytes: (value) => gigabytes.format(value / 1e9),
    duration: (ms) => (ms < 1_000 ? milliseconds.format(ms) : seconds.format(ms / 1_000)),
    day: (atMs) => days.format(atMs),
    shortDay: (atMs) => shortDays.format(atMs),
    month: (atMs) => months.format(atMs),
    shortMonth: (atMs) => shortMonths.format(atMs),
    hour: (atMs) => hours.format(atMs),
    instant: (atMs) => instants.format(atMs),
    shortInstant: (atMs) => shortInstants.format(atMs),
    exactTime: (atMs) => exactTimes.format(atMs),
    decimal: (value) => decimals.format(value),
    // 1970-01-05 was a Monday.
    weekday: (day) => weekdays.format((day + 3) * 86_400_000),
  };
}
