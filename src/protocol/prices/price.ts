/**
 * Where a price comes from, as *Show Price of Model*, the language server and the dashboard tell it. USD per million tokens,
 * per thousand web searches and requests; instants in epoch ms UTC.
 */
import * as z from 'zod';
import { modifiers } from '../vocabulary';

/** Whose price it is, the one that wins first. `built_in`: ours, over the package's. `estimate`: a stand-in for an unknown one. */
export const priceLayers = [
  'contract',
  'user',
  'workspace',
  'local',
  'built_in',
  'feed',
  'package',
  'estimate',
] as const;
export type PriceLayer = (typeof priceLayers)[number];

export interface PriceOrigin {
  layer: PriceLayer;
  /** Address of the page or list that says so; `null`: there is none, as for a price of one's own. */
  source: string | null;
  /** The day, `2026-11-30`, on which that was read last; `null`: nobody has said. */
  seen: string | null;
}

const tokenPricesSchema = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite5m: z.number(),
  cacheWrite1h: z.number(),
  reasoning: z.number(),
});
export type TokenPriceLines = z.infer<typeof tokenPricesSchema>;

export const modelPriceSchema = z.object({
  /** The provider asked for, or inferred, by its own id. */
  provider: z.string(),
  model: z.string(),
  layer: z.enum(priceLayers),
  /** Address of the page or list that says so, and the day on which it was read last; `null`: there is none. */
  source: z.string().nullable(),
  seen: z.string().nullable(),
  /** Whose list it is, and what the model is called there. */
  matchedProvider: z.string(),
  matchedModel: z.string(),
  /** Of the list: `genai-prices 0.1.8`, or when the user says that the own list was brought up to date. */
  version: z.string(),
  /** Since when this price is in force; `null`: the list does not say. */
  fromMs: z.number().nullable(),
  estimated: z.boolean(),
  prices: tokenPricesSchema,
  longContext: z.array(z.object({ aboveTokens: z.number(), inclusive: z.boolean(), prices: tokenPricesSchema })),
  webSearchesPerThousand: z.number(),
  requestsPerThousand: z.number(),
  /** What a service tier multiplies the tokens' part by; `certain: false` where lists do not agree. */
  multipliers: z.partialRecord(z.enum(modifiers), z.object({ factor: z.number(), certain: z.boolean() })),
  /** Three parts input to one part output: what a tier's range is compared with. */
  blended: z.number(),
  tier: z.string().nullable(),
  /** The tier is assigned in the configuration, whatever the price says. */
  tierAssigned: z.boolean(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;
