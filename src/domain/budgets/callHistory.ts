/**
 * What a call of a model came to so far: the mean of the calls of the last weeks, for requests that come without an
 * estimate of their own. A mean is too low for half of the calls; over many of them it is right. Pure.
 */
import { addSums, noSums, type Sums } from './budgetScope';
import { dayMs } from '../../shared/time';

export const historyMs = 30 * dayMs;

export class CallHistory {
  readonly #byModel = new Map<string, Map<string, Sums>>();

  add(provider: string, model: string, sums: Sums, sign: 1 | -1 = 1): void {
    let ofProvider = this.#byModel.get(provider);
    if (ofProvider === undefined) {
      ofProvider = new Map();
      this.#byModel.set(provider, ofProvider);
    }
    const known = ofProvider.get(model) ?? noSums();
    addSums(known, sums, sign);
    ofProvider.set(model, known);
  }

  clear(): void {
    this.#byModel.clear();
  }

  /** Rounded up; `null`: there was no call yet. */
  mean(provider: string, model: string): { costNanos: number; tokens: number } | null {
    const known = this.#byModel.get(provider)?.get(model);
    if (known === undefined || known.requests <= 0) return null;
    const of = (sum: number): number => Math.max(0, Math.ceil(sum / known.requests));
    return { costNanos: of(known.costNanos), tokens: of(known.tokens) };
  }

  providers(): string[] {
    return [...this.#byModel.keys()];
  }

  /** The most used first. */
  models(provider: string): string[] {
    return [...(this.#byModel.get(provider) ?? [])]
      .filter(([, { requests }]) => requests > 0)
      .sort(([, a], [, b]) => b.requests - a.requests)
      .map(([model]) => model);
  }
}
