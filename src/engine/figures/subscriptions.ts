/**
 * How much of each subscription is used: what its provider's calls of the present billing cycle would have cost by the API,
 * against the fee. Several plans of one provider share its calls by their fees. Nano-dollars; the worth is rounded down once.
 */
import { cycleAt } from '../../domain/time/cycle';
import { paceOf } from '../../domain/quotas/quota';
import { feesOf } from '../../domain/alerts/utilization';
import type { DashboardSubscription } from '../../protocol/dashboard/dashboard';
import { sum } from '../../domain/totals';
import type { DashboardSource } from './source';

/** The best used first; those whose fee is not known last. */
export function subscriptions(zone: string, nowMs: number, source: DashboardSource): DashboardSubscription[] {
  const all = source.configuration.subscriptions.filter(({ monthlyFeeNanos }) => monthlyFeeNanos !== 0);
  return all
    .map(({ id, displayName, provider, monthlyFeeNanos: feeNanos, cycleDay }): DashboardSubscription => {
      const { startMs, endMs } = cycleAt(nowMs, cycleDay, zone);
      const used = sum(
        source.query({ buckets: [{ startMs, endMs, label: '' }], dimensions: [], filter: { provider: [provider] } }),
      );
      const isAlone = all.every((one) => one.id === id || one.provider !== provider);
      const part = isAlone ? 1 : partOf(feeNanos, feesOf(provider, all));
      const worthNanos = part === null ? null : Math.floor(used.costNanos * part);
      const ratio = ratioOf({ worthNanos, feeNanos });
      const pace = ratio === null ? null : paceOf(ratio * 100, { startMs, endMs }, nowMs);
      return { id, label: displayName, provider, feeNanos, worthNanos, pace, renewsAtMs: endMs, requests: used.events };
    })
    .toSorted((a, b) => (ratioOf(b) ?? -1) - (ratioOf(a) ?? -1));
}

function ratioOf({ worthNanos, feeNanos }: Pick<DashboardSubscription, 'worthNanos' | 'feeNanos'>): number | null {
  return partOf(worthNanos, feeNanos);
}

function partOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? null : part / whole;
}
