/** Alerts that are looked for where something moved: the same ones as if everything were looked at. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import fc from '../../support/properties';
import { Machine, usd } from './memoryMachine';

const home = mkdtempSync(join(tmpdir(), 'agent-meter-watch-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let made = 0;

const yaml = `
limits:
  global: { max_concurrent_agents: 3 }
  per_agent: { default: { max_cost_per_run: 6 } }
budget_per_plan: 8
budgets:
  daily_limit_usd: 40
  rules:
    - { scope: project, period: hour, limit: 10, hard_stop: false }
    - { scope: agent, period: session, limit: 25 }
    - { scope: global, period: month, limit: 90, hard_stop: false }
    - { id: none, scope: project, scope_id: shop, period: day, limit: 0, hard_stop: false }
`;

function machine(): Machine {
  const { configuration, user } = resolveConfiguration({ user: yaml });
  expect(user?.issues).toEqual([]);
  return new Machine(join(home, String((made += 1))), configuration);
}

const name = fc.constantFrom('a', 'b');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('report' as const, 'logged' as const),
      dollars: fc.integer({ min: 0, max: 9 }),
      agoMs: fc.constantFrom(0, 0, 60_000, 4_000_000),
      values: fc.record({ project: fc.constantFrom('a', 'shop'), agent: name, run: name, plan: name }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1e3, 2e4, 4e6, 6e7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('start' as const), run: name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), run: name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lift' as const), dollars: fc.integer({ min: 1, max: 9 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('limit' as const), dollars: fc.integer({ min: 5, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('takeover' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(one: Machine, it: Step): Promise<void> {
  switch (it.kind) {
    case 'report':
      one.report(it.dollars * usd, it.values);
      break;
    case 'logged':
      one.ledger.add(one.nowMs - it.agoMs, { provider: 'acme', model: 'm', ...it.values }, it.dollars * usd);
      break;
    case 'pass':
      one.pass(it.ms);
      break;
    case 'start':
      one.startRun(it.run);
      break;
    case 'end':
      one.gate.endRun(it.run);
      break;
    case 'lift':
      await one.lift({
        budget: 'daily_limit_usd',
        value: null,
        amount: it.dollars * usd,
        reason: 'x',
        untilMs: one.nowMs + 30_000,
        period: 'day',
        measure: 'cost',
      });
      break;
    case 'limit': {
      const { configuration } = resolveConfiguration({ user: yaml.replace('40', String(it.dollars)) });
      Object.assign(one.configuration, configuration);
      one.controls.configure();
      break;
    }
    case 'takeover':
      one.takeOver();
      break;
  }
}

/** What comes in one look has no order. */
const sorted = (all: readonly unknown[]): string[] => all.map((one) => JSON.stringify(one)).sort();

describe('what moved', () => {
  it('has all the alerts that there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const [one, other] = [machine(), machine()];
        for (const it of steps) {
          other.states.allMoved();
          await take(one, it);
          await take(other, it);
          one.pass(1_000);
          other.states.allMoved();
          other.pass(1_000);
          expect(sorted(one.alerts.active())).toEqual(sorted(other.alerts.active()));
          expect(sorted(one.events)).toEqual(sorted(other.events));
          expect(sorted(one.ledger.notes)).toEqual(sorted(other.ledger.notes));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is all that a report looks at', () => {
    const one = machine();
    one.pass(1_000);
    const all = vi.spyOn(one.states, 'all');
    one.report(9.5 * usd, { project: 'a' });
    one.pass(1_000);
    expect(one.alerts.active().map(({ budget }) => budget)).toContain('rule.project.hour.cost');
    expect(all).not.toHaveBeenCalled();
    one.pass(60_000);
    expect(all, 'now and then it is everything').toHaveBeenCalled();
  });
});
