/** `providers:`, `subscriptions:` and `free_tiers:` of the configuration file. Fees in USD a month. */
import * as z from 'zod';
import { billingModes } from '../../protocol/configuration';
import { capabilityList, modelPricesSchema } from './prices';
import { quotasSchema } from './quotas';
import { countLimit, identifier, oneOf, text, usd } from './values';

export const providerId = identifier('A provider’s id, or another name of it (`claude` is `anthropic`).', {
  refersTo: 'provider',
});

const rateUnits = ['minute', 'hour', 'day', 'week', 'month'] as const;
type RateUnit = (typeof rateUnits)[number];

const rateKeys = <M extends 'requests' | 'tokens'>(meter: M) =>
  Object.fromEntries(
    rateUnits.map((unit) => [`${meter}_per_${unit}`, countLimit(`The provider’s limit of ${meter} a ${unit}.`, meter)]),
  ) as Record<`${M}_per_${RateUnit}`, ReturnType<typeof countLimit>>;

export const rateKeyList = rateUnits.flatMap((unit) =>
  (['requests', 'tokens'] as const).map((meter) => ({ key: `${meter}_per_${unit}` as const, meter, unit })),
);

const resourceLimitsSchema = z
  .strictObject({
    max_concurrent: countLimit('Requests at the same time.', 'requests'),
    max_vram_gb: z
      .number()
      .min(0)
      .max(1_000_000)
      .nullable()
      .optional()
      .meta({ description: 'Graphics memory.', unit: 'GB' }),
    max_tokens_per_second: countLimit('Tokens a second, over all requests.', 'tokens per second'),
  })
  .optional()
  .meta({ description: 'What this machine can bear; for local models.' });

export const providerSchema = z.strictObject({
  billing: oneOf(
    billingModes,
    'How it is paid for. Left out: `local` for Ollama, LM Studio and llama.cpp, `subscription` or `free_tier` where there is one, else `metered`.',
  ),
  capabilities: capabilityList,
  models: modelPricesSchema.meta({
    description: 'Prices of this provider; they come before those of `pricing.models`.',
  }),
  ...rateKeys('requests'),
  ...rateKeys('tokens'),
  quotas: quotasSchema,
  resource_limits: resourceLimitsSchema,
  fixed_monthly_cost: usd('Hardware, or what else costs the same every month; accrues by day.', {
    unit: 'USD per month',
    default: 0,
  }),
  electricity: z
    .strictObject({
      watts: z.number().min(0).max(10_000_000).meta({ description: 'Drawn on average, day and night.', unit: 'W' }),
      price_per_kwh: z.number().min(0).max(10_000).meta({ description: 'Price of electricity.', unit: 'USD per kWh' }),
    })
    .optional()
    .meta({ description: 'Cost of power; accrues by day.' }),
});
export type ProviderEntry = z.infer<typeof providerSchema>;

export const providersSchema = z.record(providerId, providerSchema).optional().meta({
  description: 'How each provider is paid for, what it can do, what it costs, and what it allows.',
});

export const subscriptionSchema = z.strictObject({
  id: identifier('Your name for it, unique in this file.', { defines: 'subscription', examples: ['claude-pro'] }),
  display_name: text('What people read. Left out: the plan’s name, or the id.'),
  provider: providerId,
  plan: identifier('Key of the catalogue of known plans.', { refersTo: 'subscription_plan' }).optional(),
  monthly_fee: usd('What it costs; accrues by day. Left out: the plan’s.', { unit: 'USD per month' }),
  cycle_day: z.int().min(1).max(31).optional().meta({
    description: 'Day of the month on which its month begins; the last day where a month has fewer.',
    default: 1,
  }),
  quotas: quotasSchema,
});
export type SubscriptionEntry = z.infer<typeof subscriptionSchema>;

export const subscriptionsSchema = z
  .array(subscriptionSchema)
  .max(100)
  .optional()
  .meta({ description: 'Flat fees, with what they include.' });

export const freeTierSchema = z.strictObject({ provider: providerId, quotas: quotasSchema });

export const freeTiersSchema = z
  .array(freeTierSchema)
  .max(100)
  .optional()
  .meta({ description: 'What a provider gives away.' });
