/**
 * An agent whose runs are small has them done by an expensive model. The next cheaper tier would do: by the price of the
 * dearest model of that tier that is in use from the same provider, else by the tier's upper bound, so that the saving is
 * rather too small than too great.
 */
import { ofWorkloads, type Finder, type InsightInputs, type Workload } from './finding';
import { strategyChange } from './strategy';

/** Context and output together; cache reads repeat what was said before and count a tenth, as they cost. */
const smallRunTokens = 20_000;
const fewestRuns = 10;
const sureRunTokens = 5_000;
/** USD a million: what is cheaper is not worth a change. */
const expensiveFrom = 5;

export const cheaperTier: Finder = (inputs) =>
  ofWorkloads(inputs, (workload) => {
    const { rates, runs } = workload;
    if (rates === null || runs < fewestRuns || rates.blended < expensiveFrom) return null;
    const { input, output, cacheRead, cacheWrite } = workload;
    const runTokens = (input + output + cacheWrite + cacheRead / 10) / runs;
    if (runTokens > smallRunTokens) return null;
    const cheaper = cheaperThan(workload, rates.blended, inputs);
    if (cheaper === null) return null;
    return {
      kind: 'cheaperTier',
      instead: cheaper.name,
      amount: runTokens,
      ratio: null,
      saving: workload.costNanos * (1 - cheaper.price / rates.blended),
      confidence: cheaper.inUse ? (runTokens <= sureRunTokens ? 'high' : 'medium') : 'low',
      operations: strategyChange(workload, 'budget', inputs),
    };
  });

function cheaperThan(
  { provider, tier }: Workload,
  price: number,
  { workloads, configuration: { tiers } }: InsightInputs,
): { name: string; price: number; inUse: boolean } | null {
  const used = workloads
    .flatMap(({ provider: other, model, tier: its, rates }) =>
      other === provider && its !== tier && rates !== null && rates.blended < price
        ? [{ name: model, price: rates.blended, inUse: true }]
        : [],
    )
    .toSorted((a, b) => b.price - a.price)[0];
  if (used !== undefined) return used;
  const below = tiers
    .flatMap(({ id, display_name, price_range_max: max }) =>
      id !== tier && max !== null && max < price ? [{ name: display_name, price: max, inUse: false }] : [],
    )
    .toSorted((a, b) => b.price - a.price)[0];
  return below ?? null;
}
