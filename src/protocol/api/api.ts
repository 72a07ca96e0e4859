/**
 * Command API, version 1: the arguments (zod schemas, validated by the engine) and the values.
 * JSON in, JSON out, never throws: every command answers an `ApiResult`.
 */
import * as z from 'zod';
import { attributionShape, label, tokenCount, type Totals } from './apiParts';
import type { AlertStatus, BudgetApiValues, BudgetStatus, Settlement, Termination } from './budgetAnswers';
import type { ApiCommand } from './commandNames';
import { quotaMeters, type QuotaMeter } from '../configuration';
import { confidences, type Confidence } from '../quota';
import { callStatuses, filterKeys, groupings, namedPeriods, type Pricing } from '../vocabulary';

export type { ApiCommand };

export const apiErrorCodes = ['invalid_request', 'unknown_id', 'not_ready', 'storage_unavailable', 'internal'] as const;
export type ApiErrorCode = (typeof apiErrorCodes)[number];

export interface ApiIssue {
  /** Where in the argument, as `tokens.input` or `[3].tokens.input`; empty for the argument itself. */
  path: string;
  message: string;
}

export interface ApiError {
  code: ApiErrorCode;
  message: string;
  issues?: ApiIssue[];
}

export type ApiResult<T> = { ok: true; value: T } | { ok: false; error: ApiError };
/** Of whatever command. */
export const apiResultSchema: z.ZodType<ApiResult<unknown>> = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({
      code: z.enum(apiErrorCodes),
      message: z.string(),
      issues: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
    }),
  }),
]);

export const reportSchema = z.strictObject({
  /** Idempotency key, unique for ever. */
  id: z.string().min(1).max(512),
  /** RFC 3339; default now. */
  time: z.iso.datetime({ offset: true }).optional(),
  provider: label,
  model: label,
  tokens: z
    .strictObject({
      input: tokenCount,
      output: tokenCount,
      cacheRead: tokenCount.optional(),
      cacheWrite: tokenCount.optional(),
      cacheWrite1h: tokenCount.optional(),
      reasoning: tokenCount.optional(),
    })
    .refine((tokens) => (tokens.reasoning ?? 0) <= tokens.output, {
      path: ['reasoning'],
      message: 'reasoning is a part of output and can not exceed it',
    }),
  costUsd: z.number().min(0).max(1_000_000).optional(),
  durationMs: z.number().min(0).max(604_800_000).optional(),
  status: z.enum(callStatuses).optional(),
  reservation: label.optional(),
  ...attributionShape,
});
export type Report = z.infer<typeof reportSchema>;

export const reportsSchema = z.array(reportSchema).min(1).max(10_000);

const filterValue = z.union([label, z.array(label).min(1).max(256)]);
export const filterSchema = z.partialRecord(z.enum(filterKeys), filterValue);
export type Filter = z.infer<typeof filterSchema>;

export const statusRequestSchema = z.strictObject({ filter: filterSchema.optional() });
export type StatusRequest = z.infer<typeof statusRequestSchema>;

/** RFC 3339 instant, or a calendar date in the configured zone. */
const instantOrDate = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

export const usageRequestSchema = z
  .strictObject({
    period: z.enum(namedPeriods).optional(),
    from: instantOrDate.optional(),
    to: instantOrDate.optional(),
    groupBy: z.union([z.enum(groupings), z.array(z.enum(groupings)).max(6)]).optional(),
    filter: filterSchema.optional(),
    limit: z.int().min(1).max(100_000).optional(),
  })
  .refine((request) => request.period === undefined || (request.from === undefined && request.to === undefined), {
    path: ['period'],
    message: 'give either period, or from and to',
  })
  .refine((request) => request.period !== undefined || request.from !== undefined, {
    path: ['from'],
    message: 'give a period, or from (and to)',
  });
export type UsageRequest = z.infer<typeof usageRequestSchema>;

const amount = z.number().min(0).max(1e15);

/** One observed quota, or a level. `cost` in USD, `storage` in bytes. */
export const reportQuotaSchema = z
  .strictObject({
    provider: label,
    subscription: label.optional(),
    /** `minute` to `month`, `5h`, `7d`, `cycle`, or `gauge` for a level that nothing resets. */
    window: label,
    meter: z.enum(quotaMeters).optional(),
    usedPercent: z.number().min(0).max(100_000).optional(),
    used: amount.optional(),
    limit: amount.optional(),
    resetsAt: z.iso.datetime({ offset: true }).optional(),
    /** RFC 3339; default now. */
    asOf: z.iso.datetime({ offset: true }).optional(),
    /** Who says so. */
    source: label,
    confidence: z.enum(confidences).optional(),
  })
  .refine(({ usedPercent, used }) => usedPercent !== undefined || used !== undefined, {
    path: ['usedPercent'],
    message: 'give usedPercent, or used',
  });
export type ReportQuota = z.infer<typeof reportQuotaSchema>;

/** A cost that no call causes, for the days of it that have begun. */
export interface ChargeFigures {
  kind: 'subscription' | 'hardware' | 'electricity';
  /** The subscription, or the provider. */
  id: string;
  label: string;
  provider: string;
  costUsd: number;
}

/** What is paid, as against what the calls would cost by the API: calls of subscriptions, free tiers and local models cost nothing. */
export interface BilledFigures {
  usageUsd: number;
  charges: ChargeFigures[];
  totalUsd: number;
}

export interface ReportedEvent {
  id: string;
  costUsd: number | null;
  pricing: Pricing;
  tier: string | null;
  /** Of the reservation that the report names. */
  reservation?: Settlement;
}

export interface ReportValue {
  accepted: number;
  duplicates: number;
  events: ReportedEvent[];
  /** Those that the reported calls count in. */
  budgets: BudgetStatus[];
  /** Runs that have used up what they may: stop them. */
  terminate: Termination[];
}

export interface ReportQuotaValue {
  /** `false`: something newer is known of this quota. */
  accepted: boolean;
}

/** One reading of a quota; `null`: not known. `cost` in USD, `storage` in bytes. */
export interface QuotaFigures {
  used: number | null;
  limit: number | null;
  percent: number | null;
  /** RFC 3339. */
  resetsAt: string | null;
  /** `counted`, or who observed it. */
  source: string;
  asOf: string;
  confidence: Confidence;
}

/** The reading in force, and both that there are. */
export interface QuotaStatus extends QuotaFigures {
  id: string;
  subscription: string | null;
  provider: string;
  meter: QuotaMeter | null;
  window: string;
  /** Used part of the entitlement. */
  utilisation: number | null;
  /** Used part ÷ elapsed part of the period: above 1 it will not last. */
  pace: number | null;
  counted: QuotaFigures | null;
  observed: QuotaFigures | null;
}

export interface StatusValue {
  /** RFC 3339. */
  asOf: string;
  today: Totals;
  month: Totals;
  session: Totals;
  /** `null`: the filter leaves out what charges are for. */
  billed: { today: BilledFigures | null; month: BilledFigures | null };
  budgets: BudgetStatus[];
  quotas: QuotaStatus[];
  alerts: AlertStatus[];
  /** Set while no cloud provider may be asked any more. */
  notice?: string;
}

/**
 * A row carries one property per grouping (`null` where an event has none), and the totals of its group; grouped by provider
 * also `billing`, how its calls are paid for.
 */
export type UsageRow = Totals & Record<string, unknown>;

export interface UsageValue {
  from: string;
  to: string;
  timezone: string;
  total: Totals;
  /** `null`: the filter leaves out what charges are for. */
  billed: BilledFigures | null;
  rows: UsageRow[];
}

export interface ApiValues extends BudgetApiValues {
  report: ReportValue;
  status: StatusValue;
  usage: UsageValue;
  reportQuota: ReportQuotaValue;
}
