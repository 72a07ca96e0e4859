/**
 * Small requests to cheap models, where a local model is there already: it would take them for nothing but electricity, which
 * is not counted here. What failed is left out: a local model fails as well.
 */
import { contextOf, ofWorkloads, type Finder } from './finding';
import { billingModeOf } from '../prices/billing';
import { strategyChange } from './strategy';

const mostContext = 4_000;
const mostOutput = 1_000;
/** USD a million: beyond it somebody wanted a better model. */
const cheapBelow = 5;

export const localModel: Finder = (inputs) => {
  const { configuration, workloads } = inputs;
  const local =
    workloads.find((one) => one.local)?.provider ??
    Object.keys(configuration.providers).find((provider) => billingModeOf(provider, configuration) === 'local');
  if (local === undefined) return [];
  return ofWorkloads(inputs, (workload) => {
    const { rates, requests, output, costNanos, failedNanos } = workload;
    const context = contextOf(workload) / requests;
    if (rates === null || rates.blended >= cheapBelow || context > mostContext || output / requests > mostOutput) {
      return null;
    }
    return {
      kind: 'localModel',
      instead: local,
      amount: context,
      ratio: null,
      saving: costNanos - failedNanos,
      confidence: 'low',
      operations: strategyChange(workload, 'local_first', inputs),
    };
  });
};
