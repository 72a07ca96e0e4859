import fc from '../../../support/properties';
import { expect, it } from 'vitest';
import { defaultConfiguration } from '../../../../src/config/normalise/defaults';
import { fewestRequests, leastSpend } from '../../../../src/domain/insight/finding';
import { findInsights } from '../../../../src/domain/insight/insights';
import { insightSchema } from '../../../../src/protocol/dashboard/dashboardInsights';
import { inputs, rates, usd, workload } from './support';

const name = fc.constantFrom('a', 'b', 'default', '"\n#', '__proto__');
const many = fc.nat({ max: 1_000_000_000 });
const workloads = fc.array(
  fc.record({
    provider: name,
    model: name,
    agent: fc.option(name),
    agentType: fc.option(name),
    tier: fc.option(fc.constantFrom('low', 'medium', 'high', 'premium')),
    rates: fc.option(
      fc
        .tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }))
        .map(([input, output]) => rates(input, output, 0.5)),
    ),
    local: fc.boolean(),
    billed: fc.boolean(),
    costNanos: fc.nat({ max: 1_000 * usd }),
    requests: fc.nat({ max: 10_000 }),
    failures: fc.nat({ max: 10_000 }),
    failedNanos: many,
    inRuns: fc.nat({ max: 10_000 }),
    runs: fc.nat({ max: 10_000 }),
    input: many,
    output: many,
    cacheRead: many,
    cacheWrite: many,
  }),
  { maxLength: 8 },
);

it('nothing saves more than was spent on it, and everything can be sent', () => {
  let seen = 0;
  fc.assert(
    fc.property(workloads, (list) => {
      for (const insight of findInsights(inputs({ workloads: list }))) {
        seen++;
        expect(insight.savingNanos).toBeGreaterThanOrEqual(0);
        expect(insight.savingNanos).toBeLessThanOrEqual(insight.spendNanos);
        expect(Number.isSafeInteger(insight.savingNanos)).toBe(true);
        expect(insightSchema.parse(structuredClone(insight))).toEqual(insight);
      }
    }),
    { numRuns: 500 },
  );
  expect(seen).toBeGreaterThan(100);
});

it('nothing is told of nothing, nor of little', () => {
  expect(findInsights(inputs())).toEqual([]);
  fc.assert(
    fc.property(workloads, fc.boolean(), (list, few) => {
      const little = list.map((one) =>
        few ? { ...one, requests: one.requests % fewestRequests } : { ...one, costNanos: one.costNanos % leastSpend },
      );
      expect(findInsights(inputs({ workloads: little }))).toEqual([]);
    }),
  );
});

it('what is billed comes first, then the greatest saving', () => {
  const failing = (agent: string, dollars: number, billed = true) =>
    workload({ agent, billed, failures: 500, failedNanos: dollars * usd });
  const list = [failing('small', 2), failing('list price', 90, false), failing('great', 50)];
  const found = findInsights(inputs({ workloads: list, configuration: defaultConfiguration }));
  expect(found.map(({ subject }) => subject.agent)).toEqual(['great', 'small', 'list price']);
  expect(new Set(found.map(({ id }) => id)).size).toBe(3);
});
