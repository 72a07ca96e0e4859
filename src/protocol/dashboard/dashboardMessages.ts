/**
 * What the dashboard's page and the extension host tell each other. Every message is complete and parsed where it arrives;
 * what the page shows is pushed as a whole state, never as a change.
 */
import * as z from 'zod';
import { insightSchema } from './dashboardInsights';
import { alertLevels } from '../configuration';
import { currencySchema } from '../snapshot';
import { figuresSchema, requestsSchema, selectionSchema, dashboardCallSchema } from './dashboard';

const pageSchema = dashboardCallSchema.options[1].shape.page;

/** A budget or a quota and what is used of it. Dollars, bytes of storage, else counts. */
const limitLine = z.object({
  id: z.string(),
  kind: z.enum(['quota', 'budget']),
  /** As people call it, in their language. */
  name: z.string(),
  measure: z.string().nullable(),
  /** `day`, `month`: a budget for all that is spent in it. `null`: it is about less, or about something else. */
  wholePeriod: z.string().nullable(),
  /** `null`: not known. */
  used: z.number().nullable(),
  limit: z.number().nullable(),
  /** Of the limit. */
  percent: z.number(),
  /** Used part ÷ elapsed part of the period; `null`: not known. */
  pace: z.number().nullable(),
  level: z.enum(['ok', 'warning', 'exceeded']),
  /** `null`: nothing resets it. */
  resetsAtMs: z.number().nullable(),
  /** Who says so, and when; `null`: we count it ourselves. */
  source: z.string().nullable(),
});
export type LimitLine = z.infer<typeof limitLine>;

/** Something that was told, and when. */
const alertLine = z.object({ id: z.string(), level: z.enum(alertLevels), message: z.string(), atMs: z.number() });
export type AlertLine = z.infer<typeof alertLine>;

const sourceLine = z.object({
  label: z.string(),
  state: z.enum(['reading', 'watching', 'absent', 'disabled', 'paused', 'failed']),
  files: z.number(),
  skippedLines: z.number(),
  lastEventMs: z.number().nullable(),
});
export type SourceLine = z.infer<typeof sourceLine>;

export const dashboardStateSchema = z.object({
  selection: selectionSchema,
  /** `null`: not known yet, or `failure` says why not. */
  figures: figuresSchema.nullable(),
  failure: z.string().nullable(),
  currency: currencySchema,
  /** Calls in the ledger, all time; `null`: not known. */
  ledgerEvents: z.number().nullable(),
  sources: z.array(sourceLine),
  problems: z.array(z.object({ severity: z.enum(['info', 'warning', 'error']), message: z.string() })),
  /** Of a running import, 0 to 1. */
  importRatio: z.number().nullable(),
  /** The tightest first. */
  limits: z.array(limitLine),
  /** The latest first. */
  alerts: z.array(alertLine),
  /** Without those that were dismissed; `null`: not looked for yet. */
  insights: z.array(insightSchema).nullable(),
});
export type DashboardState = z.infer<typeof dashboardStateSchema>;

/** The audit trail as a page shows it: the latest entries, the newest first. */
const auditTrail = z.object({
  /** All there are. */
  total: z.number(),
  intact: z.boolean(),
  /** Number of the first entry that does not follow from the one before it. */
  brokenAt: z.number().nullable(),
  entries: z.array(
    z.object({
      seq: z.number(),
      atMs: z.number(),
      kind: z.string(),
      /** What it says, in the order of the names. */
      detail: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) })),
    }),
  ),
});
export type AuditTrail = z.infer<typeof auditTrail>;

export const places = ['editor', 'sidebar'] as const;
export type DashboardPlace = (typeof places)[number];

export const toPageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    place: z.enum(places),
    /** BCP 47. */
    locale: z.string(),
    strings: z.record(z.string(), z.string()),
    state: dashboardStateSchema,
  }),
  z.object({ type: z.literal('state'), state: dashboardStateSchema }),
  /** The answer to the question of the same number; `null`: it failed. */
  z.object({ type: z.literal('requests'), ask: z.number(), answer: requestsSchema.nullable() }),
  /** Likewise. */
  z.object({ type: z.literal('audit'), ask: z.number(), answer: auditTrail.nullable() }),
]);
export type ToPage = z.infer<typeof toPageSchema>;

/** What a button of the page may do beyond the page. */
export const pageActions = [
  'openDashboard',
  'refresh',
  'export',
  'showCosts',
  'showLog',
  'openWalkthrough',
  'openSettings',
  'openConfiguration',
  'openLedgerFolder',
  'exportAudit',
  'manageSubscriptions',
  'setBudget',
] as const;
export type PageAction = (typeof pageActions)[number];

/** What can be done about an insight beyond the page. */
export const insightActions = ['apply', 'dismissMonth', 'dismissForEver'] as const;
export type InsightAction = (typeof insightActions)[number];

export const fromPageSchema = z.discriminatedUnion('type', [
  /** The page stands, and this is what it showed when it was last seen. */
  z.object({ type: z.literal('ready'), selection: selectionSchema.nullable() }),
  z.object({ type: z.literal('select'), selection: selectionSchema }),
  z.object({ type: z.literal('requests'), ask: z.number(), page: pageSchema }),
  z.object({ type: z.literal('audit'), ask: z.number() }),
  z.object({ type: z.literal('copy'), text: z.string().max(5_000_000) }),
  z.object({ type: z.literal('insight'), id: z.string().max(4_000), action: z.enum(insightActions) }),
  z.object({ type: z.literal('run'), action: z.enum(pageActions) }),
]);
export type FromPage = z.infer<typeof fromPageSchema>;
