/**
 * Which subscriptions are paid for and little used: counted from the ledger over each one's own cycle, or, where the provider
 * says how much of a long window is used, by what it says. Money in nano-dollars, instants in epoch ms UTC.
 */
import type { AlertCondition } from '../../domain/alerts/alert';
import { cycleAt } from '../../domain/time/cycle';
import { intervalOf } from '../../domain/time/period';
import { parseQuotaWindow, roughLengthMs } from '../../domain/time/quotaWindow';
import { ratioOf, underused, type Entitlement, type Utilization } from '../../domain/alerts/utilization';
import { dayMs } from '../../shared/time';
import type { Configuration, Quota, Subscription } from '../../protocol/configuration';
import type { UsageSums } from '../../domain/usage/usageSums';
import type { Interval } from '../../protocol/query';
import type { QuotaState } from '../../protocol/quota';

/** Of a shorter window nobody uses all: people sleep. */
const shortestMs = dayMs;

/** What a provider was used for in an interval. `name`: by which the interval is found again. */
export type ProviderUsage = (provider: string, name: string, interval: Interval) => Readonly<UsageSums>;

export function underuse(
  usage: ProviderUsage,
  states: readonly QuotaState[],
  configuration: Configuration,
  zone: string,
  nowMs: number,
): AlertCondition[] {
  const { subscriptions, alerts } = configuration;
  const all = subscriptions.flatMap((subscription): Utilization[] => {
    const { id, displayName, monthlyFeeNanos, cycleDay } = subscription;
    const { startMs, endMs } = cycleAt(nowMs, cycleDay, zone);
    const cycle = { startMs, endMs };
    const ratio =
      observedRatio(states, id, nowMs) ?? countedRatio(usage, configuration.quotas, subscription, cycle, nowMs);
    return ratio === null ? [] : [{ id, label: displayName, feeNanos: monthlyFeeNanos, cycle, ratio }];
  });
  return underused(all, alerts.utilization, intervalOf('month', nowMs, zone, nowMs), nowMs);
}

/** Of what the provider said of long windows that are half over, the tightest; `null`: it said nothing of the kind. */
function observedRatio(states: readonly QuotaState[], subscription: string, nowMs: number): number | null {
  const ratios = states.flatMap((state): number[] => {
    const window = parseQuotaWindow(state.window);
    const lengthMs = window === null ? null : roughLengthMs(window);
    const { percent = null, resetsAtMs = null, source } = state.reading ?? {};
    if (state.subscription !== subscription || source === 'counted' || percent === null) return [];
    if (lengthMs === null || lengthMs < shortestMs || resetsAtMs === null) return [];
    const elapsed = 1 - (resetsAtMs - nowMs) / lengthMs;
    return elapsed >= 0.5 ? [percent / 100 / Math.min(elapsed, 1)] : [];
  });
  return ratios.length === 0 ? null : Math.max(...ratios);
}

function countedRatio(
  usage: ProviderUsage,
  quotas: readonly Quota[],
  { id, provider }: Subscription,
  cycle: Interval,
  nowMs: number,
): number | null {
  const own = quotas.filter(({ subscription }) => subscription === id);
  if (own.length === 0) return null;
  // Who began to count in the middle of a cycle knows nothing of its first half.
  const before = { startMs: cycle.startMs - 31 * dayMs, endMs: cycle.startMs };
  if (usage(provider, `before the cycle of ${id}`, before).requests === 0) return null;
  const used = usage(provider, `cycle of ${id}`, cycle);
  const entitlements = own.flatMap((quota): Entitlement[] => {
    const windowMs = quota.window.kind === 'cycle' ? cycle.endMs - cycle.startMs : (roughLengthMs(quota.window) ?? 0);
    const amount = amountOf(quota, used);
    return amount === null || windowMs < shortestMs ? [] : [{ limit: quota.limit, used: amount, windowMs }];
  });
  return ratioOf(entitlements, cycle, nowMs);
}

function amountOf({ meter }: Quota, used: Readonly<UsageSums>): number | null {
  switch (meter) {
    case 'requests':
      return used.requests;
    case 'tokens':
      return used.tokens;
    case 'cost':
      return used.costNanos;
    case 'projects':
    case 'storage':
    case 'concurrent':
    case 'vram_gb':
    case 'tokens_per_second':
      return null;
  }
}
