/**
 * Long prompts that are sent again and again, of which next to nothing is read from the provider's cache. Taken to repeat is
 * half of the input of every request of a run but its first; saved would be the price of input over that of a cache read,
 * less what it costs to write the cache once a run.
 */
import { contextOf, listCost, ofWorkloads, type Finder } from './finding';

const leastInput = 4_000;
const lowCacheRatio = 0.2;
const fewestRequestsPerRun = 3;
const repeatedPart = 0.5;

export const caching: Finder = (inputs) =>
  ofWorkloads(inputs, (workload) => {
    const { rates, runs, inRuns, requests, input, cacheRead, costNanos } = workload;
    if (rates === null || runs === 0 || inRuns / runs < fewestRequestsPerRun) return null;
    const perRequest = input / requests;
    const ratio = cacheRead / Math.max(1, contextOf(workload));
    if (perRequest < leastInput || ratio >= lowCacheRatio) return null;
    const repeated = perRequest * (inRuns - runs) * repeatedPart;
    const written = perRequest * runs * repeatedPart;
    const listed = repeated * (rates.input - rates.cacheRead) - written * Math.max(0, rates.cacheWrite - rates.input);
    const { all } = listCost(workload, rates);
    if (all <= 0) return null;
    return {
      kind: 'caching',
      instead: null,
      amount: perRequest,
      ratio,
      // Who has a discount saves less.
      saving: listed * Math.min(1, costNanos / all),
      confidence: 'medium',
      operations: null,
    };
  });
