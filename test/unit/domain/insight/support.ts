/** What insights are looked for in, made of what a test says and otherwise unremarkable. */
import { defaultConfiguration } from '../../../../src/config/normalise/defaults';
import type { InsightInputs, Workload, WorkloadRates } from '../../../../src/domain/insight/finding';

export const usd = 1_000_000_000;
export const endMs = Date.parse('2026-11-21T12:00:00Z');

/** USD a million are thousandths of a nano-dollar a token, times a million. */
export function rates(input: number, output: number, batch: number | null = null): WorkloadRates {
  return {
    input: input * 1_000,
    output: output * 1_000,
    cacheRead: input * 100,
    cacheWrite: input * 1_250,
    batch,
    blended: (3 * input + output) / 4,
  };
}

export function workload(parts: Partial<Workload> = {}): Workload {
  return {
    provider: 'anthropic',
    model: 'claude-opus-4-6',
    agent: 'claude-code',
    agentType: 'reviewer',
    tier: 'high',
    rates: rates(5, 25),
    billed: true,
    local: false,
    costNanos: 100 * usd,
    requests: 1_000,
    failures: 0,
    failedNanos: 0,
    inRuns: 1_000,
    runs: 100,
    input: 1_000_000,
    output: 5_000_000,
    cacheRead: 40_000_000,
    cacheWrite: 1_000_000,
    ...parts,
  };
}

export function inputs(parts: Partial<InsightInputs> = {}): InsightInputs {
  return {
    interval: { startMs: endMs - 30 * 86_400_000, endMs },
    workloads: [],
    uses: [],
    known: new Set(),
    quotas: [],
    configuration: defaultConfiguration,
    ...parts,
  };
}
