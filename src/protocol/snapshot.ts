/** What a window shows: pushed by the engine whenever it changes, always complete. */
import * as z from 'zod';
import { sourceIds } from './vocabulary';

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
  id: z.enum(sourceIds),
  label: z.string(),
  /** `absent`: none of its directories exists. `paused`: the user cancelled the import. */
  state: z.enum(['reading', 'watching', 'absent', 'disabled', 'paused', 'failed']),
  files: z.number(),
  skippedLines: z.number(),
  lastEventMs: z.number().nullable(),
});

export const meterSnapshotSchema = z.object({
  version: z.literal(1),
  asOfMs: z.number(),
  timezone: z.string(),
  /** The day that `today` is about: shown as today only before `endMs`. */
  day: z.object({ startMs: z.number(), endMs: z.number() }),
  today: spend,
  month: spend,
  session: z.object({ startMs: z.number(), total: totals }),
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
export type ImportProgress = z.infer<typeof importProgress>;
export type Problem = z.infer<typeof problem>;
export type SourceState = z.infer<typeof sourceState>;
export type DoubtfulModel = z.infer<typeof doubtfulModel>;
