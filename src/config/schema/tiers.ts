/** `tiers:` of the configuration file. Prices are USD per million tokens, three parts input to one part output. */
import * as z from 'zod';
import { flag, identifier, text } from './values';

const price = z.number().min(0).max(1_000_000);

/** Of what a tier needs, what is missing is checked where built-in tiers are known (`checks/tiers`). */
export const tierSchema = z.strictObject({
  id: identifier(
    'The tier’s name everywhere: in budgets, reports and the API. A built-in id changes the built-in tier.',
    {
      defines: 'tier',
      examples: ['low'],
    },
  ),
  display_name: text('What people read.', { examples: ['Low'] }),
  description: z.string().max(2_000).optional().meta({ description: 'What belongs in this tier.' }),
  price_range_min: price
    .optional()
    .meta({ description: 'From this blended price on, itself included.', unit: 'USD per million tokens', default: 0 }),
  price_range_max: price.nullable().optional().meta({
    description: 'Up to this blended price, itself excluded. `null` or left out: no upper bound.',
    unit: 'USD per million tokens',
  }),
  color: z
    .string()
    .regex(
      /^(?:#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|[a-z][\w-]*(?:\.[\w-]+)*)$/i,
      'must be a theme colour id as charts.green, or a hex colour as "#3fb950"',
    )
    .optional()
    .meta({
      description: 'A theme colour id, or a hex colour in quotes.',
      refersTo: 'color',
      default: 'charts.foreground',
      examples: ['charts.green', '#3fb950'],
    }),
  icon: z
    .string()
    .regex(/^[a-z][a-z\d-]*(?:~spin)?$/, 'must be the name of a codicon, as arrow-small-down')
    .optional()
    .meta({ description: 'A codicon.', refersTo: 'codicon', default: 'tag', examples: ['arrow-small-down'] }),
  remove: flag('`true` takes a built-in tier away.', { default: false }),
});
export type TierEntry = z.infer<typeof tierSchema>;

export const tiersSchema = z.array(tierSchema).max(100).optional().meta({
  description:
    'Named ranges of what models cost. An entry with the id of a built-in tier (`low`, `medium`, `high`, `premium`) changes what it says of it, or takes it away with `remove: true`; any other adds a tier. Where ranges overlap, the first added one counts, then the built-in ones. A tier without a range is for models that a price assigns to it.',
});
