/**
 * Calls that fail or are made again are paid for and lost. Saved would be what they cost beyond the few that everybody has.
 */
import { ofWorkloads, type Finder } from './finding';

const highRatio = 0.1;
const usualRatio = 0.02;
const fewestFailures = 10;

export const failures: Finder = (inputs) =>
  ofWorkloads(inputs, ({ requests, failures: failed, failedNanos }) => {
    const ratio = failed / requests;
    if (failed < fewestFailures || ratio < highRatio) return null;
    return {
      kind: 'failures',
      instead: null,
      amount: failed,
      ratio,
      saving: failedNanos * (1 - usualRatio / ratio),
      confidence: failed >= 10 * fewestFailures ? 'high' : 'medium',
      operations: null,
    };
  });
