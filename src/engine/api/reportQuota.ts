/** `agentMeter.v1.reportQuota`: from what somebody observed to what the ledger keeps. */
import { nanosFromUsd } from '../../domain/money';
import { canonicalProvider } from '../../domain/prices/provider';
import { parseQuotaWindow, quotaWindowName } from '../../domain/time/quotaWindow';
import { reportQuotaSchema, type ReportQuotaValue } from '../../protocol/api/api';
import type { ObservedQuota } from '../../protocol/quota';
import { parseArgument } from '../support/argument';
import { invalid } from '../support/failure';

/** A clock may be a little ahead; what is observed later than that hides what is observed from now on. */
const farthestAheadMs = 300_000;

export async function reportQuota(
  argument: unknown,
  nowMs: number,
  observe: (quota: ObservedQuota) => Promise<boolean>,
): Promise<ReportQuotaValue> {
  return { accepted: await observe(toObserved(argument, nowMs)) };
}

function toObserved(argument: unknown, nowMs: number): ObservedQuota {
  const said = parseArgument(reportQuotaSchema, argument);
  const window = parseQuotaWindow(said.window);
  if (window === null) {
    const message = 'no window: minute, hour, day, week, month, cycle, gauge, or a length such as 5h or 7d';
    throw invalid({ path: 'window', message });
  }
  const asOfMs = said.asOf === undefined ? nowMs : Date.parse(said.asOf);
  if (asOfMs > nowMs + farthestAheadMs) throw invalid({ path: 'asOf', message: 'in the future' });
  const amount = (value: number | undefined): number | null => {
    if (value === undefined) return null;
    return said.meter === 'cost' ? nanosFromUsd(value) : value;
  };
  return {
    provider: canonicalProvider(said.provider),
    subscription: said.subscription ?? null,
    window: quotaWindowName(window),
    meter: said.meter ?? null,
    usedPercent: said.usedPercent ?? null,
    used: amount(said.used),
    limit: amount(said.limit),
    resetsAtMs: said.resetsAt === undefined ? null : Date.parse(said.resetsAt),
    asOfMs,
    source: said.source,
    confidence: said.confidence ?? 'high',
  };
}
