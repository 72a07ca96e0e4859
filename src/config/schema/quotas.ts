/** Entitlements in units: of a subscription, of a free tier, or a provider's own. */
import * as z from 'zod';
import { maxUsd, quotaMeters } from '../../protocol/configuration';
import { maxCount } from './values';

export const quotaPeriods = ['minute', 'hour', 'day', 'week', 'month', 'cycle'] as const;

/** A plain number is bytes. */
export const storageText = /^(\d{1,9}(?:\.\d{1,6})?)\s*([kmgt]i?b|b)$/i;

const quotaShape = z.strictObject({
  meter: z.enum(quotaMeters).meta({
    description:
      'What is counted: `requests`, `tokens`, `cost` (USD), `projects` (distinct), or a level told from outside: `storage`, `concurrent`, `vram_gb`, `tokens_per_second`.',
  }),
  limit: z
    .union([z.number().min(0).max(maxCount), z.string().regex(storageText, 'must be a number, or for storage as 1 GB')])
    .meta({ description: 'How much there is; for `storage` bytes, or text as `1 GB`.', examples: [1_000_000, '1 GB'] }),
  period: z
    .enum(quotaPeriods)
    .optional()
    .meta({ description: 'Refilled when this begins in your time zone; `cycle` is the subscription’s own month.' }),
  window: z
    .string()
    .regex(/^[1-9]\d{0,4}\s*(?:m|h|d|w)$/, 'must be a length as 30m, 5h or 7d')
    .optional()
    .meta({ description: 'A rolling window, as minutes, hours, days or weeks.', examples: ['5h', '7d'] }),
});
/** What has no clock, so that neither `period` nor `window` says anything. */
const levels: ReadonlySet<string> = new Set(['storage', 'concurrent', 'vram_gb', 'tokens_per_second']);

export const quotaSchema = quotaShape
  .refine(({ meter, limit }) => typeof limit === 'number' || meter === 'storage', {
    path: ['limit'],
    message: 'must be a number',
  })
  .refine(({ meter, limit }) => meter !== 'cost' || (typeof limit === 'number' && limit <= maxUsd), {
    path: ['limit'],
    message: `must be at most ${maxUsd.toLocaleString('en')} USD`,
  })
  .refine(({ period, window }) => period === undefined || window === undefined, {
    path: ['window'],
    message: 'give either a period or a window',
  })
  .refine(({ meter, period, window }) => levels.has(meter) || period !== undefined || window !== undefined, {
    path: ['period'],
    message: 'give a period, as day, or a window, as 5h',
  });
export type QuotaEntry = z.infer<typeof quotaSchema>;

export const quotasSchema = z
  .array(quotaSchema)
  .max(100)
  .optional()
  .meta({ description: 'What may be used, and how often that begins anew.' });
