/**
 * A subscription whose calls would have cost far less by the API than its fee: less than the floor that the configuration
 * names (`alerts.utilization.subscription_floor`). Saved would be the fee less those calls at list price. Several plans of one
 * provider share its calls by their fees; where one of those is not known, neither is what any of them is worth.
 */
import { feesOf } from '../alerts/utilization';
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import type { Subscription } from '../../protocol/configuration';
import { leastSaving, queryOf, type Finder, type InsightInputs } from './finding';

export const idlePlan: Finder = (inputs) =>
  inputs.configuration.subscriptions.flatMap((subscription) => found(subscription, inputs));

function found(
  { id, displayName, provider, monthlyFeeNanos: fee, origin }: Subscription,
  { interval, uses, known, configuration }: InsightInputs,
): Insight[] {
  // What was not seen before may just have been bought.
  if (fee === null || fee < leastSaving || !known.has(provider)) return [];
  const fees = feesOf(provider, configuration.subscriptions);
  if (fees === null) return [];
  const use = uses.find((one) => one.provider === provider);
  const worth = (use?.costNanos ?? 0) * (fee / fees);
  const ratio = worth / fee;
  if (ratio >= configuration.alerts.utilization.subscriptionFloor) return [];
  const savingNanos = Math.max(0, Math.floor(fee - worth));
  if (savingNanos < leastSaving) return [];
  return [
    {
      id: JSON.stringify(['idlePlan', id]),
      kind: 'idlePlan',
      subject: { provider, model: null, agent: null, agentType: null, plan: displayName },
      instead: null,
      evidence: { requests: use?.requests ?? 0, amount: null, ratio },
      spendNanos: fee,
      savingNanos,
      billed: true,
      // What has no price may have been worth anything.
      confidence: (use?.unpriced ?? 0) > 0 ? 'low' : 'high',
      query: queryOf(interval, { provider }, ['provider']),
      operations: origin.layer === 'user' ? [{ kind: 'remove', path: [...origin.path] }] : null,
    },
  ];
}
