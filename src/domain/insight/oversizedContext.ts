/**
 * Requests that carry far more context than a model needs to answer. Saved would be what the context beyond a good size cost,
 * at the mean price of the context that was sent.
 */
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import { contextOf, listCost, ofWorkloads, type Finder, type InsightInputs } from './finding';

const goodContext = 100_000;
const oversized = 120_000;
const far = 200_000;
/** Output of the context: who writes much may need to read much. */
const mostOutputRatio = 0.05;

export const oversizedContext: Finder = (inputs) =>
  ofWorkloads(inputs, (workload) => {
    const { rates, requests, output, costNanos, agent } = workload;
    const context = contextOf(workload);
    const perRequest = context / requests;
    if (rates === null || perRequest < oversized || output > context * mostOutputRatio) return null;
    const listed = listCost(workload, rates);
    if (listed.all <= 0) return null;
    return {
      kind: 'oversizedContext',
      instead: null,
      amount: perRequest,
      ratio: null,
      saving: costNanos * (listed.context / listed.all) * (1 - goodContext / perRequest),
      confidence: perRequest >= far ? 'medium' : 'low',
      operations: warning(agent, inputs),
    };
  });

/** That warns and stops nothing. Where agents have limits of their own, one more could loosen them: that is left to people. */
function warning(agent: string | null, { configuration: { budgets } }: InsightInputs): Insight['operations'] {
  if (agent === null || agent === 'default' || budgets.some(({ scope }) => scope === 'agent')) return null;
  const value = { max_tokens_per_request: oversized, hard_stop: false };
  return [{ kind: 'set', path: ['limits', 'per_agent', agent], value }];
}
