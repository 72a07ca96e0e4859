/**
 * How much of each subscription is used: what its provider's calls of the present billing cycle would have cost by the API,
 * against the fee. Several plans of one provider share its calls by their fees. Nano-dollars; the worth is rounded down once.
 */
import { cycleAt } from '../../domain/cycle';
import { paceOf } from '../../domain/quota';
import type { DashboardSubscription } from '../../protocol/dashboard';
import { sum } from '../api/totals';
import type { DashboardSource } from './source';

/** The best used first. */
export function subscriptions(zone: string, nowMs: number, source: DashboardSource): DashboardSubscription[] {
  const all = source.configuration.subscriptions.filter(({ monthlyFeeNanos }) => monthlyFeeNanos > 0);
  return all
    .map(({ id, displayName, provider, monthlyFeeNanos: feeNanos, cycleDay }): DashboardSubscription => {
      const { startMs, endMs } = cycleAt(nowMs, cycleDay, zone);
      const used = sum(
        source.query({ buckets: [{ startMs, endMs, label: '' }], dimensions: [], filter: { provider: [provider] } }),
      );
      const fees = all
        .filter((one) => one.provider === provider)
        .reduce((total, { monthlyFeeNanos }) => total + monthlyFeeNanos, 0);
      const worthNanos = Math.floor(used.costNanos * (feeNanos / fees));
      const ratio = worthNanos / feeNanos;
      const pace = paceOf(ratio * 100, { startMs, endMs }, nowMs);
      return { id, label: displayName, provider, feeNanos, worthNanos, pace, renewsAtMs: endMs, requests: used.events };
    })
    .toSorted((a, b) => b.worthNanos / b.feeNanos - a.worthNanos / a.feeNanos);
}
