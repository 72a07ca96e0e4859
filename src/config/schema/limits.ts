/** Every way of writing a budget: `limits:`, `projects.*.limits`, `budgets:`, `budget_per_plan`, `budget_per_day`. */
import * as z from 'zod';
import { budgetPeriods, limitActions, maxUsd, measures, scopes, strategies } from '../../protocol/configuration';
import { providerId } from './providers';
import { countLimit, flag, identifier, maxCount, oneOf, ratio, usdLimit } from './values';

/** How a limit is enforced; beside the limits it is about. */
const manner = {
  hard_stop: flag('`false`: these limits only warn.', { default: true }),
  warning_threshold: ratio('Part of a limit from which it warns.', { default: 0.8 }),
};

const clockLimits = {
  max_cost_per_hour: usdLimit('Spend in a clock hour.'),
  max_cost_per_day: usdLimit('Spend in a day.'),
  max_cost_per_week: usdLimit('Spend in a week, from Monday on.'),
  max_cost_per_month: usdLimit('Spend in a month.'),
  max_tokens_per_hour: countLimit('Tokens in a clock hour.', 'tokens'),
  max_tokens_per_day: countLimit('Tokens in a day.', 'tokens'),
  max_tokens_per_week: countLimit('Tokens in a week.', 'tokens'),
  max_tokens_per_month: countLimit('Tokens in a month.', 'tokens'),
  max_requests_per_hour: countLimit('Requests in a clock hour.', 'requests'),
  max_requests_per_day: countLimit('Requests in a day.', 'requests'),
};
const concurrent = { max_concurrent_agents: countLimit('Agents at work at the same time; more are queued.', 'agents') };
const runLimits = {
  max_cost_per_run: usdLimit('Spend in one run, which ends there.'),
  max_tokens_per_run: countLimit('Tokens in one run, which ends there.', 'tokens'),
  max_requests_per_run: countLimit('Requests in one run, which ends there.', 'requests'),
};
const requestLimits = {
  max_cost_per_request: usdLimit('What one request may cost.'),
  max_tokens_per_request: countLimit('Tokens of one request.', 'tokens'),
};

const globalLimits = z
  .strictObject({
    ...clockLimits,
    max_cost_per_month: usdLimit('Spend in a month; 500, as a warning, where no file says otherwise.', {
      default: 500,
    }),
    ...concurrent,
    ...manner,
  })
  .optional()
  .meta({ description: 'Over everything. No file: $500 a month, as a warning.' });

export const projectLimits = z.strictObject({ ...clockLimits, ...concurrent, ...manner });
const agentLimits = z.strictObject({ ...clockLimits, ...concurrent, ...runLimits, ...requestLimits, ...manner });
const agentTypeLimits = z.strictObject({
  strategy: oneOf(strategies, 'How models are chosen for this type of agent.'),
  ...clockLimits,
  ...concurrent,
  ...runLimits,
  ...requestLimits,
  ...manner,
});

export const limitsSchema = z
  .strictObject({
    global: globalLimits,
    per_project: z
      .record(
        identifier('A project’s name, or `default` for each other project.', { refersTo: 'project' }),
        projectLimits,
      )
      .optional()
      .meta({
        description: 'For each project by itself. $50 a month each, as a warning, where no file says otherwise.',
      }),
    per_agent: z
      .record(identifier('An agent’s name, or `default` for each other agent.', { refersTo: 'agent' }), agentLimits)
      .optional()
      .meta({ description: 'For each agent by itself.' }),
    per_agent_type: z
      .record(
        identifier('A type of agent, or `default` for each other type.', { refersTo: 'agent_type' }),
        agentTypeLimits,
      )
      .optional()
      .meta({ description: 'For each type of agent: limits, and how models are chosen.' }),
    per_request: z
      .strictObject({
        max_cost: usdLimit('What one request may cost. $1, as a warning, where no file says otherwise.', {
          default: 1,
        }),
        max_tokens: countLimit('Tokens of one request.', 'tokens'),
        ...manner,
      })
      .optional()
      .meta({ description: 'For every single request.' }),
  })
  .optional()
  .meta({ description: 'Limits by what they are about. `null` removes one that would hold otherwise.' });
export type LimitsEntry = NonNullable<z.infer<typeof limitsSchema>>;

export const projectsSchema = z
  .record(
    identifier('A project’s name.', { refersTo: 'project' }),
    z.strictObject({ limits: projectLimits.optional().meta({ description: 'As in `limits.per_project`.' }) }),
  )
  .optional()
  .meta({ description: 'What holds for one project.' });

export const perBackendText = /^\$?(\d{1,6}(?:\.\d{1,9})?)\s*\/\s*(hour|day|week|month)$/;

const ruleShape = z.strictObject({
  id: identifier('A name of your own for reports and overrides. Left out: made of the rule.', {
    defines: 'budget',
  }).optional(),
  scope: z.enum(scopes).meta({ description: 'What it is about.' }),
  scope_id: identifier(
    'Whom it is about: the name of a project, tier, provider… Left out: each has this budget for itself.',
  ).optional(),
  except: z
    .array(identifier('A name in the scope.'))
    .max(1_000)
    .optional()
    .meta({ description: 'Without `scope_id`: names that it does not hold for.' }),
  period: z.enum(budgetPeriods).meta({ description: 'How long until it begins anew.' }),
  measure: oneOf(measures, 'What is limited.', { default: 'cost' }),
  limit: z.number().min(0).max(maxCount).meta({ description: 'USD for `cost`, else a count. 0 allows nothing.' }),
  action: oneOf(limitActions, 'What happens at the limit; `warn` is the same as `hard_stop: false`.', {
    default: 'block',
  }),
  ...manner,
});
export const ruleSchema = ruleShape
  .refine(({ measure = 'cost', limit }) => measure !== 'cost' || limit <= maxUsd, {
    path: ['limit'],
    message: `must be at most ${maxUsd.toLocaleString('en')} USD`,
  })
  .refine(({ measure = 'cost', limit }) => measure === 'cost' || Number.isInteger(limit), {
    path: ['limit'],
    message: 'must be a whole number: only money has cents',
  })
  .refine(({ scope, scope_id: id }) => id === undefined || (scope !== 'global' && scope !== 'request'), {
    path: ['scope_id'],
    message: 'what is about everything has no scope_id',
  });
export type RuleEntry = z.infer<typeof ruleSchema>;

export const budgetsSchema = z
  .strictObject({
    daily_limit_usd: usdLimit('Spend in a day, over everything.', { examples: [5] }),
    monthly_limit_usd: usdLimit('Spend in a month, over everything.', { examples: [50] }),
    per_backend: z
      .record(
        providerId,
        z.string().regex(perBackendText, 'must be an amount with its period, as 20.00/month').nullable(),
      )
      .optional()
      .meta({
        description:
          'Spend with one provider: USD with an hour, day, week or month. At the limit another provider is tried.',
        unit: 'USD per period',
        examples: [{ claude: '20.00/month' }],
      }),
    warning_threshold: ratio(
      'Part of a limit from which it warns; for every limit of this file that does not say otherwise, but for `budget_per_plan` and `budget_per_day`.',
      { default: 0.8 },
    ),
    hard_stop: flag('`false`: the limits of this section only warn.', { default: true }),
    rules: z.array(ruleSchema).max(1_000).optional().meta({ description: 'Any other budget, one by one.' }),
  })
  .optional()
  .meta({ description: 'Budgets in short.' });
export type BudgetsEntry = NonNullable<z.infer<typeof budgetsSchema>>;

const longForm = z.strictObject({
  limit: z.number().min(0).max(maxUsd).meta({ description: 'The limit.', unit: 'USD' }),
  hard_stop: manner.hard_stop,
  warning_threshold: ratio('Part of the limit from which it warns.', { default: 0.9 }),
});

export const shortBudget = (description: string) =>
  z
    .union([z.number().min(0).max(maxUsd), longForm])
    .nullable()
    .optional()
    .meta({ description, unit: 'USD', examples: [10] });
export type ShortBudgetEntry = z.infer<ReturnType<typeof shortBudget>>;
