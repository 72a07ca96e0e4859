/**
 * What the language server and its client tell each other beyond the language server protocol, and the words by which the
 * configuration's schema says what a string refers to. Sent by method name: the two libraries have classes of their own for
 * message types. Instants in epoch ms UTC; amounts in the limit's own unit, money in USD.
 */
import * as z from 'zod';

/**
 * What a string of the configuration stands for, in the schema as `.meta({ refersTo: 'tier' })`, for a record's keys on the
 * record's key schema. It decides what is offered, what a hover tells and what is renamed together.
 */
export const valueKinds = [
  'tier',
  'provider',
  'model',
  'subscription',
  'subscription_plan',
  'budget',
  'project',
  'agent',
  'agent_type',
  'time_zone',
  'codicon',
  'color',
] as const;
export type ValueKind = (typeof valueKinds)[number];

/** How much of one budget or quota is used now; `id` is the configuration's (`Budget.id`, `Quota.id`). */
const liveUseSchema = z.object({
  id: z.string(),
  unit: z.string(),
  used: z.number(),
  limit: z.number(),
  percent: z.number(),
  /** `null`: nothing resets it. */
  resetsAtMs: z.number().nullable(),
});
export type LiveUse = z.infer<typeof liveUseSchema>;

/** Client to server, whenever it changes: always all of it. `asOfMs` is the host's clock. */
export const liveUseMethod = 'agentMeter/liveUse';
export const liveUsesSchema = z.object({
  asOfMs: z.number(),
  language: z.string(),
  timezone: z.string(),
  uses: z.array(liveUseSchema),
});
export type LiveUses = z.infer<typeof liveUsesSchema>;

/** Server to client: what a model costs now. `null`: nobody knows, or the engine is not ready. */
export const priceMethod = 'agentMeter/price';
export const priceQuestionSchema = z.object({ provider: z.string().nullable(), model: z.string() });
export type PriceQuestion = z.infer<typeof priceQuestionSchema>;

/** Server to client: the models that have a price. Empty while the engine is not ready. */
export const modelsMethod = 'agentMeter/models';
export const pricedModelSchema = z.object({ provider: z.string(), model: z.string(), tier: z.string().nullable() });
export const pricedModelsSchema = z.array(pricedModelSchema);
export type PricedModel = z.infer<typeof pricedModelSchema>;
