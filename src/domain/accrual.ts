/**
 * Costs that no call causes: subscription fees, and the hardware and electricity of local models. They accrue by the
 * calendar day, at its begin, so that a sum over any days is exact: the days of a cycle add up to its fee to the
 * nano-dollar, and two intervals side by side to the interval of both. Pure; epoch ms UTC.
 */
import type { Configuration } from '../protocol/configuration';
import type { Interval } from '../protocol/query';
import { cycleOfDay } from './time/cycle';
import type { Nanos } from './money';
import { dayAt, startOfDay } from './time/zone';
import { dayMs } from '../shared/time';

export type ChargeKind = 'subscription' | 'hardware' | 'electricity';

export interface Charge {
  kind: ChargeKind;
  /** The subscription, or the provider. */
  id: string;
  label: string;
  provider: string;
  accrual:
    | { by: 'cycle'; feeNanos: Nanos; cycleDay: number }
    /** All day and all night. */
    | { by: 'power'; watts: number; nanosPerKwh: Nanos };
}

/** Everything configured that costs without being used; what costs nothing, or nobody knows how much, is left out. */
export function chargesOf({ subscriptions, providers }: Pick<Configuration, 'subscriptions' | 'providers'>): Charge[] {
  const charges = subscriptions.flatMap(({ id, displayName, provider, monthlyFeeNanos, cycleDay }): Charge[] => {
    if (monthlyFeeNanos === null || monthlyFeeNanos <= 0) return [];
    const accrual = { by: 'cycle', feeNanos: monthlyFeeNanos, cycleDay } as const;
    return [{ kind: 'subscription', id, label: displayName, provider, accrual }];
  });
  for (const [provider, { fixedMonthlyNanos, electricity }] of Object.entries(providers)) {
    if (fixedMonthlyNanos > 0) {
      const accrual = { by: 'cycle', feeNanos: fixedMonthlyNanos, cycleDay: 1 } as const;
      charges.push({ kind: 'hardware', id: provider, label: provider, provider, accrual });
    }
    if (electricity !== null && electricity.watts > 0 && electricity.nanosPerKwh > 0) {
      charges.push({
        kind: 'electricity',
        id: provider,
        label: provider,
        provider,
        accrual: { by: 'power', ...electricity },
      });
    }
  }
  return charges;
}

/** What accrues on the days that begin in an interval. */
export function accrued({ accrual }: Charge, { startMs, endMs }: Interval, zone: string): Nanos {
  const first = firstDayFrom(startMs, zone);
  const end = firstDayFrom(endMs, zone);
  if (first >= end) return 0;
  if (accrual.by === 'power') {
    const { watts, nanosPerKwh } = accrual;
    return (
      energyUntil(startOfDay(end, zone), watts, nanosPerKwh) - energyUntil(startOfDay(first, zone), watts, nanosPerKwh)
    );
  }
  let total = 0;
  for (let day = first; day < end;) {
    const cycle = cycleOfDay(day, accrual.cycleDay, zone);
    const until = Math.min(end, cycle.firstDay + cycle.days);
    const days = (end: number): bigint => BigInt(daysOnCalendar(cycle.firstDay, end, zone));
    const share = (end: number): Nanos =>
      Number((BigInt(accrual.feeNanos) * days(end)) / days(cycle.firstDay + cycle.days));
    total += share(until) - share(day);
    day = until;
  }
  return total;
}

const milliwattMsPerKwh = 3_600_000_000_000n;

/**
 * How many days a zone had from one date until another. It differs from the dates' difference where the zone skipped a day, as
 * Samoa did on 2011-12-30: nothing accrues on such a day, because no interval could hold it. Changes of clocks are rounded away.
 */
function daysOnCalendar(first: number, end: number, zone: string): number {
  return Math.round((startOfDay(end, zone) - startOfDay(first, zone)) / dayMs);
}

/** The first calendar day that begins at an instant or after it. */
function firstDayFrom(atMs: number, zone: string): number {
  const day = dayAt(atMs, zone);
  return startOfDay(day, zone) < atMs ? day + 1 : day;
}

/** Since 1970, rounded down: differences of it add up exactly. */
function energyUntil(atMs: number, watts: number, nanosPerKwh: Nanos): Nanos {
  const milliwatts = BigInt(Math.round(watts * 1000));
  return Number((milliwatts * BigInt(Math.round(nanosPerKwh)) * BigInt(atMs)) / milliwattMsPerKwh);
}
