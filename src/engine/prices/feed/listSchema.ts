/**
 * The shape of the public price list, as far as we read it. What is unknown is left out. A broken list is refused whole; a broken
 * model alone is left out and told. Each model that is let through is one that the price package takes without throwing.
 */
import type { calcPrice, ConditionalPrice, MatchLogic, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import * as z from 'zod';
import { windowsOf } from './differences';
import { FeedError } from './feedError';
import { isQuickPattern } from './quickPattern';

export interface ListedProvider {
  id: string;
  name: string;
  models: ModelInfo[];
  fallback_model_providers?: string[];
}

export type PriceLines = readonly ListedProvider[];

/** A model that is no price, or whose pattern could take for ever. */
export interface RefusedModel {
  provider: string;
  model: string;
  reason: 'malformed' | 'pattern';
  detail: string;
}

export interface ReadList {
  providers: PriceLines;
  refused: RefusedModel[];
}

const name = z.string().min(1).max(300);
const amount = z.number().nonnegative();
const tiered = z.object({
  base: amount,
  tiers: z.array(z.object({ start: z.int().nonnegative(), price: amount })).max(50),
});
const pricesSchema = z.record(z.string().max(100), z.union([amount, tiered]));
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/);
const constraintSchema = z.union([
  z
    .strictObject({ type: z.literal('start_date').optional(), start_date: z.iso.date() })
    .transform(({ start_date }) => ({ type: 'start_date' as const, start_date })),
  z
    .strictObject({ type: z.literal('time_of_date').optional(), start_time: time, end_time: time })
    .transform(({ start_time, end_time }) => ({ type: 'time_of_date' as const, start_time, end_time })),
]);
const matchSchema: z.ZodType<MatchLogic> = z.lazy(() =>
  z.union([
    z.strictObject({ equals: name }),
    z.strictObject({ starts_with: name }),
    z.strictObject({ ends_with: name }),
    z.strictObject({ contains: name }),
    z.strictObject({ regex: name }),
    z.strictObject({ or: z.array(matchSchema).min(1).max(500) }),
    z.strictObject({ and: z.array(matchSchema).min(1).max(500) }),
  ]),
);
const conditionalSchema = z.object({ constraint: constraintSchema.nullish(), prices: pricesSchema });
const modelSchema = z.object({
  id: name,
  name: z.string().max(300).nullish(),
  match: matchSchema,
  prices: z.union([z.array(conditionalSchema).min(1).max(100), pricesSchema]),
});
const providersSchema = z
  .array(
    z.object({
      id: name,
      name: z.string().max(300).nullish(),
      models: z.array(z.unknown()).max(20_000),
      fallback_model_providers: z.array(name).max(50).nullish(),
    }),
  )
  .min(1)
  .max(1_000);

/** More than this share of broken models is a broken list. */
const mostRefusedShare = 0.2;

/** The price package, which judges by itself what it can take. */
export interface Trial {
  calcPrice: typeof calcPrice;
  /** The kinds of price that it knows; it warns of others. */
  keys: ReadonlySet<string>;
}

/** Throws a `FeedError`. Some ten milliseconds a provider: between two, others have their turn. */
export async function readList(body: Uint8Array, trial: Trial): Promise<ReadList> {
  const list = providersSchema.safeParse(parsed(body));
  if (!list.success) throw new FeedError('malformed', `it is no price list: ${firstIssue(list.error)}`);
  const refused: RefusedModel[] = [];
  let models = 0;
  const providers: ListedProvider[] = [];
  for (const provider of list.data) {
    const taken = new Map<string, ModelInfo>();
    for (const one of provider.models) {
      models += 1;
      const model = readModel(one, provider.id, trial);
      // Of two of one id the first counts, as in the package.
      if (!('reason' in model)) taken.set(model.id, taken.get(model.id) ?? model);
      else refused.push(model);
    }
    const { id, name: label, fallback_model_providers: fallbacks } = provider;
    providers.push({
      id,
      name: label ?? id,
      models: [...taken.values()],
      ...(fallbacks != null && { fallback_model_providers: fallbacks }),
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (refused.length > models * mostRefusedShare) {
    const [first] = refused;
    throw new FeedError('malformed', `${refused.length} of its ${models} models are no prices: ${first?.detail ?? ''}`);
  }
  return { providers, refused };
}

/** The kinds of price in a list. */
export function keysOf(providers: PriceLines): ReadonlySet<string> {
  const prices = providers.flatMap(({ models }) =>
    models.flatMap((model) => windowsOf(model).map((one) => one.prices)),
  );
  return new Set(prices.flatMap((each) => Object.keys(each)));
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new FeedError('malformed', `it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readModel(one: unknown, provider: string, trial: Trial): ModelInfo | RefusedModel {
  const refuse = (reason: RefusedModel['reason'], detail: string): RefusedModel => {
    const id = typeof one === 'object' && one !== null && 'id' in one ? one.id : null;
    return { provider, model: typeof id === 'string' ? id.slice(0, 300) : '?', reason, detail };
  };
  try {
    const checked = modelSchema.safeParse(one);
    if (!checked.success) return refuse('malformed', firstIssue(checked.error));
    const { id, name: label, match, prices } = checked.data;
    const slow = patternsOf(match).find((pattern) => !isQuickPattern(pattern));
    if (slow !== undefined) return refuse('pattern', slow);
    const model: ModelInfo = {
      id,
      match,
      prices: Array.isArray(prices)
        ? prices.map(({ constraint, prices: each }): ConditionalPrice => ({
            ...(constraint != null && { constraint }),
            prices: onlyKnown(each, trial.keys),
          }))
        : onlyKnown(prices, trial.keys),
      ...(label != null && { name: label }),
    };
    tryOut(model, trial);
    return model;
  } catch (error) {
    // The package would throw as well, or the nesting is deeper than the stack.
    return refuse('malformed', error instanceof Error ? error.message : String(error));
  }
}

function onlyKnown(prices: ModelPrice, known: ReadonlySet<string>): ModelPrice {
  return Object.fromEntries(Object.entries(prices).filter(([key]) => known.has(key)));
}

/** The package looks only at the price of the instant: each has its turn. */
function tryOut(model: ModelInfo, trial: Trial): void {
  for (const { prices } of windowsOf(model)) {
    const alone = { ...model, match: { equals: 'it' }, prices };
    trial.calcPrice({}, 'it', { provider: { id: 'trial', name: '', api_pattern: '', models: [alone] } });
  }
}

function patternsOf(match: MatchLogic): string[] {
  if ('regex' in match) return [match.regex];
  if ('or' in match) return match.or.flatMap(patternsOf);
  return 'and' in match ? match.and.flatMap(patternsOf) : [];
}

function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
}
