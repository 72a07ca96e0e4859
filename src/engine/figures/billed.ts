/** What an interval is billed, as the API answers it. */
import { billedIn, type Payment } from '../../domain/prices/billing';
import { usdFromNanos } from '../../shared/money';
import { canonicalProvider } from '../../domain/prices/provider';
import type { BilledFigures, Filter } from '../../protocol/api/api';
import type { Interval, LedgerRow } from '../../protocol/query';

/** `rows`: of the interval under the filter, by provider. `null`: charges are not for what the filter asks about. */
export function billed(
  interval: Interval,
  zone: string,
  nowMs: number,
  payment: Payment,
  filter: Filter,
  rows: readonly LedgerRow[],
): BilledFigures | null {
  if (Object.keys(filter).some((key) => key !== 'provider')) return null;
  const providers = filter.provider === undefined ? null : new Set([filter.provider].flat().map(canonicalProvider));
  const usage = rows.map(({ group, costNanos }) => ({ provider: group.provider ?? '', costNanos }));
  const { usageNanos, charges, totalNanos } = billedIn(interval, zone, nowMs, payment, usage, providers);
  return {
    usageUsd: usdFromNanos(usageNanos),
    charges: charges.map(({ kind, id, label, provider, nanos }) => ({
      kind,
      id,
      label,
      provider,
      costUsd: usdFromNanos(nanos),
    })),
    totalUsd: usdFromNanos(totalNanos),
  };
}
