/**
 * What a budget counts, and for whom. A counter is what several budgets may share: equal scopes and periods count the
 * same spend, whatever they limit. A place is one of a counter's counts: of one project, of one run of one agent.
 */
import type { Budget, BudgetPeriod, Measure, Scope } from '../../protocol/configuration';
import type { Subject, SubjectField, SubjectValues, Sums } from '../usage/usageSums';

/** Agents at work are not in any sum: whoever asks adds them. */
export function amountOf(sums: Sums, measure: Measure): number {
  switch (measure) {
    case 'cost':
      return sums.costNanos;
    case 'tokens':
      return sums.tokens;
    case 'requests':
      return sums.requests;
    case 'concurrent_agents':
      return 0;
  }
}

/** The tier of a model, which no event carries. */
export type TierOf = (provider: string, model: string) => string | null;

const fieldOfScope: Partial<Record<Scope, SubjectField>> = {
  provider: 'provider',
  project: 'project',
  agent: 'agent',
  agent_type: 'agentType',
  task: 'task',
  run: 'run',
  plan: 'plan',
  user: 'user',
  team: 'team',
};

/** What a scope is about in a subject; `null`: the subject has none. A department is not known of any event. */
export function scopeValue(scope: Scope, of: Subject, tierOf: TierOf): string | null {
  if (scope === 'global' || scope === 'request') return '';
  if (scope === 'tier') return tierOf(of.get('provider') ?? '', of.get('model') ?? '');
  const field = fieldOfScope[scope];
  return field === undefined ? null : of.get(field);
}

/** Fields that must be known to tell a scope's value. */
export function fieldsOfScope(scope: Scope): SubjectField[] {
  if (scope === 'tier') return ['provider', 'model'];
  const field = fieldOfScope[scope];
  return field === undefined ? [] : [field];
}

export type CounterSpec = Pick<Budget, 'scope' | 'scopeId' | 'except' | 'period'>;

/** Equal for budgets that count the same. */
export function counterKey({ scope, scopeId, except, period }: CounterSpec): string {
  return JSON.stringify([scope, scopeId, [...except].sort(), period]);
}

/** The value under which a counter counts a subject; `null`: not at all. */
export function countedValue(spec: CounterSpec, of: Subject, tierOf: TierOf): string | null {
  const value = scopeValue(spec.scope, of, tierOf);
  if (value === null) return null;
  if (spec.scopeId !== null) return value === spec.scopeId ? value : null;
  return spec.except.includes(value) ? null : value;
}

/** What a budget's own value and instance say of whoever spends in it; the rest differs from call to call. */
export function fixedFields(
  { scope, period }: Pick<Budget, 'scope' | 'period'>,
  value: string,
  instance: string,
): SubjectValues {
  const field = fieldOfScope[scope];
  return {
    ...((period === 'run' || period === 'plan') && instance !== '' && { [period]: instance }),
    ...(field !== undefined && value !== '' && { [field]: value }),
  };
}

/** Periods that the calendar begins and ends. */
export const clockPeriods = ['hour', 'day', 'week', 'month'] as const;
export type ClockPeriod = (typeof clockPeriods)[number];

export function isClockPeriod(period: BudgetPeriod): period is ClockPeriod {
  return (clockPeriods as readonly string[]).includes(period);
}

/** Which run, plan or session it is; '' where the calendar tells. `null`: the subject has none, so nothing is counted. */
export function instanceOf(period: BudgetPeriod, of: Subject, sessionStartMs: number): string | null {
  switch (period) {
    case 'run':
      return of.get('run');
    case 'plan':
      return of.get('plan');
    case 'session':
      return String(sessionStartMs);
    case 'request':
    case 'hour':
    case 'day':
    case 'week':
    case 'month':
      return '';
  }
}
