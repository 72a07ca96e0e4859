/**
 * What the language server and its client tell each other beyond the language server protocol, and the words by which the
 * configuration's schema says what a string refers to. Sent by method name: the two libraries have classes of their own for
 * message types. Instants in epoch ms UTC; amounts in the limit's own unit, money in USD.
 */
import * as z from 'zod';
import { budgetPeriods, measures, scopes } from './configuration';

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

/** What the server is born with. */
export const initializationOptionsSchema = z.object({
  /** Path of the user's configuration, on which a workspace's is based; `null`: not on this machine. */
  userFile: z.string().nullable(),
  /** Whether the user trusts the window's folders: until then a workspace's file can only tighten. */
  trusted: z.boolean(),
});
export type InitializationOptions = z.infer<typeof initializationOptionsSchema>;

/** Client to server: the user trusts the window's folders now. */
export const trustedMethod = 'agentMeter/trusted';

/** How much of one budget or quota is used now; `id` is the configuration's (`Budget.id`, `Quota.id`). */
const liveUseSchema = z.object({
  id: z.string(),
  /** Whose it is, where one limit is each project's or agent's for itself; empty: there is but one. */
  label: z.string(),
  /** What is counted: `cost` in USD, `storage` in bytes, else pieces; `null`: nobody says. */
  measure: z.string().nullable(),
  used: z.number().nullable(),
  percent: z.number(),
  /** `null`: nothing resets it. */
  resetsAtMs: z.number().nullable(),
  /** `counted`, or who observed it. */
  source: z.string(),
  asOfMs: z.number(),
});
export type LiveUse = z.infer<typeof liveUseSchema>;

/** Client to server, whenever it changes: always all of it. `asOfMs` is the host's clock. */
export const liveUseMethod = 'agentMeter/liveUse';
export const liveUsesSchema = z.object({
  asOfMs: z.number(),
  language: z.string(),
  uses: z.array(liveUseSchema),
});
export type LiveUses = z.infer<typeof liveUsesSchema>;

/** Server to client: what a model costs now. `null`: nobody knows, or the engine is not ready. */
export const priceMethod = 'agentMeter/price';

/** Server to client: the models that have a price. Empty while the engine is not ready. */
export const modelsMethod = 'agentMeter/models';
export const pricedModelSchema = z.object({ provider: z.string(), model: z.string(), tier: z.string().nullable() });
export const pricedModelsSchema = z.array(pricedModelSchema);
export type PricedModel = z.infer<typeof pricedModelSchema>;

/** Keys and indices from the root of the file. */
const pathSchema = z.array(z.union([z.string(), z.number()]));

/** One change of a configuration's text; comments and order stay. `append` makes the list where there is none. */
export const configurationOperationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set'), path: pathSchema, value: z.unknown() }),
  z.object({ kind: z.literal('append'), path: pathSchema, value: z.unknown() }),
  z.object({ kind: z.literal('remove'), path: pathSchema }),
  /** In the form in which the file writes such limits. `limit` in USD, or a count. */
  z.object({
    kind: z.literal('setBudget'),
    budget: z.object({
      scope: z.enum(scopes),
      scopeId: z.string().nullable(),
      period: z.enum(budgetPeriods),
      measure: z.enum(measures),
    }),
    limit: z.number(),
    hard: z.boolean(),
  }),
]);
export type ConfigurationOperation = z.infer<typeof configurationOperationSchema>;

/** Client to server: what to replace in a text so that it says something else. */
export const editMethod = 'agentMeter/edit';
export const editQuestionSchema = z.object({ text: z.string(), operations: z.array(configurationOperationSchema) });
export type EditQuestion = z.infer<typeof editQuestionSchema>;
const textEditSchema = z.object({ offset: z.number(), length: z.number(), newText: z.string() });
/** `refused`: why the text can't be changed, as when it is no YAML. */
export const editAnswerSchema = z.union([
  z.object({ edits: z.array(textEditSchema) }),
  z.object({ refused: z.string() }),
]);
export type EditAnswer = z.infer<typeof editAnswerSchema>;

const tierSchema = z.object({
  id: z.string(),
  display_name: z.string(),
  description: z.string(),
  price_range_min: z.number(),
  price_range_max: z.number().nullable(),
  color: z.string(),
  icon: z.string(),
});

/** Client to server: what a text says of tiers, subscriptions and budgets, and where, for whoever changes it by command. */
export const outlineMethod = 'agentMeter/outline';
export const outlineQuestionSchema = z.object({ text: z.string() });
export const outlineSchema = z.object({
  /** Why it can't be changed by command: the first error of syntax, and where it stands; lines and characters from 0 on. */
  broken: z.object({ message: z.string(), line: z.number(), character: z.number() }).nullable(),
  /** In force. `path`: its entry in the file; `null` for a built-in tier as it ships. */
  tiers: z.array(z.object({ tier: tierSchema, builtIn: z.boolean(), path: pathSchema.nullable() })),
  /** Built-in tiers that the file takes away. */
  removedTiers: z.array(z.object({ id: z.string(), path: pathSchema })),
  subscriptions: z.array(
    z.object({
      id: z.string(),
      /** As the file says, else its plan's, else the id. */
      displayName: z.string(),
      provider: z.string(),
      plan: z.string().nullable(),
      /** `null`: left out, and its plan's is not known. */
      monthlyFeeUsd: z.number().nullable(),
      cycleDay: z.number(),
      path: pathSchema,
    }),
  ),
  /** In force, by this file or by default. `limit` in USD, or a count. */
  budgets: z.array(
    z.object({
      scope: z.enum(scopes),
      scopeId: z.string().nullable(),
      period: z.enum(budgetPeriods),
      measure: z.enum(measures),
      limit: z.number(),
      hard: z.boolean(),
    }),
  ),
  /** Who refers to what, as `tier` `high` in `pricing.models.opus.tier`. */
  references: z.array(z.object({ kind: z.enum(valueKinds), id: z.string(), where: z.string(), line: z.number() })),
  /** Plans that are known, with the fee as their provider's page tells it. */
  plans: z.array(
    z.object({
      id: z.string(),
      displayName: z.string(),
      provider: z.string(),
      /** `null`: not known. */
      monthlyFeeUsd: z.number().nullable(),
      source: z.string(),
      asOf: z.string(),
    }),
  ),
});
export type Outline = z.infer<typeof outlineSchema>;
export type TierOutline = Outline['tiers'][number];
export type SubscriptionOutline = Outline['subscriptions'][number];
export type PlanOutline = Outline['plans'][number];

/** Client to server: the text of a configuration for somebody who has none. */
export const starterMethod = 'agentMeter/starter';
export const starterQuestionSchema = z.object({ layer: z.enum(['user', 'workspace']) });
