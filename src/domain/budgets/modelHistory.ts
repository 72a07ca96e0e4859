/**
 * What a call of a model came to so far: the mean of the calls of the last 30 days, for requests that come without an
 * estimate of their own. A mean is too low for half of the calls; over many of them it is right. Pure; days of UTC.
 */
import { dayMs } from '../../shared/time';
import type { RunningSums, SumGroup } from '../usage/runningSums';
import type { Counter, WindowSums } from '../usage/sumWindow';

const historyDays = 30;
/** A call may be of up to a day from now. */
const daysAhead = 2;

const byModel: Counter = {
  key: 'model',
  fields: ['provider', 'model'],
  valueOf: (of) => `${of.get('provider') ?? ''}\u0000${of.get('model') ?? ''}`,
};

export class ModelHistory {
  readonly #group: SumGroup;

  constructor(sums: RunningSums) {
    this.#group = sums.group('models', { by: null, most: 1 });
    this.#group.count([byModel]);
  }

  /** Rounded up; `null`: there was no call yet. */
  mean(provider: string, model: string, nowMs: number): { costNanos: number; tokens: number } | null {
    const known = this.#window(nowMs).of(byModel, `${provider}\u0000${model}`);
    if (known.requests <= 0) return null;
    const of = (sum: number): number => Math.max(0, Math.ceil(sum / known.requests));
    return { costNanos: of(known.costNanos), tokens: of(known.tokens) };
  }

  providers(nowMs: number): string[] {
    return [...new Set(this.#models(nowMs).map(({ provider }) => provider))];
  }

  /** The most used first. */
  models(of: string, nowMs: number): string[] {
    return this.#models(nowMs)
      .filter(({ provider, requests }) => provider === of && requests > 0)
      .sort((a, b) => b.requests - a.requests)
      .map(({ model }) => model);
  }

  #models(nowMs: number): { provider: string; model: string; requests: number }[] {
    return [...this.#window(nowMs).all(byModel)].map(([key, { requests }]) => {
      const [provider = '', model = ''] = key.split('\u0000');
      return { provider, model, requests };
    });
  }

  #window(nowMs: number): WindowSums {
    const today = Math.floor(nowMs / dayMs);
    const interval = { startMs: (today - historyDays) * dayMs, endMs: (today + daysAhead) * dayMs };
    return this.#group.window({ slot: '', interval });
  }
}
