/**
 * Enforcement beside a simple model of it: random budgets and scopes, requests, settlements, late and lost ones, clock steps,
 * leads that vanish. The two agree on every grant; no hard limit is overshot by more than the error of the estimates; and
 * nothing stays reserved.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../src/config/normalise/defaults';
import type { SubjectField } from '../../../src/domain/budgetScope';
import { Enforcement } from '../../../src/engine/budgets/enforcement';
import { Grants } from '../../../src/engine/budgets/grants';
import type { Keeping } from '../../../src/ledger/keeping';
import type { SumListener } from '../../../src/ledger/sumWatch';
import type { Budget, Configuration } from '../../../src/protocol/configuration';
import { noTotals, type LedgerQuery, type LedgerRow } from '../../../src/protocol/query';

const usd = 1_000_000_000;
const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 21, 12);
const home = mkdtempSync(join(tmpdir(), 'agent-meter-model-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Values = Partial<Record<SubjectField, string>>;

/** What the ledger has, as plainly as it can be. */
class MemoryLedger {
  readonly events: { atMs: number; values: Values; costNanos: number }[] = [];
  private readonly listeners = new Set<SumListener>();
  private readonly kept = new Map<string, Map<string, string>>();
  readonly keeping = {
    keep: (puts: Parameters<Keeping['keep']>[0]) => {
      for (const { family, id, value } of puts) {
        const map = this.kept.get(family) ?? new Map<string, string>();
        this.kept.set(family, map);
        if (value === null) map.delete(id);
        else map.set(id, value);
      }
      return Promise.resolve();
    },
    all: (family: string) => this.kept.get(family) ?? new Map<string, string>(),
  } as unknown as Keeping;

  query({ buckets, dimensions, filter }: LedgerQuery): LedgerRow[] {
    const groups = new Map<string, LedgerRow>();
    for (const bucket of buckets) {
      for (const { atMs, values, costNanos } of this.events) {
        if (atMs < bucket.startMs || atMs >= bucket.endMs) continue;
        const of = values as Record<string, string | undefined>;
        if (Object.entries(filter).some(([field, list]) => !list.includes(of[field] ?? ''))) continue;
        const group = Object.fromEntries(dimensions.map((field) => [field, of[field] ?? null]));
        const key = JSON.stringify([bucket.label, group]);
        const row = groups.get(key) ?? { ...noTotals(), bucket: bucket.label, group };
        row.costNanos += costNanos;
        row.events += 1;
        groups.set(key, row);
      }
    }
    return [...groups.values()];
  }

  watchSums(listener: SumListener): { dispose: () => void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  add(atMs: number, values: Values, costNanos: number): void {
    this.events.push({ atMs, values, costNanos });
    const circumstances = { get: (field: SubjectField) => values[field] ?? null };
    const event = {
      atMs,
      circumstances,
      costNanos,
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
    };
    for (const listener of this.listeners) {
      if (atMs >= listener.fromMs()) listener.counted(event as never, 1);
    }
  }
}

const projects = ['a', 'b', 'c'] as const;
const budgetArbitrary = fc.record({
  scope: fc.constantFrom('global' as const, 'project' as const, 'agent' as const, 'run' as const),
  own: fc.boolean(),
  period: fc.constantFrom('hour' as const, 'day' as const, 'month' as const, 'run' as const),
  limit: fc.integer({ min: 0, max: 20 }),
  hard: fc.boolean(),
});
const call = {
  project: fc.constantFrom(...projects),
  agent: fc.constantFrom('x', 'y'),
  run: fc.constantFrom('r1', 'r2'),
};
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('ask' as const), ...call, estimate: fc.integer({ min: 0, max: 6 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      which: fc.nat(),
      error: fc.integer({ min: -3, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('stray' as const), ...call, cost: fc.integer({ min: 0, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('clock' as const), minutes: fc.integer({ min: -30, max: 200 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('takeover' as const) }) },
);

function budgetsOf(specs: readonly (typeof budgetArbitrary extends fc.Arbitrary<infer T> ? T : never)[]): Budget[] {
  return specs.map(({ scope, own, period, limit, hard }, index) => ({
    id: `b${index}`,
    scope,
    scopeId: scope === 'project' && own ? 'a' : null,
    except: scope === 'project' && !own ? ['b'] : [],
    period,
    measure: 'cost',
    limit: limit * usd,
    softRatio: 0.8,
    hard,
    action: 'block',
    origin: { layer: 'user', path: [] },
  }));
}

describe('enforcement', () => {
  it('grants exactly what a simple model grants, over takeovers, clock steps and lost reports', () => {
    let tries = 0;
    fc.assert(
      fc.property(
        fc.array(budgetArbitrary, { minLength: 1, maxLength: 5 }),
        fc.array(step, { maxLength: 60 }),
        (specs, steps) => {
          const budgets = budgetsOf(specs);
          const configuration: Configuration = { ...defaultConfiguration, budgets };
          const ledger = new MemoryLedger();
          const directory = join(home, String((tries += 1)));
          const view = { sessionStartMs: startMs, timezone: 'UTC' };
          let nowMs = startMs;
          let epoch = 0;
          const lead = (): { enforcement: Enforcement; grants: Grants } => {
            epoch += 1;
            const enforcement = new Enforcement({
              ledger,
              dataDirectory: directory,
              epoch,
              rates: {
                rate: () => ({ costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null }),
                tierOf: () => null,
              },
              quotas: () => [],
              own: () => configuration,
              zone: () => 'UTC',
              now: () => nowMs,
              log: () => undefined,
              onChange: () => undefined,
            });
            return { enforcement, grants: new Grants(enforcement) };
          };
          let current = lead();
          const open = new Map<string, { values: Values; nanos: number; expiresMs: number }>();
          const granted: string[] = [];
          let asked = 0;

          const counts = (budget: Budget, values: Values): string | null => {
            const value = budget.scope === 'global' ? '' : (values[budget.scope as SubjectField] ?? null);
            if (
              value === null ||
              (budget.scopeId !== null && budget.scopeId !== value) ||
              budget.except.includes(value)
            )
              return null;
            return budget.period === 'run' ? `${value} ${values.run ?? ''}` : value;
          };
          const periodStart = (period: Budget['period']): number => {
            const date = new Date(nowMs);
            if (period === 'hour') return nowMs - (nowMs % hourMs);
            if (period === 'day') return nowMs - (nowMs % (24 * hourMs));
            return period === 'month' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) : 0;
          };
          const used = (budget: Budget, key: string): number => {
            const from = periodStart(budget.period);
            const until =
              budget.period === 'hour' ? from + hourMs : budget.period === 'day' ? from + 24 * hourMs : Infinity;
            return ledger.events
              .filter(({ atMs, values }) => atMs >= from && atMs < until && counts(budget, values) === key)
              .reduce((sum, { costNanos }) => sum + costNanos, 0);
          };
          const reserved = (budget: Budget, key: string): number =>
            [...open.values()]
              .filter(({ values }) => counts(budget, values) === key)
              .reduce((sum, { nanos }) => sum + nanos, 0);
          const expire = (): void => {
            for (const [id, { expiresMs }] of open) if (expiresMs <= nowMs) open.delete(id);
          };

          for (const one of steps) {
            if (one.kind === 'ask') {
              expire();
              const values = { provider: 'p', model: 'm', project: one.project, agent: one.agent, run: one.run };
              const nanos = one.estimate * usd;
              const allowed = budgets.every((budget) => {
                const key = counts(budget, values);
                if (key === null || !budget.hard) return true;
                const spent = used(budget, key);
                return spent < budget.limit && spent + reserved(budget, key) + nanos <= budget.limit;
              });
              const id = `call-${(asked += 1)}`;
              const request = { ...values, estimate: { costUsd: one.estimate } };
              const decision = current.grants.authorize(id, request, view);
              expect(decision.reservation !== undefined).toBe(allowed);
              expect(decision.decision === 'block').toBe(!allowed);
              // Asked again, as after a takeover, it is the same grant and not a second one.
              if (allowed) {
                expect(current.grants.authorize(id, request, view).reservation).toBe(id);
                open.set(id, { values, nanos, expiresMs: nowMs + 600_000 });
                granted.push(id);
              }
            } else if (one.kind === 'settle' && granted.length > 0) {
              const id = granted[one.which % granted.length] ?? '';
              expire();
              const held = open.get(id);
              current.enforcement.expireReservations();
              if (held !== undefined) ledger.add(nowMs, held.values, Math.max(0, held.nanos + (one.error * usd) / 10));
              expect(current.enforcement.settle(id) === 'settled').toBe(held !== undefined);
              open.delete(id);
            } else if (one.kind === 'release' && granted.length > 0) {
              const id = granted[one.which % granted.length] ?? '';
              expire();
              current.enforcement.expireReservations();
              expect(current.grants.release(id)).toBe(open.delete(id));
            } else if (one.kind === 'stray') {
              ledger.add(
                nowMs,
                { provider: 'p', model: 'm', project: one.project, agent: one.agent, run: one.run },
                (one.cost * usd) / 10,
              );
            } else if (one.kind === 'clock') {
              nowMs += one.minutes * 60_000;
              current.enforcement.tick(new Set([String(startMs)]));
              expire();
            } else if (one.kind === 'takeover') {
              // The old one just stops, as a killed window does.
              current = lead();
            }
            for (const status of current.enforcement.statuses(view)) {
              const budget = budgets.find(({ id }) => id === status.id);
              if (budget === undefined || budget.period === 'run') continue;
              const key = status.scopeId ?? '';
              expect(status.used).toBeCloseTo(used(budget, key) / usd, 9);
            }
          }
          nowMs += 24 * 31 * hourMs;
          current.enforcement.tick(new Set());
          expect(current.enforcement.books.reservations.size).toBe(0);
          for (const status of current.enforcement.statuses(view)) expect(status.reserved).toBe(0);
          current.enforcement.dispose();
        },
      ),
      { numRuns: 150 },
    );
  });
});
