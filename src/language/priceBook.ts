/**
 * Models and their prices, as the engine knows them: asked through the client when first needed, kept for a minute. An engine
 * that does not answer in time is an engine that knows nothing; typing never waits for it longer.
 */
import type { Connection } from 'vscode-languageserver';
import type * as z from 'zod';
import { modelsMethod, priceMethod, pricedModelsSchema, type PricedModel } from '../protocol/language';
import { modelPriceSchema, type ModelPrice } from '../protocol/prices/price';
import type { PriceQuestion } from '../protocol/prices/priceQuestion';

const patienceMs = 1500;
const keptMs = 60_000;
/** Models asked for in one file, at most remembered. */
const mostPrices = 500;

interface Kept<T> {
  atMs: number;
  value: Promise<T>;
}

export class PriceBook {
  #models: Kept<readonly PricedModel[]> | null = null;
  readonly #prices = new Map<string, Kept<ModelPrice | null>>();

  constructor(
    private readonly connection: Pick<Connection, 'sendRequest'>,
    private readonly now: () => number,
  ) {}

  models(): Promise<readonly PricedModel[]> {
    const atMs = this.now();
    if (this.#models === null || atMs - this.#models.atMs > keptMs) {
      const value = this.ask(modelsMethod, undefined, pricedModelsSchema, []);
      this.#models = { atMs, value };
      // An engine that is still starting will know more.
      void value.then((models) => (models.length === 0 ? (this.#models = null) : undefined));
    }
    return this.#models.value;
  }

  /** `null`: nobody knows. */
  price(question: PriceQuestion): Promise<ModelPrice | null> {
    const key = JSON.stringify(question);
    const atMs = this.now();
    const kept = this.#prices.get(key);
    if (kept !== undefined && atMs - kept.atMs <= keptMs) return kept.value;
    if (this.#prices.size >= mostPrices) this.#prices.clear();
    const value = this.ask(priceMethod, question, modelPriceSchema.nullable(), null);
    this.#prices.set(key, { atMs, value });
    return value;
  }

  /** The configuration has changed, and with it perhaps every price. */
  forget(): void {
    this.#models = null;
    this.#prices.clear();
  }

  private async ask<T>(method: string, parameters: unknown, schema: z.ZodType<T>, nothing: T): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<T>((resolve) => {
      timer = setTimeout(() => resolve(nothing), patienceMs);
    });
    try {
      const answer = this.connection.sendRequest(method, parameters).then((value) => schema.parse(value));
      return await Promise.race([answer, late]);
    } catch {
      return nothing;
    } finally {
      clearTimeout(timer);
    }
  }
}
