/**
 * Quotas: how much of an entitlement is used. Two readings stand side by side: counted (from our own events) and observed
 * (what the provider said). The observed one wins while it is fresh; then the counted one; a stale observation is better
 * than nothing. What was observed before a reset says nothing after it. Pure; instants are epoch ms UTC, `cost` is in
 * nano-dollars, `storage` in bytes, percentages are of 100.
 */
import type { Quota, QuotaMeter, QuotaWindow } from '../../protocol/configuration';
import type { Confidence, ObservedQuota, QuotaReading } from '../../protocol/quota';
import type { Interval } from '../../protocol/query';
import { dayMs, minuteMs } from '../../shared/time';
import { parseQuotaWindow, quotaWindowName, roughLengthMs } from '../time/quotaWindow';

/** Clocks differ: what was observed a little in the future was observed now. */
const clockSkewMs = 5 * minuteMs;

/** What our own events can be counted by; the other meters are levels that somebody has to report. */
const countable: ReadonlySet<QuotaMeter> = new Set(['requests', 'tokens', 'cost', 'projects', 'tokens_per_second']);

export function isCounted(meter: QuotaMeter): boolean {
  return countable.has(meter);
}

/** How old an observation may be and still win: a twentieth of its window, from a minute to a day. */
export function freshForMs(window: QuotaWindow): number {
  const lengthMs = roughLengthMs(window) ?? Number.POSITIVE_INFINITY;
  return Math.min(Math.max(lengthMs / 20, minuteMs), dayMs);
}

export type ObservedAge = 'fresh' | 'stale' | 'void';

/** `void`: it was about a period that is over. */
export function ageOf(
  observed: ObservedQuota,
  window: QuotaWindow,
  period: Interval | null,
  nowMs: number,
): ObservedAge {
  const { asOfMs, resetsAtMs } = observed;
  if (resetsAtMs !== null && resetsAtMs <= nowMs) return 'void';
  if (asOfMs > nowMs + clockSkewMs) return 'void';
  const lengthMs = roughLengthMs(window);
  // Without a reset of its own, our period says when the counting began anew.
  if (resetsAtMs === null && period !== null && asOfMs < period.startMs) return 'void';
  if (lengthMs !== null && nowMs - asOfMs > lengthMs) return 'void';
  return nowMs - asOfMs <= freshForMs(window) ? 'fresh' : 'stale';
}

/** Whether an observation is about a quota: the same provider, window, and, where it says them, subscription and meter. */
export function isAbout(
  observed: ObservedQuota,
  quota: Pick<Quota, 'provider' | 'subscription' | 'window' | 'meter'>,
): boolean {
  return (
    observed.provider === quota.provider &&
    (observed.subscription === null || observed.subscription === quota.subscription) &&
    observed.window === quotaWindowName(quota.window) &&
    (observed.meter === null || observed.meter === quota.meter)
  );
}

/** A reading with the parts filled in that follow from the others. */
function reading(
  used: number | null,
  limit: number | null,
  usedPercent: number | null,
  rest: Omit<QuotaReading, 'used' | 'limit' | 'percent'>,
): QuotaReading {
  const percent = usedPercent ?? (used !== null && limit !== null ? percentOf(used, limit) : null);
  const known = used ?? (percent !== null && limit !== null ? Math.round((percent / 100) * limit) : null);
  return { used: known, limit, percent, ...rest };
}

/** Of a limit of nothing everything is used up. */
export function percentOf(used: number, limit: number): number {
  return limit > 0 ? (100 * used) / limit : 100;
}

export function countedReading(
  used: number,
  limit: number | null,
  resetsAtMs: number | null,
  nowMs: number,
): QuotaReading {
  return reading(used, limit, null, { resetsAtMs, source: 'counted', asOfMs: nowMs, confidence: 'medium' });
}

const lower: Readonly<Record<Confidence, Confidence>> = { high: 'medium', medium: 'low', low: 'low' };

/** `limit`: the configured one, where the observation names none. */
export function observedReading(observed: ObservedQuota, limit: number | null, age: 'fresh' | 'stale'): QuotaReading {
  const { used, usedPercent, resetsAtMs, source, asOfMs, confidence } = observed;
  return reading(used, observed.limit ?? limit, usedPercent, {
    resetsAtMs,
    source,
    asOfMs,
    confidence: age === 'fresh' ? confidence : lower[confidence],
  });
}

/** The one in force; `null`: nothing is known of the present period. */
export function inForce(
  counted: QuotaReading | null,
  observed: { reading: QuotaReading; age: 'fresh' | 'stale' } | null,
): QuotaReading | null {
  if (observed?.age === 'fresh') return observed.reading;
  return counted ?? observed?.reading ?? null;
}

/** Used part ÷ elapsed part of the period: above 1 it will not last. `null` for what has no begin and end. */
export function paceOf(percent: number | null, period: Interval | null, nowMs: number): number | null {
  if (percent === null || period === null) return null;
  const elapsed = (nowMs - period.startMs) / (period.endMs - period.startMs);
  return elapsed > 0 ? percent / 100 / Math.min(elapsed, 1) : null;
}

/** The period that a reading is about: what was observed may reset at another time than our calendar says. */
export function periodOf(
  inForceNow: QuotaReading,
  window: QuotaWindow,
  period: Interval | null,
  nowMs: number,
): Interval | null {
  const { resetsAtMs } = inForceNow;
  if (inForceNow.source !== 'counted' && resetsAtMs !== null && resetsAtMs > nowMs) {
    const lengthMs = roughLengthMs(window);
    return lengthMs === null ? null : { startMs: Math.min(resetsAtMs - lengthMs, nowMs), endMs: resetsAtMs };
  }
  // A rolling window has no begin: all of it has always elapsed.
  return window.kind === 'rolling' ? null : period;
}

/** The window of an observation that no quota is configured for. */
export function observedWindow(observed: ObservedQuota): QuotaWindow {
  return parseQuotaWindow(observed.window) ?? { kind: 'gauge' };
}
