/**
 * What budgets should do, as plainly as it can be said: every event and every open grant in a list, added up anew each time.
 * Knows the clock, but no counters, no places and no caches.
 */
import type { SubjectField } from '../../../src/domain/usage/usageSums';
import type { Budget, Measure } from '../../../src/protocol/configuration';
import type { Values } from './memoryMachine';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface Amounts {
  cost: number;
  tokens: number;
}

interface Grant extends Amounts {
  values: Values;
  expiresMs: number;
}

export class BudgetModel {
  readonly events: (Amounts & { atMs: number; values: Values })[] = [];
  readonly open = new Map<string, Grant>();
  private lifts: Lift[] = [];
  /** Also those that have ended. */
  private readonly lifted: Lift[] = [];
  /** By how much more than it held a report spent, of each event. */
  readonly errors: (Amounts & { requests: number; atMs: number; values: Values })[] = [];
  nowMs: number;

  constructor(
    readonly budgets: readonly Budget[],
    startMs: number,
  ) {
    this.nowMs = startMs;
  }

  expire(): void {
    for (const [id, { expiresMs }] of this.open) if (expiresMs <= this.nowMs) this.open.delete(id);
  }

  lift(lift: Lift): void {
    this.lifts.push(lift);
    this.lifted.push(lift);
  }

  /** What has ended does not come back when the clock goes back. */
  endLifts(): void {
    this.lifts = this.lifts.filter(({ untilMs }) => untilMs > this.nowMs);
  }

  spend(values: Values, amounts: Amounts, held: Amounts | null): void {
    const at = { values, atMs: this.nowMs };
    this.events.push({ ...amounts, ...at });
    const over = (what: 'cost' | 'tokens'): number => Math.max(0, amounts[what] - (held?.[what] ?? 0));
    this.errors.push({ cost: over('cost'), tokens: over('tokens'), requests: held === null ? 1 : 0, ...at });
  }

  /** Each budget that has something to say, and what. */
  reasons(values: Values, estimate: Amounts): string[] {
    return this.budgets.flatMap((budget) => {
      const key = keyOf(budget, values);
      if (key === null) return [];
      const limit = this.limit(budget);
      const added = amountOf(budget.measure, { ...estimate, requests: 1 });
      const used = this.used(budget, key);
      const whole = used + this.reserved(budget, key) + added;
      if (used >= limit) return [`${budget.id} used_up ${budget.hard ? 'block' : 'warn'}`];
      if (whole > limit) return [`${budget.id} would_cross ${budget.hard ? 'block' : 'warn'}`];
      return whole >= limit * 0.8 ? [`${budget.id} approach warn`] : [];
    });
  }

  limit({ id, limit }: Budget): number {
    const lifts = this.lifts.filter(({ budget, untilMs }) => budget === id && untilMs > this.nowMs);
    return limit + lifts.reduce((sum, { amount }) => sum + amount, 0);
  }

  used(budget: Budget, key: string): number {
    return this.sum(budget, key, this.events);
  }

  reserved(budget: Budget, key: string): number {
    return [...this.open.values()]
      .filter(({ values }) => keyOf(budget, values) === key)
      .reduce((sum, grant) => sum + amountOf(budget.measure, { ...grant, requests: 1 }), 0);
  }

  /** What a hard budget may be overshot by: what its reports spent beyond their grants, or without one. */
  allowedError(budget: Budget, key: string): number {
    const lifted = this.lifted
      .filter(({ budget: id }) => id === budget.id)
      .reduce((sum, { amount }) => sum + amount, 0);
    return lifted + this.sum(budget, key, this.errors);
  }

  private sum(budget: Budget, key: string, of: readonly (Amounts & Partial<Requests> & Happened)[]): number {
    const [startMs, endMs] = periodAt(budget.period, this.nowMs);
    return of
      .filter(({ atMs, values }) => atMs >= startMs && atMs < endMs && keyOf(budget, values) === key)
      .reduce((sum, one) => sum + amountOf(budget.measure, { requests: 1, ...one }), 0);
  }
}

interface Lift {
  budget: string;
  amount: number;
  untilMs: number;
}

interface Requests {
  requests: number;
}

interface Happened {
  atMs: number;
  values: Values;
}

/** Of whom and of which run it is; `null`: the budget does not count it. */
export function keyOf(budget: Budget, values: Values): string | null {
  const value = budget.scope === 'global' ? '' : (values[budget.scope as SubjectField] ?? null);
  if (value === null || (budget.scopeId !== null && budget.scopeId !== value) || budget.except.includes(value))
    return null;
  return budget.period === 'run' ? `${value} ${values.run ?? ''}` : value;
}

function amountOf(measure: Measure, { cost, tokens, requests }: Amounts & Requests): number {
  return measure === 'cost' ? cost : measure === 'tokens' ? tokens : requests;
}

/** In UTC, where no day is longer than another. */
function periodAt(period: Budget['period'], nowMs: number): [startMs: number, endMs: number] {
  const date = new Date(nowMs);
  const month = (more: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + more);
  switch (period) {
    case 'hour':
      return [nowMs - (nowMs % hourMs), nowMs - (nowMs % hourMs) + hourMs];
    case 'day':
      return [nowMs - (nowMs % dayMs), nowMs - (nowMs % dayMs) + dayMs];
    case 'month':
      return [month(0), month(1)];
    default:
      return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  }
}
