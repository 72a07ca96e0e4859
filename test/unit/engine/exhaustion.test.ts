/** Whom an exhaustion is put down to: the budget's own plan, project or agent first, and then whoever's spend used it up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { SubjectField } from '../../../src/domain/usage/usageSums';
import { Machine, startMs, usd, type Values } from './memoryMachine';

const home = mkdtempSync(join(tmpdir(), 'agent-meter-exhaustion-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let made = 0;

function machine(yaml: string): Machine {
  const { configuration, user } = resolveConfiguration({ user: yaml });
  expect(user?.issues).toEqual([]);
  return new Machine(join(home, String((made += 1))), configuration);
}

const spend = (costUsd: number, values: Values): { costNanos: number; values: Values } => ({
  costNanos: costUsd * usd,
  values,
});

function exhaustions({ ledger }: Machine): Record<string, unknown>[] {
  return ledger.notes
    .filter(({ kind }) => kind === 'budget_exhausted')
    .map(({ detail: { scopeId, plan, run, agent, project } }) => ({ scopeId, plan, run, agent, project }));
}

const nobody = { plan: null, run: null, agent: null, project: null };

describe('an exhaustion', () => {
  it('is of the plan that used its budget up, not of the last one in the list', () => {
    const one = machine('budget_per_plan: 2');
    one.reports(spend(3, { plan: 'A', agent: 'a' }), spend(0.1, { plan: 'B', agent: 'b' }));
    expect(exhaustions(one)).toEqual([{ ...nobody, scopeId: 'A', plan: 'A', agent: 'a' }]);
  });

  it('is each plan’s own where several run out in one list', () => {
    const one = machine('budget_per_plan: 2');
    const plans = Array.from({ length: 30 }, (_, index) => `p${index}`);
    one.reports(...plans.map((plan) => spend(3, { plan, agent: `agent of ${plan}` })), spend(0.1, { plan: 'last' }));
    expect(exhaustions(one)).toEqual(
      plans.map((plan) => ({ ...nobody, scopeId: plan, plan, agent: `agent of ${plan}` })),
    );
  });

  const scopes: [scope: string, field: SubjectField, own: string | null][] = [
    ['project', 'project', 'project'],
    ['agent', 'agent', 'agent'],
    ['agent_type', 'agentType', null],
    ['user', 'user', null],
    ['team', 'team', null],
    ['provider', 'provider', null],
  ];

  it.each(scopes)(
    'of a budget by %s names whom it is of, and what the call said that used it up',
    (scope, field, own) => {
      const one = machine(`budgets: { rules: [{ scope: ${scope}, period: day, limit: 2 }] }`);
      const of = (name: string): Values => ({ [field]: name });
      one.reports(
        spend(3, { plan: 'p1', run: 'r1', ...of('one') }),
        spend(1.5, { plan: 'p2', run: 'r2', ...of('two') }),
        spend(1, { plan: 'p3', run: 'r3', ...of('two') }),
        spend(0.1, { plan: 'p4', run: 'r4', ...of('other') }),
      );
      expect(exhaustions(one)).toEqual([
        { ...nobody, scopeId: 'one', plan: 'p1', run: 'r1', ...(own !== null && { [own]: 'one' }) },
        { ...nobody, scopeId: 'two', plan: 'p3', run: 'r3', ...(own !== null && { [own]: 'two' }) },
      ]);
    },
  );

  it('of everybody’s budget is put down to the call that used it up, not to those before and behind it', () => {
    const one = machine('budget_per_day: 2');
    one.reports(
      spend(1.5, { agent: 'a', project: 'x' }),
      spend(1, { agent: 'b', project: 'y' }),
      spend(0.1, { agent: 'c', project: 'z' }),
    );
    expect(exhaustions(one)).toEqual([{ ...nobody, scopeId: null, agent: 'b', project: 'y' }]);
  });

  it('of what logs brought is not put down to whoever reports next', () => {
    const one = machine('budgets: { rules: [{ scope: project, period: day, limit: 2 }] }');
    one.ledger.add(startMs, { provider: 'acme', model: 'acme-1', project: 'logged', agent: 'claude-code' }, 3 * usd);
    one.reports(spend(0.1, { project: 'reported', agent: 'b', plan: 'p' }));
    expect(exhaustions(one)).toEqual([{ ...nobody, scopeId: 'logged', project: 'logged', agent: 'claude-code' }]);
  });

  it('by a lower limit is nobody’s but the budget’s own', () => {
    const one = machine('budget_per_day: 20');
    one.reports(spend(3, { agent: 'a', project: 'x' }));
    Object.assign(one.configuration, resolveConfiguration({ user: 'budget_per_day: 2' }).configuration);
    one.controls.configure();
    one.pass(1_000);
    expect(exhaustions(one)).toEqual([{ ...nobody, scopeId: null }]);
  });

  it('of a budget that allows nothing is put down to the first who spends', () => {
    const one = machine('budget_per_plan: 0');
    one.reports(spend(1, { plan: 'A', agent: 'a' }), spend(1, { plan: 'A', agent: 'b' }));
    expect(exhaustions(one)).toEqual([{ ...nobody, scopeId: 'A', plan: 'A', agent: 'a' }]);
  });

  it('of a run that is ended for it is of that run and its plan', () => {
    const one = machine('budgets: { rules: [{ scope: agent, period: run, limit: 2, action: terminate }] }');
    one.startRun('r', { plan: 'p' });
    one.startRun('s', { plan: 'q' });
    one.reports(spend(3, { run: 'r', plan: 'p', agent: 'coder' }), spend(0.1, { run: 's', plan: 'q', agent: 'other' }));
    expect(exhaustions(one)).toEqual([{ ...nobody, scopeId: 'coder', run: 'r', plan: 'p', agent: 'coder' }]);
  });
});
