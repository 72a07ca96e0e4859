/** The configuration file, whole. Every key is optional; a key that nobody knows is an issue. */
import * as z from 'zod';
import { alertLevels, strategies } from '../../protocol/configuration';
import { budgetsSchema, limitsSchema, projectsSchema, shortBudget } from './limits';
import { pricingSchema } from './prices';
import { freeTiersSchema, providerId, providersSchema, subscriptionsSchema } from './providers';
import { tiersSchema } from './tiers';
import { flag, oneOf, ratio, text, usd } from './values';

const currencySchema = z
  .strictObject({
    display: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a currency code of three capital letters, as EUR')
      .optional()
      .meta({ description: 'Currency code.', default: 'USD', examples: ['EUR'] }),
    per_usd: z
      .number()
      .gt(0)
      .max(1_000_000_000)
      .optional()
      .meta({ description: 'How much of it one dollar is.', default: 1, examples: [0.92] }),
  })
  .optional()
  .meta({ description: 'How money is shown. Everything is counted in USD, and limits are in USD.' });

const thresholdSchema = z.strictObject({
  percent: z.number().gt(0).max(1_000).meta({ description: 'Part of the limit.', unit: '%' }),
  level: z.enum(alertLevels).meta({ description: 'How serious.' }),
  message: text('What is said. Left out: which budget, and how far.'),
});

const enabled = flag('Whether it is used.', { default: true });
const notificationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('in_app').meta({ description: 'In the editor; always on.' }), enabled }),
  z.strictObject({
    type: z.literal('email').meta({
      description: 'By e-mail: read and checked, but not sent yet. Server and password are not in this file.',
    }),
    enabled,
    recipients: z.array(z.email('must be an e-mail address')).min(1).max(100).meta({ description: 'Addresses.' }),
  }),
  z.strictObject({
    type: z
      .literal('webhook')
      .meta({ description: 'JSON to an address: read and checked, but not sent yet. Its secret is not in this file.' }),
    enabled,
    url: z
      .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
      .max(2_000)
      .meta({ description: 'Address.', examples: ['https://hooks.example.com/alerts'] }),
  }),
]);

const alertsSchema = z
  .strictObject({
    thresholds: z.array(thresholdSchema).max(100).optional().meta({
      description: 'When to tell, for every budget. Left out: 50 % info, 80 % warning, 95 % critical, 100 % exceeded.',
    }),
    notifications: z.array(notificationSchema).max(100).optional().meta({ description: 'Where to tell.' }),
    anomaly: z
      .strictObject({
        percent: z.number().gt(100).max(100_000).optional().meta({
          description: 'Of the average of days with use, from which a day is an anomaly.',
          unit: '%',
          default: 200,
        }),
        baseline_days: z.int().min(1).max(366).optional().meta({
          description: 'Days that the average is taken of: of those with use, at least five.',
          unit: 'days',
          default: 14,
        }),
        min_amount: usd('So much above the average a day must be; less is no anomaly.', { default: 5 }),
      })
      .optional()
      .meta({ description: 'Days that are unlike those before.' }),
    utilization: z
      .strictObject({
        subscription_floor: ratio(
          'A subscription of whose quotas less than this is used, of what its cycle includes so far, is told of from mid-cycle on.',
          { default: 0.5 },
        ),
        total_floor: ratio('The same of all subscriptions together, by their fees, in the second half of a month.', {
          default: 0.7,
        }),
      })
      .optional()
      .meta({ description: 'Subscriptions that are paid for and little used.' }),
  })
  .optional()
  .meta({ description: 'When and where you are told.' });

const keptDays = (description: string, meta: { default: number }) =>
  z
    .union([z.int().min(1).max(36_500), z.literal('forever')])
    .optional()
    .meta({ description, unit: 'days, or `forever`', ...meta });

const usageSchema = z
  .strictObject({
    retention: z
      .strictObject({
        detailed: keptDays('How long each call keeps its details.', { default: 90 }),
        daily: keptDays('How long the sums of each day are kept.', { default: 365 }),
        monthly: z
          .literal('forever', 'sums of a month are kept for ever: the only value is forever')
          .optional()
          .meta({ description: 'Sums of each month are kept for ever.', default: 'forever' }),
      })
      .optional()
      .meta({ description: 'How long what is kept. No total changes by it.' }),
    aggregation: z
      .strictObject({
        schedule: z.string().min(1).max(100).optional().meta({
          description: 'When sums are made: minute, hour, day of month, month, day of week (cron), in your time zone.',
          default: '0 2 * * *',
        }),
      })
      .optional()
      .meta({ description: 'When what is old is summed up.' }),
  })
  .optional()
  .meta({ description: 'What is kept of your usage.' });

export const fileSchema = z
  .strictObject({
    timezone: text(
      'IANA time zone in which days, weeks and months begin. Left out: the setting’s, else this machine’s.',
      {
        refersTo: 'time_zone',
        examples: ['Europe/Berlin'],
      },
    ),
    currency: currencySchema,
    project: text(
      'In a workspace’s file: the project’s name, of what its windows report and of agents at work in its folder or below it. Left out: the folder’s.',
      { refersTo: 'project' },
    ),
    tiers: tiersSchema,
    pricing: pricingSchema,
    providers: providersSchema,
    subscriptions: subscriptionsSchema,
    free_tiers: freeTiersSchema,
    limits: limitsSchema,
    projects: projectsSchema,
    budgets: budgetsSchema,
    budget_per_plan: shortBudget('Spend in one plan. Warns at 90 %. Also AGENT_METER_BUDGET_PER_PLAN.'),
    budget_per_day: shortBudget('Spend in a day, over everything. Warns at 90 %. Also AGENT_METER_BUDGET_PER_DAY.'),
    fallback_providers: z
      .array(providerId)
      .max(100)
      .optional()
      .meta({
        description:
          'Who takes over, in this order, when a provider is out of budget or quota. Also AGENT_METER_FALLBACK_PROVIDERS, with commas. Left out: the strategy’s order.',
        examples: [['anthropic', 'openai', 'ollama']],
      }),
    strategy: oneOf(strategies, 'How models are chosen where a type of agent has no strategy of its own.', {
      default: 'balanced',
    }),
    unestimated: oneOf(['allow', 'block'], 'What happens to a request whose cost nobody can estimate.', {
      default: 'allow',
    }),
    when_quota_exhausted: oneOf(
      ['warn', 'block', 'queue', 'fallback'],
      'What happens when a quota is used up. Left out: `block` for a quota of this file, `warn` for one that only its provider told of.',
    ),
    alerts: alertsSchema,
    usage: usageSchema,
  })
  .meta({ title: 'Agent Meter configuration', description: 'What Agent Meter counts, limits and tells.' });
/** What one file says, as written: layers and defaults are brought together in `resolve`. */
export type FileEntries = z.infer<typeof fileSchema>;
