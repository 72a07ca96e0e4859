/**
 * Many single calls that belong to nothing before them can be sent together, and providers take less for what may wait. Saved
 * would be what the batch price leaves off. Whether anybody waits for an answer is not in the ledger, so it is never sure.
 */
import { listCost, ofWorkloads, type Finder } from './finding';

const mostRequestsPerRun = 1.5;
const fewestRuns = 100;
/** What was paid of the list price: who pays less has a discount already, perhaps this one. */
const fullPrice = 0.8;

export const batching: Finder = (inputs) =>
  ofWorkloads(inputs, (workload) => {
    const { rates, runs, inRuns, requests, costNanos } = workload;
    if (rates?.batch == null || rates.batch >= 1 || runs < fewestRuns || inRuns < requests / 2) return null;
    const perRun = inRuns / runs;
    if (perRun > mostRequestsPerRun || costNanos < fullPrice * listCost(workload, rates).all) return null;
    return {
      kind: 'batching',
      instead: null,
      amount: perRun,
      ratio: 1 - rates.batch,
      saving: costNanos * (1 - rates.batch),
      confidence: 'low',
      operations: null,
    };
  });
