/**
 * How well what is paid for is used: of each subscription the used part of what its cycle includes so far (above 1: more than
 * that), and of all of them together, by their fees. Told in the second half of a cycle, when less than a floor is used. Pure;
 * epoch ms UTC, fees in nano-dollars.
 */
import type { AlertCondition } from './alert';
import type { Nanos } from '../money';
import type { Subscription } from '../../protocol/configuration';
import type { Interval } from '../../protocol/query';

/** What one quota includes and what of it was used since its cycle began, in its own unit. */
export interface Entitlement {
  limit: number;
  used: number;
  /** The window that the limit is for. */
  windowMs: number;
}

export interface Utilization {
  id: string;
  label: string;
  /** `null`: not known. */
  feeNanos: Nanos | null;
  cycle: Interval;
  /** Used part ÷ elapsed part. */
  ratio: number;
}

export interface Floors {
  subscriptionFloor: number;
  totalFloor: number;
}

/** By the quota that is used most, since it is the one that limits; `null`: nothing says how much is included. */
export function ratioOf(entitlements: readonly Entitlement[], { startMs }: Interval, nowMs: number): number | null {
  const elapsedMs = nowMs - startMs;
  const ratios = entitlements
    .filter(({ limit, windowMs }) => limit > 0 && windowMs > 0 && elapsedMs > 0)
    .map(({ limit, used, windowMs }) => used / (limit * (elapsedMs / windowMs)));
  return ratios.length === 0 ? null : Math.max(...ratios);
}

/** What all subscriptions of a provider cost a month; `null`: of one of them nobody knows. */
export function feesOf(
  provider: string,
  subscriptions: readonly Pick<Subscription, 'provider' | 'monthlyFeeNanos'>[],
): Nanos | null {
  let sum = 0;
  for (const one of subscriptions) {
    if (one.provider !== provider) continue;
    if (one.monthlyFeeNanos === null) return null;
    sum += one.monthlyFeeNanos;
  }
  return sum;
}

/** `period`: in which all of them together are told of once. */
export function underused(
  all: readonly Utilization[],
  { subscriptionFloor, totalFloor }: Floors,
  period: Interval,
  nowMs: number,
): AlertCondition[] {
  const each = all
    .filter(({ cycle, ratio }) => isPastMiddle(cycle, nowMs) && ratio < subscriptionFloor)
    .map(({ id, label, cycle, ratio }) => {
      const message = `${label} is used to ${percentText(ratio)} of what it includes so far: route more work there.`;
      return condition(['subscription', id], subscriptionFloor, message, label, cycle);
    });
  const total = totalRatio(all);
  if (all.length < 2 || total >= totalFloor || !isPastMiddle(period, nowMs)) return each;
  const message = `Your ${all.length} subscriptions together are used to ${percentText(total)} of what they include so far.`;
  return [...each, condition(['subscriptions'], totalFloor, message, null, period)];
}

/** What is used beyond one subscription's share does not make up for another's. */
function totalRatio(all: readonly Utilization[]): number {
  const fees = all.map(({ feeNanos }) => feeNanos);
  // A fee that is not known can not be weighed against the others.
  const weights = fees.every((fee) => fee !== null) && fees.some((fee) => fee > 0) ? fees : all.map(() => 1);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return all.reduce((sum, { ratio }, at) => sum + Math.min(ratio, 1) * (weights[at] ?? 0), 0) / whole;
}

function isPastMiddle({ startMs, endMs }: Interval, nowMs: number): boolean {
  return nowMs >= (startMs + endMs) / 2;
}

function condition(
  subject: readonly string[],
  floor: number,
  message: string,
  value: string | null,
  interval: Interval,
): AlertCondition {
  const about = { subject: JSON.stringify(subject), limitId: null, value, interval };
  return { ...about, kind: 'utilization', percent: Math.round(floor * 100), level: 'info', message };
}

function percentText(ratio: number): string {
  // Sums of doubles may be a hair below what they mean.
  return ratio > 0 && ratio < 0.01 ? 'less than 1%' : `${Math.floor(ratio * 100 + 1e-9)}%`;
}
