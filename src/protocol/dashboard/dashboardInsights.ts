/**
 * What could be paid less for, as the engine tells it: what was found, the figures it rests on, and how to prove and to change
 * it. Words are the page's. Amounts are nano-dollars of the last 30 days, ratios are of 1.
 */
import * as z from 'zod';
import { usageRequestSchema } from '../api/api';
import { configurationOperationSchema } from '../language';
import { confidences } from '../quota';

export const insightKinds = [
  'cheaperTier',
  'failures',
  'batching',
  'caching',
  'oversizedContext',
  'localModel',
  'idlePlan',
  'oversubscribedPlan',
] as const;
export type InsightKind = (typeof insightKinds)[number];

const nullableName = z.string().nullable();

export const insightSchema = z.object({
  /** Stable: the same finding has it tomorrow, so that it stays dismissed. */
  id: z.string(),
  kind: z.enum(insightKinds),
  /** What it is about. `plan`: a subscription or a quota, as people call it. */
  subject: z.object({
    provider: z.string(),
    model: nullableName,
    agent: nullableName,
    agentType: nullableName,
    plan: nullableName,
  }),
  /** A tier, or a model, that would do instead. */
  instead: nullableName,
  evidence: z.object({
    requests: z.number(),
    /** What it says of them: tokens a run or a request, requests a run. `null`: the kind has none. */
    amount: z.number().nullable(),
    /** Failed, read from the cache, used of the plan. `null`: the kind has none. */
    ratio: z.number().nullable(),
  }),
  /** What was spent on its subject: of a plan its fee. */
  spendNanos: z.number(),
  /** Never more than was spent. 0: it is not about money. */
  savingNanos: z.number(),
  /** Whether the spend is billed; else it is what the calls would cost by the API. */
  billed: z.boolean(),
  confidence: z.enum(confidences),
  /** For `agentMeter.v1.usage`: among its rows are the figures of the subject. */
  query: usageRequestSchema,
  /** Of the user's configuration. `null`: there is no key that would do it. */
  operations: z.array(configurationOperationSchema).nullable(),
});
export type Insight = z.infer<typeof insightSchema>;

/** The greatest saving first. */
export const insightsSchema = z.object({ asOfMs: z.number(), insights: z.array(insightSchema) });
export type DashboardInsights = z.infer<typeof insightsSchema>;
