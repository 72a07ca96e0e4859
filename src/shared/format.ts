/**
 * How figures read to the user: money, token counts, percentages, instants. Pure; the locale is VS Code's display language and
 * the zone the one in which the engine counts days. Money arrives as a double of USD, becomes the configured currency here, and
 * is rounded to its cent, for display only.
 */
import { dayMs, hourMs, minuteMs } from './time';

export interface Currency {
  /** ISO 4217. */
  code: string;
  /** How many of it a dollar is. */
  perUsd: number;
}

export interface Format {
  /** The language, or English where Intl can not read its name. */
  locale: string;
  /** In which money is shown. */
  currency: Currency;
  /** `$4.12`, `<$0.01`, from a thousand dollars on without cents. */
  money(usd: number): string;
  /** Always to the cent: `$1,234.50`. */
  fullMoney(usd: number): string;
  /** In the currency that is shown; of such an amount `fullMoney`. */
  amount(usd: number): number;
  amountMoney(amount: number): string;
  /** Of such an amount, for axes: `$1.2K`. */
  roundMoney(amount: number): string;
  /** As `money`, but of whole dollars without their `.00`: `$50`, `$41.37`. */
  shortMoney(usd: number): string;
  /** `3.79 euros`. */
  spokenMoney(usd: number): string;
  /** A whole count with its separators. */
  count(value: number): string;
  /** A count with a decimal, where it has any. */
  tenths(value: number): string;
  /** `1.2M`. */
  compact(value: number): string;
  percent(ratio: number): string;
  /** `0.92`, of a rate of exchange. */
  rate(value: number): string;
  /** `1.5 GB`. */
  bytes(value: number): string;
  /** `14:02`. */
  time(atMs: number): string;
  /** `2026-11-21 14:02` in every language, to be copied and sorted. */
  instant(atMs: number): string;
  /** `2 min. ago`; `null` under a minute or in the future. */
  ago(atMs: number, nowMs: number): string | null;
  /** `in 3 hr.`; of less than a minute a minute is said. */
  until(atMs: number, nowMs: number): string;
  /** `in 3 hours`. */
  spokenUntil(atMs: number, nowMs: number): string;
}

const steps = [
  { unit: 'day', ms: dayMs },
  { unit: 'hour', ms: hourMs },
  { unit: 'minute', ms: minuteMs },
] as const;

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Intl throws on what it doesn't know: a pseudo language, a zone of a newer ICU. */
function usable<T>(value: T, check: (value: T) => unknown, fallback: T): T {
  try {
    check(value);
    return value;
  } catch {
    return fallback;
  }
}

/** `undefined`, the machine's own zone, of none and of one that Intl does not know. */
export function usableZone(timezone: string): string | undefined {
  return usable<string | undefined>(
    timezone || undefined,
    (value) => new Intl.DateTimeFormat('en', { timeZone: value }),
    undefined,
  );
}

/** Each of Intl's formatters takes milliseconds to make, so none is made before it is needed. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

export const dollar: Currency = { code: 'USD', perUsd: 1 };

export function createFormat(language: string, timezone: string, currency: Currency | undefined = dollar): Format {
  const locale = usable(language, (value) => Intl.getCanonicalLocales(value), 'en');
  const zone = lazily(() => usableZone(timezone));
  const amounts = (options: Intl.NumberFormatOptions): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: currency.code,
      // A dollar alone is `$`; any other says whose it is.
      currencyDisplay: currency.code === dollar.code ? 'narrowSymbol' : 'symbol',
      ...options,
    });
  const cents = lazily(() => amounts({}));
  const whole = lazily(() => amounts({ maximumFractionDigits: 0 }));
  const stripped = lazily(() => amounts({ trailingZeroDisplay: 'stripIfInteger' }));
  const rounded = lazily(() => amounts({ notation: 'compact', maximumFractionDigits: 2, minimumFractionDigits: 0 }));
  const named = lazily(() => amounts({ currencyDisplay: 'name' }));
  /** Yen have no cents. */
  const leastAmount = lazily(() => 10 ** -(cents().resolvedOptions().maximumFractionDigits ?? 2));
  const counts = lazily(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));
  const tenths = lazily(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
  const compact = lazily(() => new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }));
  const percents = lazily(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
  const rates = lazily(() => new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 }));
  const times = lazily(
    () => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone() }),
  );
  const instants = lazily(
    () => new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone() }),
  );
  const sizes = byteUnits.map((unit) =>
    lazily(() => new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 })),
  );
  const relative = lazily(() => new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' }));
  const spoken = lazily(() => new Intl.RelativeTimeFormat(locale, { style: 'long', numeric: 'always' }));
  const inCurrency = (usd: number): number => usd * currency.perUsd;
  const amountMoney = (amount: number): string =>
    amount > 0 && amount < leastAmount() ? `<${cents().format(leastAmount())}` : cents().format(amount);
  const fullMoney = (usd: number): string => amountMoney(inCurrency(usd));

  const money = (usd: number): string =>
    Math.round(inCurrency(usd) * 100) >= 100_000 ? whole().format(inCurrency(usd)) : fullMoney(usd);

  return {
    locale,
    currency,
    money,
    fullMoney,
    amount: inCurrency,
    amountMoney,
    roundMoney: (amount) => rounded().format(amount),
    shortMoney: (usd) => (Number.isInteger(inCurrency(usd)) ? stripped().format(inCurrency(usd)) : money(usd)),
    spokenMoney: (usd) => named().format(inCurrency(usd)),
    count: (value) => counts().format(value),
    tenths: (value) => tenths().format(value),
    compact: (value) => compact().format(value),
    percent: (ratio) => percents().format(ratio),
    rate: (value) => rates().format(value),
    bytes(value) {
      const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), byteUnits.length - 1);
      return sizes[step]?.().format(value / 1000 ** step) ?? '';
    },
    time: (atMs) => times().format(atMs),
    instant: (atMs) => instants().format(atMs),
    ago(atMs, nowMs) {
      const passed = nowMs - atMs;
      const step = steps.find(({ ms }) => passed >= ms);
      return step === undefined ? null : relative().format(-Math.floor(passed / step.ms), step.unit);
    },
    until: (atMs, nowMs) => relative().format(...timeLeft(atMs - nowMs)),
    spokenUntil: (atMs, nowMs) => spoken().format(...timeLeft(atMs - nowMs)),
  };
}

/** Two days and more in days, two hours and more in hours: “in 1 day” says little of a day that ends tonight. A minute at least. */
export function timeLeft(ms: number): [count: number, unit: 'day' | 'hour' | 'minute'] {
  const leftMs = Math.max(ms, minuteMs);
  const step = steps.find(({ ms }) => leftMs >= 2 * ms) ?? steps[2];
  return [Math.ceil(leftMs / step.ms), step.unit];
}
