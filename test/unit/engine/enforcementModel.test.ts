/**
 * Enforcement beside a simple model of it: random budgets and scopes, requests, settlements, late, lost and foreign ones,
 * overrides, clock steps, leads that vanish. The two agree on every decision with all its reasons and on every figure; no
 * hard limit is overshot by more than the error of the estimates; and nothing stays reserved.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from '../../support/properties';
import { afterAll, describe, expect, it } from 'vitest';
import { subject } from '../../../src/domain/usage/usageSums';
import type { Settlement } from '../../../src/protocol/api/budgetAnswers';
import type { Budget } from '../../../src/protocol/configuration';
import { BudgetModel, keyOf, type Amounts } from './budgetModel';
import { Machine, startMs, usd, view, type Values } from './memoryMachine';

const minuteMs = 60_000;
const home = mkdtempSync(join(tmpdir(), 'agent-meter-model-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const projects = ['a', 'b', 'c'] as const;
const runs = ['r1', 'r2'] as const;
const budget = fc.record({
  scope: fc.constantFrom('global' as const, 'project' as const, 'agent' as const, 'run' as const, 'provider' as const),
  own: fc.boolean(),
  period: fc.constantFrom('hour' as const, 'day' as const, 'month' as const, 'run' as const),
  measure: fc.constantFrom('cost' as const, 'cost' as const, 'tokens' as const, 'requests' as const),
  limit: fc.integer({ min: 0, max: 20 }),
  hard: fc.boolean(),
});
type Spec = typeof budget extends fc.Arbitrary<infer T> ? T : never;

const whom = { project: fc.constantFrom(...projects), agent: fc.constantFrom('x', 'y'), run: fc.constantFrom(...runs) };
const amount = fc.integer({ min: 0, max: 6 });
const kind = <const K extends string>(name: K): { kind: fc.Arbitrary<K> } => ({ kind: fc.constant(name) });
/** Also exactly as long as a grant lasts, and back. */
const passing = fc.oneof(fc.constantFrom(1, 9, 10, 90, -1, -30, -60, -120), fc.integer({ min: -90, max: 200 }));
const spent = { cost: amount, tokens: amount };
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ...kind('ask'), ...whom, ...spent, minutes: fc.constantFrom(1, 10, 90) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...kind('report'),
      which: fc.nat(),
      cost: fc.integer({ min: -3, max: 3 }),
      tokens: fc.integer({ min: -1, max: 1 }),
      elsewhere: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ...kind('release'), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ ...kind('stray'), ...whom, ...spent }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...kind('lift'),
      which: fc.nat(),
      by: fc.integer({ min: 1, max: 5 }),
      minutes: fc.nat(90),
    }),
  },
  { weight: 4, arbitrary: fc.record({ ...kind('clock'), minutes: passing }) },
  { weight: 2, arbitrary: fc.record(kind('takeover')) },
);

const unitOf = (measure: Budget['measure']): number => (measure === 'cost' ? usd : 1);

function budgetsOf(specs: readonly Spec[]): Budget[] {
  return specs.map(({ scope, own, limit, measure, ...rest }, index) => ({
    id: `b${index}`,
    scope,
    scopeId: scope === 'project' && own ? 'a' : null,
    except: scope === 'project' && !own ? ['b'] : [],
    measure,
    limit: limit * unitOf(measure),
    softRatio: 0.8,
    action: 'block',
    origin: { layer: 'user', path: [] },
    ...rest,
  }));
}

/** Every whom that a step may be for. */
const everybody: Values[] = projects.flatMap((project) =>
  ['x', 'y'].flatMap((agent) => runs.map((run) => ({ provider: 'acme', model: 'acme-1', project, agent, run }))),
);

describe('enforcement', () => {
  it('does exactly what a simple model does', async () => {
    let tries = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(budget, { minLength: 1, maxLength: 5 }),
        fc.array(step, { maxLength: 60 }),
        async (specs, steps) => {
          const budgets = budgetsOf(specs);
          const machine = new Machine(join(home, String((tries += 1))), { budgets });
          const model = new BudgetModel(budgets, startMs);
          const granted: { id: string; values: Values; estimate: Amounts }[] = [];
          /** What became of a grant that is not open any more. */
          const closed = new Map<string, Settlement>();
          let asked = 0;
          let steppedBack = false;

          const expire = (): void => {
            const before = [...model.open.keys()];
            model.expire();
            for (const id of before) if (!model.open.has(id)) closed.set(id, 'late');
          };
          const close = (id: string): void => {
            model.open.delete(id);
            if (closed.get(id) !== 'unknown') closed.set(id, 'repeated');
          };

          for (const one of steps) {
            if (one.kind === 'ask') {
              const { project, agent, run, cost, tokens } = one;
              expire();
              const values = { provider: 'acme', model: 'acme-1', project, agent, run };
              const estimate = { cost: cost * usd, tokens };
              const expected = model.reasons(values, estimate);
              const allowed = !expected.some((reason) => reason.endsWith('block'));
              const id = `call-${(asked += 1)}`;
              const lastsMs = one.minutes * minuteMs;
              const request = {
                ...values,
                estimate: {
                  costUsd: cost,
                  tokens: { input: tokens, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 },
                },
                expiresInMs: lastsMs,
              };
              const decision = machine.gate.authorize(id, request, view);
              expect(decision.reasons.map(({ budget: of, kind, effect }) => `${of ?? ''} ${kind} ${effect}`)).toEqual(
                expected,
              );
              expect(decision.decision).toBe(allowed ? (expected.length > 0 ? 'warn' : 'allow') : 'block');
              expect(decision.reservation).toBe(allowed ? id : undefined);
              if (allowed) {
                // Asked again, as after a takeover, it is the same grant and not a second one.
                expect(machine.gate.authorize(id, request, view).reservation).toBe(id);
                model.open.set(id, { values, ...estimate, expiresMs: model.nowMs + lastsMs });
                granted.push({ id, values, estimate });
              }
            } else if (one.kind === 'report' && granted.length > 0) {
              const { id, values, estimate } = granted[one.which % granted.length] ?? {
                id: '',
                values: {},
                estimate: null,
              };
              machine.gate.tick(new Set([view.window]));
              expire();
              const held = model.open.get(id) ?? null;
              const actual = {
                cost: Math.max(0, (estimate?.cost ?? 0) + (one.cost * usd) / 10),
                tokens: Math.max(0, (estimate?.tokens ?? 0) + one.tokens),
              };
              const whose = one.elsewhere ? { ...values, project: 'c' } : values;
              const told = machine.report(actual.cost, whose, { tokens: actual.tokens, reservation: id });
              expect(told.settlement).toBe(held === null ? closed.get(id) : 'settled');
              // Spent where nothing was held is an error of the whole of it.
              model.spend(whose, actual, one.elsewhere ? null : held);
              close(id);
            } else if (one.kind === 'release' && granted.length > 0) {
              const { id } = granted[one.which % granted.length] ?? { id: '' };
              machine.gate.tick(new Set([view.window]));
              expire();
              expect(machine.gate.release(id)).toBe(model.open.has(id));
              close(id);
            } else if (one.kind === 'stray') {
              const { project, agent, run, cost, tokens } = one;
              const values = { provider: 'acme', model: 'acme-1', project, agent, run };
              machine.report(cost * usd, values, { tokens });
              model.spend(values, { cost: cost * usd, tokens }, null);
            } else if (one.kind === 'lift') {
              const lifted = budgets[one.which % budgets.length];
              if (lifted === undefined) continue;
              const { id, measure, period } = lifted;
              const by = one.by * unitOf(measure);
              const untilMs = machine.nowMs + one.minutes * minuteMs;
              await machine.lift({
                budget: id,
                value: null,
                amount: by,
                reason: 'x',
                untilMs,
                period,
                measure,
              });
              model.lift({ budget: id, amount: by, untilMs });
            } else if (one.kind === 'clock') {
              steppedBack ||= one.minutes < 0;
              machine.pass(one.minutes * minuteMs);
              model.nowMs = machine.nowMs;
              model.endLifts();
              expire();
            } else if (one.kind === 'takeover') {
              // What was settled is known to nobody any more; what is open, to all.
              machine.takeOver();
              for (const id of closed.keys()) closed.set(id, 'unknown');
            }

            const policy = machine.states.policyOf(view);
            for (const values of everybody) {
              for (const { budget: its, limit, used, reserved } of machine.states.of(
                policy,
                subject(values),
                startMs,
                machine.nowMs,
              )) {
                const key = keyOf(its, values) ?? 'none';
                expect([its.id, limit, used, reserved]).toEqual([
                  its.id,
                  model.limit(its),
                  model.used(its, key),
                  model.reserved(its, key),
                ]);
                if (its.hard && !steppedBack) {
                  expect(used).toBeLessThanOrEqual(its.limit + model.allowedError(its, key));
                }
              }
            }
          }
          machine.pass(31 * 24 * 60 * minuteMs);
          for (const { reserved } of machine.states.statuses(view)) expect(reserved).toBe(0);
          machine.controls.dispose();
        },
      ),
      { numRuns: 150 },
    );
  });
});
