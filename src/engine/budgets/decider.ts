/**
 * Decides what is asked: may this call be made, may this run begin. Grants nothing and waits for nothing: between a decision and
 * its grant no other can be made.
 */
import { freeAgainMs, reasonOf, refuses, strongest, type Reason, type Verdict } from '../../domain/budgets/authorize';
import { isClockPeriod } from '../../domain/budgets/budgetScope';
import { isUsedUp } from '../../domain/budgets/budgetState';
import { chooseFallback, missingOf, type Choice, type FallbackAnswer } from '../../domain/budgets/fallback';
import { configuredCapabilities } from '../../domain/budgets/fallbackModels';
import { localOnlyNotice } from '../../domain/budgets/reasonText';
import { downgrades, strategyFor } from '../../domain/budgets/strategy';
import { subject } from '../../domain/usage/usageSums';
import type { Configuration } from '../../protocol/configuration';
import type { BudgetStates } from './budgetStates';
import { subjectOfCall, type Call } from './call';
import { isLocal, type Estimates, type KnownEstimate } from './estimates';
import type { Policy } from './policies';

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

/** Where a run is in its work. */
export interface RunProgress {
  /** Whether a call of it was asked for, is granted or reported. */
  hasCalled(run: string): boolean;
}

export class Decider {
  constructor(
    private readonly states: BudgetStates,
    private readonly estimates: Estimates,
    private readonly progress: RunProgress,
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
    const budgets = this.states.of(policy, subjectOfCall(call, provider, model), call.sessionStartMs, nowMs);
    const quotas = provider === '' ? [] : this.states.quotasOf(policy, provider, nowMs);
    const verdict = this.states.judge(policy, budgets, quotas, estimate, nowMs);
    const full = budgets.filter(
      ({ budget, used, limit }) => budget.measure === 'concurrent_agents' && used + 1 > limit,
    );
    const reasons = [
      ...verdict.reasons,
      ...full.map((state) => reasonOf(state, 'used_up', state.budget.hard ? state.budget.action : 'warn', 1, nowMs)),
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
      const states = this.states.of({ measured: money }, subject({ provider }), 0, nowMs);
      const ends = states.filter(isUsedUp).flatMap(({ interval }) => interval?.endMs ?? []);
      return ends.length === 0 ? null : Math.max(...ends);
    };
    const known = [...(configuration.fallbackProviders ?? []), ...this.inUse(configuration, nowMs)];
    const clouds = known.filter((provider) => !isLocal(provider, configuration));
    const all = (clouds.length === 0 ? [null] : clouds).map(until);
    return all.some((one) => one === null) ? null : Math.min(...all.flatMap((one) => one ?? []));
  }

  private inUse({ providers }: Configuration, nowMs: number): string[] {
    return [...new Set([...Object.keys(providers), ...this.estimates.providers(nowMs)])];
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
    const budgets = this.states.of(policy, of, call.sessionStartMs, nowMs);
    return this.states.judge(policy, budgets, this.states.quotasOf(policy, provider, nowMs), estimate, nowMs);
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
      modelsOf: (provider) => this.modelsOf(policy, provider, nowMs),
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
    return localOnlyNotice(again.length === 0 ? null : Math.min(...again), this.states.zone);
  }

  /** Outside a run every call is a task of its own; in a run, before its first call. */
  private atTaskBoundary({ attribution }: Call): boolean {
    const { run } = attribution;
    return run === undefined || !this.progress.hasCalled(run);
  }

  private modelsOf({ configuration }: Policy, provider: string, nowMs: number): string[] {
    const configured = [...configuration.prices, ...configuration.models]
      .filter((one) => one.provider === provider)
      .map(({ model }) => model);
    return [...new Set([...this.estimates.models(provider, nowMs), ...configured])];
  }

  private capabilities({ configuration }: Policy, { required }: Call) {
    return {
      required,
      configuredCapabilities: (provider: string, model: string) =>
        configuredCapabilities(configuration, provider, model),
    };
  }
}

function hasReason({ reasons }: Verdict, limitId: string | null): boolean {
  return limitId !== null && reasons.some((reason) => reason.limitId === limitId);
}
