/**
 * The state of each budget: what is spent, held and lifted of it. Knows every window's configuration, and which states moved
 * since somebody last asked. Changes nothing: grants are the gate's, overrides their own.
 */
import { judge, type Estimate, type JudgedQuota, type Verdict } from '../../domain/budgets/authorize';
import type { OverrideBook } from '../../domain/budgets/budgetOverride';
import { amountOf, isClockPeriod } from '../../domain/budgets/budgetScope';
import type { BudgetCounter, BudgetSpend, Place } from '../../domain/budgets/budgetSpend';
import { budgetStateOf, parseStateKey, type BudgetState } from '../../domain/budgets/budgetState';
import type { ReservationBook } from '../../domain/budgets/reservation';
import { subjectOfRun, type RunBook } from '../../domain/budgets/runs';
import { BudgetCalendar } from '../../domain/time/budgetPeriod';
import { parseQuotaWindow, roughLengthMs } from '../../domain/time/quotaWindow';
import { subject, type Subject, type SubjectField, type Sums } from '../../domain/usage/usageSums';
import type { BudgetStatus } from '../../protocol/api/budgetAnswers';
import type { Configuration, QuotaMeter } from '../../protocol/configuration';
import type { QuotaState } from '../../protocol/quota';
import type { View } from '../support/view';
import { Policies, type MeasuredBudget, type Policy } from './policies';
import { toStatus } from './toApi';

/** Quotas as they stand, by whoever counts and observes them. */
export type QuotaStates = (configuration: Configuration, nowMs: number) => readonly QuotaState[];

export interface BudgetStatesOptions {
  spend: BudgetSpend;
  held: Pick<ReservationBook, 'held' | 'heldOfProvider'>;
  overrides: Pick<OverrideBook, 'of'>;
  runs: Pick<RunBook, 'active' | 'get'>;
  quotas: QuotaStates;
  /** The user's, without any workspace's: for what concerns all windows. */
  own: () => Configuration;
  zone: () => string;
  now: () => number;
  /** Other counters count from now on: what is reserved must be held against them. */
  onDidCount: () => void;
}

export class BudgetStates {
  private readonly policies: Policies;
  private hasAllMoved = false;

  constructor(private readonly options: BudgetStatesOptions) {
    this.policies = new Policies(options.spend, options.own, options.onDidCount);
  }

  /** In which everything about budgets begins and ends. */
  get calendar(): BudgetCalendar {
    return this.options.spend.calendar;
  }

  get zone(): string {
    return this.calendar.zone;
  }

  /** A window is there, and this is its configuration. */
  see(view: View, configuration: Configuration): void {
    this.policies.see(view, configuration);
  }

  /** Only these windows are there. */
  retain(windows: ReadonlySet<string>): void {
    this.policies.retain(windows);
  }

  /** The configuration of a window, ready to judge by; `null`: the user's. */
  policyOf(view: View | null): Policy {
    return this.policies.of(view);
  }

  /** The user's configuration or the zone changed. A tier may have changed, too, and with it what is counted where. */
  configure(): void {
    this.options.spend.forget();
    this.policies.configure(new BudgetCalendar(this.options.zone()));
    this.allMoved();
  }

  /** Something else than spend changed, a limit or which runs there are: any state may have moved. */
  allMoved(): void {
    this.hasAllMoved = true;
  }

  /** Every budget of a policy that counts this subject. */
  of({ measured }: Pick<Policy, 'measured'>, of: Subject, sessionStartMs: number, nowMs: number): BudgetState[] {
    return measured.flatMap((one) => {
      const place = this.options.spend.placeOf(one.counter, of, sessionStartMs);
      return place === null ? [] : this.at(one, place, nowMs);
    });
  }

  /** Every budget with a value of which something is known; runs that are over are left out. */
  all({ measured }: Policy, nowMs: number): BudgetState[] {
    return measured.flatMap((one) => {
      const { budget, counter } = one;
      if (budget.period === 'request') return [];
      if (budget.measure === 'concurrent_agents') return this.concurrency(one, nowMs);
      const places = this.options.spend.places(counter, nowMs).filter((place) => this.isShown(place));
      const fixed = budget.scope === 'global' ? '' : budget.scopeId;
      if (isClockPeriod(budget.period) && fixed !== null && !places.some(({ value }) => value === fixed)) {
        places.push({ counter, value: fixed, instance: '' });
      }
      return places.map((place) => this.at(one, place, nowMs));
    });
  }

  /** Those of `all` that may have changed since this was last asked for. `isWhole`: it is all of them. */
  moved(policy: Policy, nowMs: number): { states: BudgetState[]; isWhole: boolean } {
    const places = this.options.spend.takeMoved(nowMs);
    const isWhole = places === 'all' || this.hasAllMoved;
    this.hasAllMoved = false;
    if (isWhole) return { states: this.all(policy, nowMs), isWhole };
    const byCounter = new Map<BudgetCounter, Place[]>();
    for (const place of places) {
      if (!this.isShown(place)) continue;
      const known = byCounter.get(place.counter);
      if (known === undefined) byCounter.set(place.counter, [place]);
      else known.push(place);
    }
    const states = policy.measured.flatMap((one) =>
      (byCounter.get(one.counter) ?? []).map((place) => this.at(one, place, nowMs)),
    );
    return { states, isWhole };
  }

  /** That which a key is of; `null`: there is no such budget any more, or its run is over. */
  ofKey(policy: Policy, key: string, nowMs: number): BudgetState | null {
    const { budget, value, instance } = parseStateKey(key);
    const one = policy.measured.find(({ budget: { id } }) => id === budget);
    if (one === undefined) return null;
    const place = { counter: one.counter, value, instance };
    return this.isShown(place) ? this.at(one, place, nowMs) : null;
  }

  /** Begins the counts of runs, plans and sessions that this subject is of. */
  begin({ measured }: Policy, of: Subject, sessionStartMs: number): void {
    const nowMs = this.options.now();
    for (const { budget, counter } of measured) {
      if (isClockPeriod(budget.period)) continue;
      const place = this.options.spend.placeOf(counter, of, sessionStartMs);
      if (place !== null) this.options.spend.spent(place, nowMs);
    }
  }

  /** As it would be without what was spent from this instant on. */
  before(state: BudgetState, fromMs: number): BudgetState {
    const { measure } = state.budget;
    // Agents at work are at work now.
    if (measure === 'concurrent_agents') return { ...state, used: 0 };
    return { ...state, used: state.used - amountOf(this.options.spend.spentSince(state, fromMs), measure) };
  }

  judge(
    { configuration }: Policy,
    budgets: readonly BudgetState[],
    quotas: readonly JudgedQuota[],
    estimate: Estimate,
    nowMs: number,
  ): Verdict {
    const { unestimated, whenQuotaExhausted } = configuration;
    return judge({ estimate, budgets, quotas, unestimated, whenQuotaExhausted, nowMs });
  }

  /** What quotas of a provider say, with what is granted and not reported yet; `null`: of all providers. */
  quotasOf({ configuration }: Policy, provider: string | null, nowMs: number): JudgedQuota[] {
    return this.options
      .quotas(configuration, nowMs)
      .filter((state) => provider === null || state.provider === provider)
      .flatMap((state) => this.judgedQuota(state, configuration, nowMs) ?? []);
  }

  /** As windows are told of them. */
  quotaStates(configuration: Configuration, nowMs: number): readonly QuotaState[] {
    return this.options.quotas(configuration, nowMs);
  }

  statuses(view: View | null): BudgetStatus[] {
    const nowMs = this.options.now();
    const policy = this.policyOf(view);
    return this.toStatuses(this.all(policy, nowMs), policy, nowMs);
  }

  /** Of the budgets that these values count in. */
  statusesOf(view: View, of: Readonly<Partial<Record<SubjectField, string | null>>>): BudgetStatus[] {
    const nowMs = this.options.now();
    const policy = this.policyOf(view);
    return this.toStatuses(this.of(policy, subject(of), view.sessionStartMs, nowMs), policy, nowMs);
  }

  private toStatuses(states: readonly BudgetState[], { configuration }: Policy, nowMs: number): BudgetStatus[] {
    return states.map((state) => toStatus(state, configuration.alerts.thresholds, nowMs));
  }

  private isShown({ counter, instance }: Place): boolean {
    return counter.spec.period !== 'run' || this.options.runs.get(instance) !== null;
  }

  private judgedQuota(state: QuotaState, configuration: Configuration, nowMs: number): JudgedQuota | null {
    const { id, provider, window, reading } = state;
    const written = configuration.quotas.find((quota) => quota.id === id);
    const known = { id, provider, window, configured: written !== undefined, resetsMs: reading?.resetsAtMs ?? null };
    const limit = reading?.limit ?? written?.limit ?? null;
    // A request counts when it was made: one that is still being answered was made when it was granted.
    const sinceMs = state.meter === 'requests' ? nowMs - lengthOf(window) : Number.NEGATIVE_INFINITY;
    const held = this.options.held.heldOfProvider(provider, sinceMs);
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

  private at({ budget, counter }: MeasuredBudget, place: Place, nowMs: number): BudgetState {
    const { spend, held, overrides } = this.options;
    const { value, instance } = place;
    const concurrent = budget.measure === 'concurrent_agents';
    return budgetStateOf(
      budget,
      {
        value,
        instance,
        used: concurrent ? this.atWork(counter, value) : amountOf(spend.spent(place, nowMs), budget.measure),
        reserved: concurrent ? 0 : amountOf(held.held(place), budget.measure),
        interval: isClockPeriod(budget.period) ? spend.calendar.at(budget.period, nowMs) : null,
      },
      overrides.of(budget.id, value, nowMs),
    );
  }

  private atWork(counter: MeasuredBudget['counter'], value: string): number {
    return this.options.runs.active().filter((run) => counter.valueOf(subjectOfRun(run)) === value).length;
  }

  private concurrency(one: MeasuredBudget, nowMs: number): BudgetState[] {
    const { budget, counter } = one;
    const values = this.options.runs.active().flatMap((run) => counter.valueOf(subjectOfRun(run)) ?? []);
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
