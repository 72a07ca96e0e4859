/** What a window shows: pushed by the engine whenever it changes, always complete. */
import * as z from 'zod';
import { alertLevels, billingModes } from './configuration';
import { confidences } from './quota';
import { snapshotVersion } from './vocabulary';

const totals = z.object({
  costUsd: z.number(),
  tokens: z.object({
    input: z.number(),
    output: z.number(),
    cacheRead: z.number(),
    cacheWrite: z.number(),
    total: z.number(),
  }),
  events: z.number(),
  unpricedEvents: z.number(),
});

const spend = z.object({ total: totals, byProvider: z.array(z.object({ provider: z.string(), total: totals })) });

/** A model whose cost is missing or only estimated, this month. */
const doubtfulModel = z.object({
  provider: z.string(),
  model: z.string(),
  events: z.number(),
  tokens: z.number(),
});

const importProgress = z.object({
  filesDone: z.number(),
  filesTotal: z.number(),
  bytesDone: z.number(),
  bytesTotal: z.number(),
});

/** Something the user should know, told once per `id`. */
const problem = z.object({
  id: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  message: z.string(),
});

const sourceState = z.object({
  /** A newer version that leads may read agents that this one does not know: the label says what to call them. */
  id: z.string(),
  label: z.string(),
  /** `absent`: none of its directories exists. `paused`: the user cancelled the import. */
  state: z.enum(['reading', 'watching', 'absent', 'disabled', 'paused', 'failed']),
  files: z.number(),
  skippedLines: z.number(),
  lastEventMs: z.number().nullable(),
});

/** How a quota or a budget stands. Money in USD, `storage` in bytes. */
const limitState = z.object({
  id: z.string(),
  kind: z.enum(['quota', 'budget']),
  /** Nobody asked for it: it ships with us, and the meter's text is silent about it until it warns. */
  byDefault: z.boolean(),
  /** Of what is so at a moment, as agents at work: the meter's text and background are silent about it. */
  momentary: z.boolean(),
  /** What people call it: a subscription, a provider, a project. */
  label: z.string(),
  /** What is counted: a quota's meter or a budget's measure; `null`: the provider does not say. */
  measure: z.string().nullable(),
  /** `5h`, `day`, `cycle`. */
  period: z.string(),
  used: z.number().nullable(),
  limit: z.number().nullable(),
  /** Of the limit. */
  percent: z.number(),
  /** Used part ÷ elapsed part of the period; `null`: nothing elapses, or it is too early to tell. */
  pace: z.number().nullable(),
  /** `warning` and `exceeded` are for the budget to say; of a quota 80 % and 100 %. */
  level: z.enum(['ok', 'warning', 'exceeded']),
  resetsAtMs: z.number().nullable(),
  /** `counted`, or who observed it. */
  source: z.string(),
  asOfMs: z.number(),
  confidence: z.enum(confidences),
});

/** Told once over all windows: a window that wants to show one asks first (`agentMeter.v1.alert`, `tell`). */
const alertState = z.object({
  id: z.string(),
  kind: z.string(),
  level: z.enum(alertLevels),
  percent: z.number(),
  message: z.string(),
  budget: z.string().nullable(),
  scopeId: z.string().nullable(),
  /** RFC 3339. */
  firedAt: z.string(),
  told: z.boolean(),
  /** To be shown now: one of all at most. */
  due: z.boolean(),
});

/** A budget that is lifted by hand. */
const overrideState = z.object({
  id: z.string(),
  budget: z.string(),
  /** Of whom; `null`: of all that the budget is for. */
  scopeId: z.string().nullable(),
  measure: z.string(),
  /** Added to the limit, USD or a count; `null`: there is no limit. */
  amount: z.number().nullable(),
  untilMs: z.number(),
  reason: z.string(),
});

/** How money is shown, and only shown: all of it is in USD. */
export const currencySchema = z.object({
  /** ISO 4217. */
  code: z.string(),
  /** How much of it one dollar is. */
  perUsd: z.number(),
});

export const meterSnapshotSchema = z.object({
  version: z.literal(snapshotVersion),
  asOfMs: z.number(),
  timezone: z.string(),
  currency: currencySchema,
  /** The day that `today` is about: shown as today only before `endMs`. */
  day: z.object({ startMs: z.number(), endMs: z.number() }),
  today: spend,
  month: spend,
  /** Of today, the dearest first; `null`: calls that name no agent. */
  agents: z.array(z.object({ agent: z.string().nullable(), costUsd: z.number() })),
  /** How fast today's money goes; `null`: not known yet. */
  burn: z
    .object({
      lastHourUsd: z.number(),
      /** At the day's end, at its average rate so far; `null`: too little of it has passed. */
      projectedUsd: z.number().nullable(),
    })
    .nullable(),
  session: z.object({ startMs: z.number(), total: totals }),
  /** Quotas and budgets of which something is known, tightest first. */
  limits: z.array(limitState),
  /** Neither acknowledged nor snoozed, the worst first. */
  alerts: z.array(alertState),
  /** In force, the one that ends first before the others. */
  overrides: z.array(overrideState),
  /** Set while no cloud provider may be asked any more. */
  notice: z.string().nullable(),
  /** What is paid, as against the list prices above; and how each provider of this month is paid for. */
  billed: z.object({
    todayUsd: z.number(),
    monthUsd: z.number(),
    modes: z.array(z.object({ provider: z.string(), mode: z.enum(billingModes) })),
  }),
  unpriced: z.array(doubtfulModel),
  estimated: z.array(doubtfulModel),
  sources: z.array(sourceState),
  import: importProgress.nullable(),
  problems: z.array(problem),
  /** `false`: the ledger can't be opened, and the figures here are not zero but unknown. */
  ledgerOpen: z.boolean(),
  ledgerDirectory: z.string(),
  /** Events in the ledger, all time. */
  ledgerEvents: z.number(),
});

export type MeterSnapshot = z.infer<typeof meterSnapshotSchema>;
export type SnapshotTotals = z.infer<typeof totals>;
export type AlertState = z.infer<typeof alertState>;
export type OverrideState = z.infer<typeof overrideState>;
export type LimitState = z.infer<typeof limitState>;
export type ImportProgress = z.infer<typeof importProgress>;
export type Problem = z.infer<typeof problem>;
export type SourceState = z.infer<typeof sourceState>;
export type DoubtfulModel = z.infer<typeof doubtfulModel>;
