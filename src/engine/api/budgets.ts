/** The API's commands about budgets: what is asked for is checked here, decided in `budgets/`, and told here. */
import { nanosFromUsd } from '../../domain/money';
import { verify } from '../../domain/alerts/audit';
import type { Ledger } from '../../ledger/ledger';
import { sha256 } from '../../ledger/tables/stateTable';
import {
  alertSchema,
  auditSchema,
  authorizeSchema,
  endOverrideSchema,
  endRunSchema,
  overrideSchema,
  planStatusSchema,
  queueSchema,
  releaseSchema,
  startRunSchema,
} from '../../protocol/api/budgetApi';
import type { AuditValue, BudgetApiValues, RunTotals } from '../../protocol/api/budgetAnswers';
import type { BudgetCommand } from '../../protocol/api/commandNames';
import type { Overrides } from '../budgets/overrides';
import { rfc3339 } from '../budgets/toApi';
import type { View } from '../support/view';
import { parseArgument } from '../support/argument';
import { ApiFailure, invalid } from '../support/failure';
import { planStatus } from './planStatus';
import type { Controls } from './settling';
import { sum, toTotals } from '../../domain/totals';

export interface BudgetContext {
  view: View;
  nowMs: number;
  /** Made by whoever asked, the same when it is asked again. */
  callId: string;
  /** Of its window, where its workspace names one: of requests that name none. */
  project: string | null;
  budgets: Controls;
  ledger: Ledger;
}

const hourMs = 3_600_000;
const everything = { startMs: -8.64e15, endMs: 8.64e15, label: '' };

/** Prices must have been loaded. */
export async function budgetValue(
  command: BudgetCommand,
  argument: unknown,
  context: BudgetContext,
): Promise<BudgetApiValues[BudgetCommand]> {
  const { budgets } = context;
  const { gate, alerts } = budgets;
  switch (command) {
    case 'authorize': {
      const request = ofProject(parseArgument(authorizeSchema, argument), context.project);
      return gate.waited(gate.authorize(context.callId, request, context.view), request.waitMs);
    }
    case 'startRun': {
      const request = ofProject(parseArgument(startRunSchema, argument), context.project);
      const decision = await gate.waited(gate.startRun(request, context.view), request.waitMs);
      // The next lead must know of a run that was told that it may begin.
      await gate.begun(request.run);
      await budgets.flushed();
      return decision;
    }
    case 'release':
      return { released: gate.release(parseArgument(releaseSchema, argument).reservation) };
    case 'endRun': {
      const totals = endRun(argument, context);
      await budgets.flushed();
      return totals;
    }
    case 'planStatus':
      await budgets.flushed();
      return planStatus(parseArgument(planStatusSchema, argument).plan, context);
    case 'override':
      return override(argument, context);
    case 'alert': {
      const { id, action, until } = parseArgument(alertSchema, argument);
      const untilMs = until === undefined ? context.nowMs + hourMs : Date.parse(until);
      return { done: await alerts.act(id, action, untilMs) };
    }
    case 'queue': {
      const { cancel } = parseArgument(queueSchema, argument ?? {});
      return gate.waiting(cancel !== undefined && gate.cancel(cancel));
    }
    case 'audit':
      await budgets.flushed();
      return audit(argument, context.ledger);
  }
}

/** What is asked for is held where its report will be counted. */
function ofProject<T extends { project?: string | undefined }>(request: T, project: string | null): T {
  return request.project === undefined && project !== null ? { ...request, project } : request;
}

function endRun(argument: unknown, { budgets, ledger, nowMs }: BudgetContext): RunTotals {
  const { run: id } = parseArgument(endRunSchema, argument);
  const { gate } = budgets;
  const before = gate.endOf(id);
  const run = gate.endRun(id);
  const sums = sum(ledger.query({ buckets: [everything], dimensions: [], filter: { run: [id] } }));
  const rate = (count: number): number => (sums.events === 0 ? 0 : count / sums.events);
  return {
    run: id,
    ended: run === null ? (before ?? 'unknown') : 'ended',
    ...toTotals(sums),
    retryRate: rate(sums.retryEvents),
    errorRate: rate(sums.errorEvents),
    durationMs: run === null ? null : Math.max(0, nowMs - run.startedMs),
  };
}

async function override(
  argument: unknown,
  { budgets, view, nowMs, callId }: BudgetContext,
): Promise<BudgetApiValues['override']> {
  const { states, overrides } = budgets;
  if (endOverrideSchema.safeParse(argument).success) return endOverride(argument, overrides);
  const request = parseArgument(overrideSchema, argument);
  const { budgets: known } = states.policyOf(view).configuration;
  const budget = known.find(({ id }) => id === request.budget);
  if (budget === undefined) {
    const ids = known.map(({ id }) => id).join(', ');
    throw new ApiFailure('unknown_id', `There is no budget ${request.budget}; there are: ${ids || 'none'}.`);
  }
  const untilMs = request.until === undefined ? null : Date.parse(request.until);
  if (untilMs !== null && untilMs <= nowMs) throw invalid({ path: 'until', message: 'is in the past' });
  const { amount } = request;
  const inUnits = amount === undefined ? null : budget.measure === 'cost' ? nanosFromUsd(amount) : Math.round(amount);
  const { id, untilMs: endMs } = await overrides.set({
    id: callId,
    budget: budget.id,
    value: request.scopeId ?? null,
    amount: inUnits,
    reason: request.reason,
    untilMs,
    period: budget.period,
    measure: budget.measure,
  });
  return { id, until: rfc3339(endMs) };
}

async function endOverride(argument: unknown, overrides: Overrides): Promise<BudgetApiValues['override']> {
  const { end } = parseArgument(endOverrideSchema, argument);
  const ended = await overrides.end(end);
  if (ended === null) throw new ApiFailure('unknown_id', `No override ${end} is in force.`);
  return { id: ended.id, until: rfc3339(ended.untilMs) };
}

function audit(argument: unknown, { keeping }: Ledger): AuditValue {
  const { after = 0, limit = 1_000 } = parseArgument(auditSchema, argument ?? {});
  const verdict = verify(keeping.audit(), sha256);
  const entries: AuditValue['entries'] = [];
  for (const { seq, atMs, kind, detail, hash } of keeping.audit(after)) {
    if (entries.length === limit) break;
    entries.push({ seq, at: rfc3339(atMs), kind, detail: JSON.parse(detail) as Record<string, unknown>, hash });
  }
  return { intact: verdict.intact, brokenAt: verdict.intact ? null : verdict.brokenAt, entries };
}
