/**
 * Everything that can be asked of the engine that leads, each request in one line: what is asked and what is answered. proxy.ts and
 * serve.ts make both ends of every connection from it, and the lead has a method for each. It brings the schemas, so that the
 * engine's own thread, whose start they would cost more than all the rest, has only types of it.
 */
import * as z from 'zod';
import { apiResultSchema } from './api/api';
import { pricedModelsSchema } from './language';
import { modelPriceSchema } from './prices/price';
import { priceUpdateSchema, takenPricesSchema, takePricesSchema } from './prices/priceFeed';
import { priceQuestionSchema } from './prices/priceQuestion';
import { apiCallSchema } from './rpc';
import { meterSnapshotSchema } from './snapshot';
import { rebuildResultSchema, repriceResultSchema, type AskOptions } from './work';

interface Request<Q extends object, A> {
  question: z.ZodType<Q>;
  answer: z.ZodType<A>;
}

function request<Q extends object, A>(question: z.ZodType<Q>, answer: z.ZodType<A>): Request<Q, A> {
  return { question, answer };
}

const nothing = z.object({});

export const engineRequests = {
  /** A command of the API, or what only our own windows ask. */
  api: request(apiCallSchema, apiResultSchema),
  /** Looks at every log at once, not only at what changed; answers when all is in the ledger. */
  refresh: request(nothing, meterSnapshotSchema),
  /** Stops a running import where it stands; `refresh` or the next start goes on from there. */
  pauseImport: request(nothing, z.null()),
  /** `null`: nobody has told us a price of this model. */
  price: request(priceQuestionSchema, modelPriceSchema.nullable()),
  /** The models of the price package by the providers whose lists they are on, and those that the user gives a price. */
  models: request(nothing, pricedModelsSchema),
  /** What present prices rate differently; `apply` puts it right. */
  reprice: request(z.object({ apply: z.boolean() }), repriceResultSchema),
  /** Reads all logs from their beginnings and merges them into what is counted. */
  rebuild: request(nothing, rebuildResultSchema),
  /** Fetches the list of an address and says what it would change; nothing of it is in force before `takePrices`. */
  updatePrices: request(z.object({ address: z.string().min(1).max(2_000) }), priceUpdateSchema),
  /** Brings the prices of the list that was fetched last into force; what is rated keeps its price until `reprice`. */
  takePrices: request(takePricesSchema, takenPricesSchema),
};

export type EngineRequest = keyof typeof engineRequests;
export type Question<N extends EngineRequest> = z.output<(typeof engineRequests)[N]['question']>;
export type Answer<N extends EngineRequest> = z.output<(typeof engineRequests)[N]['answer']>;

/** Asks one of them. What was done before it is stopped stays done. */
export type Ask = <N extends EngineRequest>(name: N, question: Question<N>, options?: AskOptions) => Promise<Answer<N>>;

/** Whoever answers them. `Asked`: what is known beside the question. */
export type EngineHandlers<Asked> = {
  [N in EngineRequest]: (question: Question<N>, asked: Asked) => Promise<Answer<N>>;
};
