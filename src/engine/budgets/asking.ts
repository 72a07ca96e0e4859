/**
 * Decides what is asked: may this call be made, may this run begin; and grants it. From the judgement to the grant nothing
 * waits, so that no two callers can be granted the same money, in however many windows they are.
 */
import {
  freeAgainMs,
  heldBy,
  reasonOf,
  refuses,
  strongest,
  type Reason,
  type Verdict,
} from '../../domain/budgets/authorize';
import { localOnlyNotice } from '../../domain/budgets/authorizeWords';
import {
  isClockPeriod,
  subject,
  subjectFields,
  type Subject,
  type SubjectField,
} from '../../domain/budgets/budgetScope';
import { isUsedUp } from '../../domain/budgets/budgetStanding';
import { chooseFallback, missingOf, type Choice, type FallbackAnswer } from '../../domain/budgets/fallback';
import type { Reservation } from '../../domain/budgets/reservation';
import { downgrades, strategyFor } from '../../domain/budgets/strategy';
import type { Capability, Configuration } from '../../protocol/configuration';
import { isLocal, type CallerEstimate, type Estimates, type KnownEstimate } from './estimates';
import { configuredCapabilities, type Policy } from './policy';
import type { Books, Standings } from './standings';

export interface Call {
  provider: string;
  model: string;
  given: CallerEstimate | undefined;
  required: readonly Capability[];
  allowFallback: boolean | undefined;
  attribution: Readonly<Partial<Record<SubjectField, string>>>;
  sessionStartMs: number;
}

/** What came of it, before anything is granted. */
export interface Outcome {
  effect: 'allow' | 'warn' | 'fallback' | 'queue' | 'block';
  provider: string;
  model: string;
  estimate: KnownEstimate;
  reasons: Reason[];
  skipped: FallbackAnswer['skipped'];
  /** A run's budget is used up, and its run is to end. */
  terminate: Reason | null;
  notice: string | null;
}

export class Asking {
  constructor(
    private readonly books: Books,
    private readonly standings: Standings,
    private readonly estimates: Estimates,
  ) {}

  decide(policy: Policy, call: Call, nowMs: number): Outcome {
    const { configuration } = policy;
    const { provider, model } = call;
    const estimate = this.estimates.of(provider, model, call.given, true, configuration, nowMs);
    const verdict = this.judge(policy, call, provider, model, estimate, nowMs);
    const terminate = verdict.reasons.find(({ effect }) => effect === 'terminate') ?? null;
    const asked = { provider, model, estimate, reasons: verdict.reasons, skipped: [], terminate, notice: null };
    const missing = missingOf(provider, model, this.capabilities(policy, call));
    if (!refuses(verdict.effect) && missing.length === 0) {
      return (
        this.downgraded(policy, call, verdict, nowMs) ?? {
          ...asked,
          effect: verdict.effect === null ? 'allow' : 'warn',
        }
      );
    }
    const mayFallBack = call.allowFallback ?? strongest(verdict.reasons) === 'fallback';
    if (!mayFallBack || terminate !== null) {
      // A model that lacks something was asked for all the same.
      if (!refuses(verdict.effect)) return { ...asked, effect: verdict.effect === null ? 'allow' : 'warn' };
      return { ...asked, effect: verdict.effect === 'queue' ? 'queue' : 'block' };
    }
    const answer = this.fallBack(policy, call, null, nowMs);
    if (answer.choice !== null) return this.fellBack(policy, call, verdict, answer.choice, answer.skipped, nowMs);
    if (!refuses(verdict.effect)) return { ...asked, effect: 'warn', skipped: answer.skipped };
    return { ...asked, effect: verdict.effect === 'queue' ? 'queue' : 'block', skipped: answer.skipped };
  }

  /** A run asks for no money yet: only what is used up, or has no place left, keeps it out. */
  decideRun(policy: Policy, call: Call, namesModel: boolean, nowMs: number): Outcome {
    const { provider, model } = call;
    const free = provider !== '' && isLocal(provider, policy.configuration);
    const estimate: KnownEstimate = { costNanos: 0, tokens: 0, requests: 0, free, from: 'none' };
    const standings = this.standings.of(policy, subjectOfCall(call, provider, model), call.sessionStartMs, nowMs);
    const quotas = provider === '' ? [] : this.standings.quotasOf(policy, provider, nowMs);
    const verdict = this.standings.judge(policy, standings, quotas, estimate, nowMs);
    const full = standings.filter(
      ({ budget, used, limit }) => budget.measure === 'concurrent_agents' && used + 1 > limit,
    );
    const reasons = [
      ...verdict.reasons,
      ...full.map((standing) =>
        reasonOf(standing, 'used_up', standing.budget.hard ? standing.budget.action : 'warn', 1, nowMs),
      ),
    ];
    const effect = strongest(reasons);
    const asked = { provider, model, estimate, reasons, skipped: [], terminate: null, notice: null };
    if (!refuses(effect)) {
      const near = namesModel ? this.downgraded(policy, call, { effect, reasons }, nowMs) : null;
      return near ?? { ...asked, effect: effect === null ? 'allow' : 'warn' };
    }
    if (effect === 'queue') return { ...asked, effect };
    if (effect !== 'fallback' && call.allowFallback !== true) return { ...asked, effect: 'block' };
    // No other model makes a run less used up.
    if (effect === 'terminate') return { ...asked, effect: 'block' };
    // Without a model each of its calls will fall back for itself.
    if (!namesModel) return { ...asked, effect: effect === 'fallback' ? 'warn' : 'block' };
    const answer = this.fallBack(policy, call, null, nowMs);
    return answer.choice === null
      ? { ...asked, effect: 'block', skipped: answer.skipped }
      : this.fellBack(policy, call, { effect, reasons }, answer.choice, answer.skipped, nowMs);
  }

  /** When the first cloud provider may be asked again; `null`: one may be asked now. Of several budgets the last resets it. */
  localOnlyUntil({ configuration, measured }: Policy, nowMs: number): number | null {
    const money = measured.filter(
      ({ budget }) =>
        budget.hard &&
        budget.measure === 'cost' &&
        isClockPeriod(budget.period) &&
        (budget.scope === 'global' || budget.scope === 'provider'),
    );
    if (money.length === 0) return null;
    const until = (provider: string | null): number | null => {
      const standings = this.standings.of({ configuration, measured: money }, subject({ provider }), 0, nowMs);
      const ends = standings.filter(isUsedUp).flatMap(({ interval }) => interval?.endMs ?? []);
      return ends.length === 0 ? null : Math.max(...ends);
    };
    const known = [...(configuration.fallbackProviders ?? []), ...this.inUse(configuration, nowMs)];
    const clouds = known.filter((provider) => !isLocal(provider, configuration));
    const all = (clouds.length === 0 ? [null] : clouds).map(until);
    return all.some((one) => one === null) ? null : Math.min(...all.flatMap((one) => one ?? []));
  }

  private inUse({ providers }: Configuration, nowMs: number): string[] {
    this.estimates.seed(nowMs);
    return [...new Set([...Object.keys(providers), ...this.estimates.history.providers()])];
  }

  /** Of what is granted, to be held. */
  reservation(id: string, call: Call, outcome: Outcome, expiresMs: number, nowMs: number): Reservation {
    const { provider, model, estimate } = outcome;
    return {
      id,
      atMs: nowMs,
      expiresMs,
      provider,
      model,
      subject: { ...call.attribution, provider, model },
      sessionStartMs: call.sessionStartMs,
      sums: heldBy(estimate),
    };
  }

  /** Holds the estimate in every place where the call will be counted. */
  hold(reservation: Reservation): void {
    this.books.reservations.hold(reservation, this.placesOf(reservation));
  }

  placesOf({ subject: values, sessionStartMs }: Reservation): ReturnType<Books['spend']['everyPlaceOf']> {
    return this.books.spend.everyPlaceOf(subject(values), sessionStartMs);
  }

  private judge(
    policy: Policy,
    call: Call,
    provider: string,
    model: string,
    estimate: KnownEstimate,
    nowMs: number,
  ): Verdict {
    const of = subjectOfCall(call, provider, model);
    const standings = this.standings.of(policy, of, call.sessionStartMs, nowMs);
    return this.standings.judge(policy, standings, this.standings.quotasOf(policy, provider, nowMs), estimate, nowMs);
  }

  /** `order`: other than the configuration's. */
  private fallBack(policy: Policy, call: Call, order: readonly string[] | null, nowMs: number): FallbackAnswer {
    const { configuration } = policy;
    const estimateOf = (provider: string, model: string): KnownEstimate =>
      this.estimates.of(provider, model, call.given, false, configuration, nowMs);
    return chooseFallback({
      asked: call,
      order: order ?? configuration.fallbackProviders,
      inUse: this.inUse(configuration, nowMs),
      strategy: strategyFor(call.attribution.agentType ?? null, configuration),
      mayDowngrade: this.atTaskBoundary(call),
      isLocal: (provider) => isLocal(provider, configuration),
      modelsOf: (provider) => this.modelsOf(policy, provider),
      costOf: (provider, model) => estimateOf(provider, model).costNanos,
      judge: (provider, model) => this.judge(policy, call, provider, model, estimateOf(provider, model), nowMs),
      ...this.capabilities(policy, call),
    });
  }

  /** Near a money limit a saving strategy takes a lesser model, where the caller lets it and a task begins. */
  private downgraded(policy: Policy, call: Call, verdict: Verdict, nowMs: number): Outcome | null {
    const near = verdict.reasons.some(({ measure, hard }) => measure === 'cost' && hard);
    const strategy = strategyFor(call.attribution.agentType ?? null, policy.configuration);
    if (!near || call.allowFallback !== true || !downgrades(strategy) || !this.atTaskBoundary(call)) return null;
    const { choice } = this.fallBack(policy, call, [], nowMs);
    return choice === null ? null : this.fellBack(policy, call, verdict, choice, [], nowMs);
  }

  private fellBack(
    policy: Policy,
    call: Call,
    refused: Verdict,
    choice: Choice,
    skipped: FallbackAnswer['skipped'],
    nowMs: number,
  ): Outcome {
    const { provider, model, verdict } = choice;
    const estimate = this.estimates.of(provider, model, call.given, false, policy.configuration, nowMs);
    const reasons = [...refused.reasons, ...verdict.reasons.filter(({ limitId }) => !hasReason(refused, limitId))];
    const notice = this.localOnly(policy, call, refused, choice, skipped);
    return { effect: 'fallback', provider, model, estimate, reasons, skipped, terminate: null, notice };
  }

  /** The notice where money was what kept every cloud provider out. */
  private localOnly(
    { configuration }: Policy,
    { provider }: Call,
    refused: Verdict,
    choice: Choice,
    skipped: FallbackAnswer['skipped'],
  ): string | null {
    const cloud = (name: string): boolean => !isLocal(name, configuration);
    if (!cloud(provider) || cloud(choice.provider)) return null;
    // A provider without a model was no way out before the money was gone, either.
    const clouds = skipped.filter((one) => cloud(one.provider) && one.why !== 'no_model');
    const out = [refused.reasons, ...clouds.map(({ reasons }) => reasons)];
    const byMoney = out.every((reasons) =>
      reasons.some(({ effect, measure }) => refuses(effect) && measure === 'cost'),
    );
    if (!byMoney) return null;
    const again = out.flatMap((reasons) => freeAgainMs(reasons) ?? []);
    return localOnlyNotice(again.length === 0 ? null : Math.min(...again), this.books.spend.calendar.zone);
  }

  /** Outside a run every call is a task of its own; in a run, before its first call. */
  private atTaskBoundary({ attribution }: Call): boolean {
    const { run } = attribution;
    if (run === undefined) return true;
    if (this.books.reservations.all().some((one) => one.subject['run'] === run)) return false;
    return this.books.runs.get(run)?.called !== true;
  }

  private modelsOf({ configuration }: Policy, provider: string): string[] {
    const configured = [...configuration.prices, ...configuration.models]
      .filter((one) => one.provider === provider)
      .map(({ model }) => model);
    return [...new Set([...this.estimates.history.models(provider), ...configured])];
  }

  private capabilities({ configuration }: Policy, { required }: Call) {
    return {
      required,
      configuredCapabilities: (provider: string, model: string) =>
        configuredCapabilities(configuration, provider, model),
    };
  }
}

export function subjectOfCall({ attribution }: Pick<Call, 'attribution'>, provider: string, model: string): Subject {
  return subject({ ...attribution, provider, model });
}

/** Of what the API takes, what budgets look at. */
export function attributionOf(
  request: Readonly<Partial<Record<SubjectField, string | undefined>>>,
): Partial<Record<SubjectField, string>> {
  const values: Partial<Record<SubjectField, string>> = {};
  for (const field of subjectFields) {
    const value = request[field];
    if (value !== undefined && field !== 'provider' && field !== 'model') values[field] = value;
  }
  return values;
}

function hasReason({ reasons }: Verdict, limitId: string | null): boolean {
  return limitId !== null && reasons.some((reason) => reason.limitId === limitId);
}
