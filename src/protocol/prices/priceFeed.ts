/**
 * What *Update Prices* asks the engine and is told: how a fetched price list differs from the prices in force, what is held back
 * and why, and what *Reprice* would make of it. USD per million tokens, per thousand web searches and requests; UTC.
 */
import * as z from 'zod';
import { repriceResultSchema } from '../work';

export const priceKinds = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
  'webSearches',
  'requests',
] as const;
export type PriceKind = (typeof priceKinds)[number];

const differenceSchema = z.object({
  kind: z.enum(priceKinds),
  /** Of a request whose prompt has more tokens than these; `null`: of any. */
  aboveTokens: z.number().nullable(),
  /** From when on; `null`: as far back as the list goes. */
  fromMs: z.number().nullable(),
  /** `null`: the list does not say. */
  old: z.number().nullable(),
  new: z.number().nullable(),
});
export type PriceDifference = z.infer<typeof differenceSchema>;

const modelDifferenceSchema = z.object({
  provider: z.string(),
  model: z.string(),
  differences: z.array(differenceSchema),
});
export type ModelDifference = z.infer<typeof modelDifferenceSchema>;

/**
 * `factor`: ten times as much, or a tenth, or suddenly nothing. `outlier`: new, and ten times as dear as the provider's dearest.
 * `lost`: the price of input or output is gone. `shadow`: it would take other models' calls. `pattern`: its pattern of ids could
 * take for ever. `malformed`: it is no price at all. `ours`: our own list, which corrects this one, says otherwise.
 */
export const heldBackReasons = ['factor', 'outlier', 'lost', 'shadow', 'pattern', 'malformed', 'ours'] as const;
export type HeldBackReason = (typeof heldBackReasons)[number];

const heldBackSchema = z.object({
  ...modelDifferenceSchema.shape,
  /** Accepts exactly this entry; `null`: it can't be accepted. */
  key: z.string().nullable(),
  reason: z.enum(heldBackReasons),
  /** The other models, the source of our own price, or what is malformed. */
  detail: z.string(),
});
export type HeldBack = z.infer<typeof heldBackSchema>;

export const priceFeedFailures = [
  'bad_address',
  'unreachable',
  'timed_out',
  'redirect',
  'http_status',
  'too_big',
  'malformed',
  'truncated',
  'implausible',
  'cancelled',
  'not_kept',
] as const;
export type PriceFeedFailure = (typeof priceFeedFailures)[number];

/** A list that was fetched: from where, when, and the SHA-256 of what came, or of what was taken from it. */
const keptListSchema = z.object({ address: z.string(), fetchedMs: z.number(), checksum: z.string() });
export type KeptListFacts = z.infer<typeof keptListSchema>;

export const priceUpdateSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('failed'),
    address: z.string(),
    reason: z.enum(priceFeedFailures),
    message: z.string(),
    inForce: keptListSchema.nullable(),
  }),
  z.object({
    outcome: z.literal('fetched'),
    list: keptListSchema,
    /** The server said that nothing has changed since. */
    notModified: z.boolean(),
    inForce: keptListSchema.nullable(),
    models: z.number(),
    added: z.array(modelDifferenceSchema),
    changed: z.array(modelDifferenceSchema),
    /** The list has them no more; their prices stay. */
    removed: z.array(z.object({ provider: z.string(), model: z.string() })),
    heldBack: z.array(heldBackSchema),
    /** What *Reprice* would change once the prices are taken. */
    reprice: repriceResultSchema,
  }),
]);
export type PriceUpdate = z.infer<typeof priceUpdateSchema>;
export type FetchedPrices = Extract<PriceUpdate, { outcome: 'fetched' }>;

export const takePricesSchema = z.object({
  /** Of the list that was shown. */
  checksum: z.string().max(100),
  /** Keys of what was held back and is wanted all the same. */
  accept: z.array(z.string().max(500)).max(10_000),
});
export type TakePrices = z.infer<typeof takePricesSchema>;

/** `taken` false: another list was fetched since, or this one is gone. */
export const takenPricesSchema = z.object({ taken: z.boolean(), version: z.string() });
export type TakenPrices = z.infer<typeof takenPricesSchema>;
