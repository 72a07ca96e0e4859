/**
 * What a call will cost, as well as it can be known before it is made: as the caller says, else its tokens at the model's
 * price, else the mean of the model's own calls. A local model costs nothing.
 */
import type { Estimate } from '../../domain/budgets/authorize';
import type { ModelHistory } from '../../domain/budgets/modelHistory';
import { nanosFromUsd } from '../../domain/money';
import { localProviders } from '../../domain/prices/provider';
import type { PriceMatch } from '../../domain/prices/rating';
import type { Configuration } from '../../protocol/configuration';
import type { DecisionEstimate } from '../../protocol/api/budgetAnswers';
import { noAttribution, type Rating, type TokenCounts, type UsageEvent } from '../../protocol/event';
import { usageEvent } from '../../sources/usageEvent';

export interface CallerEstimate {
  tokens?: { input: number; output: number; cacheRead: number; cacheWrite: number; cacheWrite1h: number } | undefined;
  costUsd?: number | undefined;
}

export interface Rater {
  rate(event: UsageEvent & { provider: string }): Rating;
  find(provider: string, model: string, atMs: number): PriceMatch | null;
}

export type KnownEstimate = Estimate & Pick<DecisionEstimate, 'from' | 'price'>;

export function isLocal(provider: string, configuration: Pick<Configuration, 'providers'>): boolean {
  const configured = Object.hasOwn(configuration.providers, provider) ? configuration.providers[provider] : undefined;
  return configured === undefined ? localProviders.has(provider) : configured.billing === 'local';
}

export class Estimates {
  constructor(
    private readonly history: ModelHistory,
    private readonly rates: Rater,
  ) {}

  /** That were used in the last weeks. */
  providers(nowMs: number): string[] {
    return this.history.providers(nowMs);
  }

  /** Of a provider, the most used first. */
  models(provider: string, nowMs: number): string[] {
    return this.history.models(provider, nowMs);
  }

  /** `asked`: whether this is the model that the caller estimated the cost of. */
  of(
    provider: string,
    model: string,
    given: CallerEstimate | undefined,
    asked: boolean,
    configuration: Pick<Configuration, 'providers'>,
    nowMs: number,
  ): KnownEstimate {
    const mean = this.history.mean(provider, model, nowMs);
    const counted = given?.tokens === undefined ? null : countsOf(given.tokens);
    const tokens = counted === null ? (mean?.tokens ?? null) : sumOf(counted);
    const known = { tokens, requests: 1 } as const;
    if (isLocal(provider, configuration)) return { ...known, costNanos: 0, free: true, from: fromOf(counted, mean) };
    if (asked && given?.costUsd !== undefined) {
      return { ...known, costNanos: nanosFromUsd(given.costUsd), free: false, from: 'caller' };
    }
    if (counted !== null) {
      const { costNanos, pricing } = this.rates.rate(callOf(provider, model, counted, nowMs));
      // A price that is known, and is nothing.
      const free = costNanos === 0 && pricing === 'rated' && sumOf(counted) > 0;
      if (costNanos !== null) {
        return { ...known, costNanos, free, from: 'tokens', ...priceOf(this.rates.find(provider, model, nowMs)) };
      }
    }
    return { ...known, costNanos: mean?.costNanos ?? null, free: false, from: mean === null ? 'none' : 'history' };
  }
}

function priceOf(match: PriceMatch | null): Pick<DecisionEstimate, 'price'> {
  if (match === null) return {};
  const { layer, source, seen } = match.origin;
  return { price: { model: match.matchedModel, layer, source, seen, estimated: match.estimated } };
}

function fromOf(counted: TokenCounts | null, mean: unknown): DecisionEstimate['from'] {
  if (counted !== null) return 'tokens';
  return mean === null ? 'none' : 'history';
}

function countsOf(tokens: NonNullable<CallerEstimate['tokens']>): TokenCounts {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h } = tokens;
  return { input, output, cacheRead, cacheWrite5m: cacheWrite, cacheWrite1h, reasoning: 0 };
}

function sumOf(tokens: TokenCounts): number {
  return tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
}

function callOf(provider: string, model: string, tokens: TokenCounts, atMs: number): UsageEvent & { provider: string } {
  const key = { namespace: 'api', call: '' };
  return { ...usageEvent({ source: 'api', key, atMs, model, tokens, attribution: noAttribution }), provider };
}
