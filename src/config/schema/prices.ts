/** What models cost: `pricing.models` and `providers.*.models`, both of the same form. USD per million tokens. */
import * as z from 'zod';
import { capabilities } from '../../protocol/configuration';
import { modifiers } from '../../protocol/vocabulary';
import { date, identifier, perMillion, usd } from './values';

const tokenPrices = {
  input_per_million: perMillion('Input that no cache served.'),
  output_per_million: perMillion('Output, reasoning included.'),
  cache_read_per_million: perMillion(
    'Input read from a cache. Left out: a tenth of input for Claude models, else as input.',
  ),
  cache_write_per_million: perMillion(
    'Input written to a cache for five minutes. Left out: 1.25 × input for Claude models, else as input.',
  ),
  cache_write_1h_per_million: perMillion(
    'Input written to a cache for an hour. Left out: 2 × input for Claude models, else as `cache_write_per_million`.',
  ),
};

const longContextSchema = z.strictObject({
  above_tokens: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .meta({
      description: 'The prompt, cache included, has more tokens than this.',
      unit: 'tokens',
      examples: [200_000],
    }),
  ...tokenPrices,
});

export const capabilityList = z
  .array(z.enum(capabilities))
  .optional()
  .meta({
    description: 'What it can do. A fallback skips what lacks something the request needs.',
    examples: [['tool_calls', 'streaming']],
  });

const multipliersSchema = z
  .partialRecord(
    z.enum(modifiers),
    z.number().min(0).max(100).meta({ description: 'What the tokens’ part is multiplied by.', unit: 'factor' }),
  )
  .optional()
  .meta({
    description: 'What a service tier multiplies the tokens’ part of the price by.',
    unit: 'factor',
    examples: [{ batch: 0.5 }],
  });

export const priceSchema = z.strictObject({
  from: date('In force from the beginning of this day (UTC) on. Left out: always.'),
  ...tokenPrices,
  reasoning_per_million: perMillion('Reasoning, where it costs something else than output.'),
  long_context: z
    .array(longContextSchema)
    .max(8)
    .optional()
    .meta({ description: 'Prices of a whole request with a long prompt; what is left out is as in the plain price.' }),
  per_request: usd('For each request, beside its tokens.', { unit: 'USD per request' }),
  web_searches_per_thousand: usd('For web searches that the provider runs.', { unit: 'USD per thousand searches' }),
  multipliers: multipliersSchema,
  tier: identifier('The tier this model is in, whatever its price.', { refersTo: 'tier' }).optional(),
  capabilities: capabilityList,
});
export type PriceEntry = z.infer<typeof priceSchema>;

export const modelPricesSchema = z
  .record(
    identifier('A model id, or a short name that matches by family (`opus`, `sonnet`, `haiku`).', {
      refersTo: 'model',
    }),
    z.union([priceSchema, z.array(priceSchema).min(1).max(100)]),
  )
  .optional();

export const pricingSchema = z
  .strictObject({
    models: modelPricesSchema.meta({
      description:
        'Prices by model, for any provider; one map, or a list of maps with `from` dates. They come before those of the price package.',
      examples: [{ sonnet: { input_per_million: 3, output_per_million: 15 } }],
    }),
    last_updated: date('When you last looked at these prices. Told where a price is explained.'),
  })
  .optional()
  .meta({ description: 'Your own prices.' });
