/** `agentMeter.v1.report`: from a report to usage events, and from the ledger's outcomes to the answer. */
import { nanosFromUsd } from '../../domain/money';
import { canonicalProvider } from '../../domain/prices/provider';
import {
  reportSchema,
  reportsSchema,
  type ApiIssue,
  type Report,
  type ReportedEvent,
  type ReportValue,
} from '../../protocol/api/api';
import type { RatedEvent, UsageEvent } from '../../protocol/event';
import { usageEvent } from '../../sources/usageEvent';
import { usdFromNanos } from '../../shared/money';
import type { EventOutcome } from '../../ledger/ledger';
import { parseArgument } from '../support/argument';
import { invalid } from '../support/failure';
import type { ReportSettling } from './settling';

export interface ReportRating {
  rateAll(events: readonly UsageEvent[]): Promise<RatedEvent[]>;
  /** `null`: its model has no price of its own. */
  tierOf(event: RatedEvent): string | null;
}

/** A clock may be a little ahead; a day ahead is a mistake that would hide spend in the future. */
const farthestAheadMs = 86_400_000;

export async function report(
  argument: unknown,
  nowMs: number,
  rating: ReportRating,
  append: (events: RatedEvent[]) => Promise<EventOutcome[]>,
  settling: ReportSettling,
  /** Of the window that asks, where its workspace names one: of reports that name none. */
  project: string | null = null,
): Promise<ReportValue> {
  const reports = Array.isArray(argument)
    ? parseArgument(reportsSchema, argument)
    : [parseArgument(reportSchema, argument)];
  const tooLate = reports.flatMap((one, index): ApiIssue[] =>
    instantOf(one, nowMs) > nowMs + farthestAheadMs
      ? [{ path: Array.isArray(argument) ? `[${index}].time` : 'time', message: 'more than a day in the future' }]
      : [],
  );
  if (tooLate.length > 0) throw invalid(...tooLate);
  const events = await rating.rateAll(reports.map((one) => toEvent(one, nowMs, project)));
  const outcomes = await append(events);
  const settled = settling.settle(reports.map(({ reservation }) => reservation));
  const answered = outcomes.map((outcome, index): ReportedEvent => {
    const event = events[index];
    const reservation = settled[index];
    return {
      id: reports[index]?.id ?? '',
      costUsd: outcome.rating.costNanos === null ? null : usdFromNanos(outcome.rating.costNanos),
      pricing: outcome.rating.pricing,
      tier: event === undefined ? null : rating.tierOf(event),
      ...(reservation !== undefined && { reservation }),
    };
  });
  const accepted = outcomes.filter(({ outcome }) => outcome === 'new').length;
  return { accepted, duplicates: outcomes.length - accepted, events: answered, ...settling.answer(events) };
}

function instantOf(one: Report, nowMs: number): number {
  return one.time === undefined ? nowMs : Date.parse(one.time);
}

function toEvent(one: Report, nowMs: number, project: string | null): UsageEvent {
  const { tokens } = one;
  return usageEvent({
    source: 'api',
    key: { namespace: 'api', call: one.id },
    atMs: instantOf(one, nowMs),
    provider: canonicalProvider(one.provider),
    model: one.model,
    tokens: {
      input: tokens.input,
      output: tokens.output,
      cacheRead: tokens.cacheRead ?? 0,
      cacheWrite5m: tokens.cacheWrite ?? 0,
      cacheWrite1h: tokens.cacheWrite1h ?? 0,
      reasoning: tokens.reasoning ?? 0,
    },
    reportedCostNanos: one.costUsd === undefined ? null : nanosFromUsd(one.costUsd),
    durationMs: one.durationMs === undefined ? null : Math.round(one.durationMs),
    status: one.status ?? 'ok',
    attribution: {
      project: one.project ?? project,
      agent: one.agent ?? null,
      agentType: one.agentType ?? null,
      task: one.task ?? null,
      taskType: one.taskType ?? null,
      run: one.run ?? null,
      plan: one.plan ?? null,
      session: one.session ?? null,
      user: one.user ?? null,
      team: one.team ?? null,
      tags: canonicalTags(one.tags),
    },
  });
}

function canonicalTags(tags: Report['tags']): string | null {
  if (tags === undefined) return null;
  if (Array.isArray(tags)) return JSON.stringify([...new Set(tags)].toSorted());
  return JSON.stringify(Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}
