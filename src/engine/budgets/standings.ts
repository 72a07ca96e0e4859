/** How every budget stands that a subject counts in, and all of them for whoever shows them. */
import { judge, reasonOf, type Estimate, type QuotaStanding, type Reason, type Verdict } from '../../domain/authorize';
import type { OverrideBook } from '../../domain/budgetOverride';
import { amountOf, countedValue, isClockPeriod, type Subject, type Sums, type TierOf } from '../../domain/budgetScope';
import type { Place, SpendBook } from '../../domain/budgetSpend';
import { standingOf, type Standing } from '../../domain/budgetStanding';
import type { ReservationBook } from '../../domain/reservation';
import { subjectOfRun, type RunBook } from '../../domain/runs';
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

/** A request that was granted a minute ago was made then, even if it is still being answered. */
const requestLastsMs = 60_000;

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

  /** Of a budget of everything that the clock resets. */
  whole(measured: Measured, nowMs: number): Standing[] {
    if (!isClockPeriod(measured.budget.period)) return [];
    return [this.at(measured, { counter: measured.counter, value: '', instance: '' }, nowMs)];
  }

  /** Of a limit that would grant, if others had not come first. */
  waitingReason(standing: Standing, nowMs: number): Reason {
    return reasonOf(standing, 'waiting', 'queue', null, nowMs);
  }

  /** What quotas of a provider say, with what is granted and not reported yet. */
  quotasOf({ configuration }: Policy, provider: string, nowMs: number): QuotaStanding[] {
    return this.books
      .quotas(configuration, nowMs)
      .filter((state) => state.provider === provider)
      .flatMap((state) => this.quotaStanding(state, configuration, nowMs) ?? []);
  }

  private quotaStanding(state: QuotaState, configuration: Configuration, nowMs: number): QuotaStanding | null {
    const { id, provider, window, reading } = state;
    const known = { id, provider, window, resetsMs: reading?.resetsAtMs ?? null };
    const limit = reading?.limit ?? configuration.quotas.find((quota) => quota.id === id)?.limit ?? null;
    const held = this.books.reservations.heldOfProvider(
      provider,
      state.meter === 'requests' ? nowMs - requestLastsMs : 0,
    );
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
