/** How every budget stands that a subject counts in, and all of them for whoever shows them. */
import { judge, type Estimate, type QuotaStanding, type Verdict } from '../../domain/budgets/authorize';
import type { OverrideBook } from '../../domain/budgets/budgetOverride';
import {
  amountOf,
  countedValue,
  isClockPeriod,
  type Subject,
  type Sums,
  type TierOf,
} from '../../domain/budgets/budgetScope';
import type { Place, SpendBook } from '../../domain/budgets/budgetSpend';
import { standingOf, type Standing } from '../../domain/budgets/budgetStanding';
import { parseQuotaWindow, roughLengthMs } from '../../domain/time/quotaWindow';
import type { ReservationBook } from '../../domain/budgets/reservation';
import { subjectOfRun, type RunBook } from '../../domain/budgets/runs';
import type { Configuration, QuotaMeter } from '../../protocol/configuration';
import type { QuotaState } from '../../protocol/quota';
import type { Measured, Policy } from './policy';

/** Quotas as they stand, by whoever counts and observes them. */
export type QuotaStates = (configuration: Configuration, nowMs: number) => readonly QuotaState[];

export interface Books {
  spend: SpendBook;
  reservations: ReservationBook;
  overrides: OverrideBook;
  runs: RunBook;
  tierOf: TierOf;
  quotas: QuotaStates;
}

export class Standings {
  constructor(private readonly books: Books) {}

  /** Every budget of a policy that counts this subject. */
  of(policy: Policy, subject: Subject, sessionStartMs: number, nowMs: number): Standing[] {
    return policy.measured.flatMap((measured) => {
      const place = this.books.spend.placeOf(measured.counter, subject, sessionStartMs);
      return place === null ? [] : this.at(measured, place, nowMs);
    });
  }

  /** Every budget with a value of which something is known; runs that are over are left out. */
  all({ measured }: Policy, nowMs: number): Standing[] {
    return measured.flatMap((one) => {
      const { budget, counter } = one;
      if (budget.period === 'request') return [];
      if (budget.measure === 'concurrent_agents') return this.concurrency(one, nowMs);
      const places = this.books.spend.places(counter, nowMs);
      const shown =
        budget.period === 'run' ? places.filter(({ instance }) => this.books.runs.get(instance) !== null) : places;
      const fixed = budget.scope === 'global' ? '' : budget.scopeId;
      if (isClockPeriod(budget.period) && fixed !== null && !shown.some(({ value }) => value === fixed)) {
        shown.push({ counter, value: fixed, instance: '' });
      }
      return shown.map((place) => this.at(one, place, nowMs));
    });
  }

  /** As it would stand without what was spent from this instant on. */
  before(standing: Standing, fromMs: number): Standing {
    const { measure } = standing.budget;
    // Agents at work are at work now.
    if (measure === 'concurrent_agents') return { ...standing, used: 0 };
    return { ...standing, used: standing.used - amountOf(this.books.spend.spentSince(standing, fromMs), measure) };
  }

  judge(
    { configuration }: Policy,
    standings: readonly Standing[],
    quotas: readonly QuotaStanding[],
    estimate: Estimate,
    nowMs: number,
  ): Verdict {
    const { unestimated, whenQuotaExhausted } = configuration;
    return judge({ estimate, standings, quotas, unestimated, whenQuotaExhausted, nowMs });
  }

  /** What quotas of a provider say, with what is granted and not reported yet; `null`: of all providers. */
  quotasOf({ configuration }: Policy, provider: string | null, nowMs: number): QuotaStanding[] {
    return this.books
      .quotas(configuration, nowMs)
      .filter((state) => provider === null || state.provider === provider)
      .flatMap((state) => this.quotaStanding(state, configuration, nowMs) ?? []);
  }

  /** As windows are told of them. */
  quotaStates(configuration: Configuration, nowMs: number): readonly QuotaState[] {
    return this.books.quotas(configuration, nowMs);
  }

  private quotaStanding(state: QuotaState, configuration: Configuration, nowMs: number): QuotaStanding | null {
    const { id, provider, window, reading } = state;
    const written = configuration.quotas.find((quota) => quota.id === id);
    const known = { id, provider, window, configured: written !== undefined, resetsMs: reading?.resetsAtMs ?? null };
    const limit = reading?.limit ?? written?.limit ?? null;
    // A request counts when it was made: one that is still being answered was made when it was granted.
    const sinceMs = state.meter === 'requests' ? nowMs - lengthOf(window) : Number.NEGATIVE_INFINITY;
    const held = this.books.reservations.heldOfProvider(provider, sinceMs);
    if (state.meter === 'concurrent' && limit !== null) {
      return { ...known, meter: state.meter, limit, used: 0, reserved: held.requests };
    }
    if (reading === null) return null;
    if (state.meter === null || limit === null || reading.used === null) {
      const { percent } = reading;
      return percent === null ? null : { ...known, meter: 'percent', limit: 100, used: percent, reserved: 0 };
    }
    return { ...known, meter: state.meter, limit, used: reading.used, reserved: heldIn(state.meter, held) };
  }

  private at({ budget, counter }: Measured, place: Place, nowMs: number): Standing {
    const { spend, reservations, overrides } = this.books;
    const { value, instance } = place;
    const concurrent = budget.measure === 'concurrent_agents';
    return standingOf(
      budget,
      {
        value,
        instance,
        used: concurrent ? this.atWork(counter, value) : amountOf(spend.spent(place, nowMs), budget.measure),
        reserved: concurrent ? 0 : amountOf(reservations.held(place), budget.measure),
        interval: isClockPeriod(budget.period) ? spend.calendar.at(budget.period, nowMs) : null,
      },
      overrides.of(budget.id, value, nowMs),
    );
  }

  private atWork({ spec }: Measured['counter'], value: string): number {
    return this.books.runs.active().filter((run) => countedValue(spec, subjectOfRun(run), this.books.tierOf) === value)
      .length;
  }

  private concurrency(one: Measured, nowMs: number): Standing[] {
    const { budget, counter } = one;
    const values = this.books.runs
      .active()
      .flatMap((run) => countedValue(counter.spec, subjectOfRun(run), this.books.tierOf) ?? []);
    const fixed = budget.scope === 'global' ? [''] : budget.scopeId === null ? [] : [budget.scopeId];
    return [...new Set([...fixed, ...values])].map((value) => this.at(one, { counter, value, instance: '' }, nowMs));
  }
}

/** `Infinity`: it has no end. */
function lengthOf(window: string): number {
  const parsed = parseQuotaWindow(window);
  return (parsed === null ? null : roughLengthMs(parsed)) ?? Number.POSITIVE_INFINITY;
}

function heldIn(meter: QuotaMeter, held: Sums): number {
  switch (meter) {
    case 'requests':
      return held.requests;
    case 'tokens':
      return held.tokens;
    case 'cost':
      return held.costNanos;
    case 'projects':
    case 'storage':
    case 'concurrent':
    case 'vram_gb':
    case 'tokens_per_second':
      return 0;
  }
}
