/** The API's commands about budgets: what is asked for is checked here, decided in `budgets/`, and told here. */
import { nanosFromUsd } from '../../domain/money';
import { verify } from '../../domain/alerts/audit';
import type { Ledger } from '../../ledger/ledger';
import { sha256 } from '../../ledger/tables/keptTable';
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
import type { AuditValue, BudgetApiValues, Decision, RunTotals } from '../../protocol/api/budgetAnswers';
import type { BudgetCommand } from '../../protocol/api/commandNames';
import type { OpenBudgets } from '../budgets/budgets';
import { rfc3339 } from '../budgets/words';
import type { View } from '../support/view';
import { parseArgument } from '../support/argument';
import { ApiFailure, invalid } from '../support/failure';
import { planStatus } from './planStatus';
import { sum, toTotals } from '../../domain/totals';

export interface BudgetContext {
  view: View;
  nowMs: number;
  /** Made by whoever asked, the same when it is asked again. */
  callId: string;
  /** Of its window, where its workspace names one: of requests that name none. */
  project: string | null;
  budgets: OpenBudgets;
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
  const { grants, enforcement } = context.budgets;
  switch (command) {
    case 'authorize': {
      const request = ofProject(parseArgument(authorizeSchema, argument), context.project);
      const decision = grants.authorize(context.callId, request, context.view);
      return waited(decision, request.waitMs, context);
    }
    case 'startRun': {
      const request = ofProject(parseArgument(startRunSchema, argument), context.project);
      const decision = await waited(grants.startRun(request, context.view), request.waitMs, context);
      // The next lead must know of a run that was told that it may begin.
      await enforcement.begun(request.run);
      await enforcement.flushed();
      return decision;
    }
    case 'release':
      return { released: grants.release(parseArgument(releaseSchema, argument).reservation) };
    case 'endRun': {
      const totals = endRun(argument, context);
      await enforcement.flushed();
      return totals;
    }
    case 'planStatus':
      await enforcement.flushed();
      return planStatus(parseArgument(planStatusSchema, argument).plan, context);
    case 'override':
      return override(argument, context);
    case 'alert': {
      const { id, action, until } = parseArgument(alertSchema, argument);
      const untilMs = until === undefined ? context.nowMs + hourMs : Date.parse(until);
      return { done: await enforcement.alerting.act(id, action, untilMs) };
    }
    case 'queue': {
      const { cancel } = parseArgument(queueSchema, argument ?? {});
      const cancelled = cancel !== undefined && enforcement.waiting.cancel(cancel);
      if (cancelled) enforcement.waiting.drain();
      return enforcement.waiting.value(cancelled);
    }
    case 'audit':
      await enforcement.flushed();
      return audit(argument, context.ledger);
  }
}

/** What is asked for is held where its report will be counted. */
function ofProject<T extends { project?: string | undefined }>(request: T, project: string | null): T {
  return request.project === undefined && project !== null ? { ...request, project } : request;
}

/** A call that is to wait is answered when its turn comes, or with its place in the queue. */
async function waited(decision: Decision, waitMs: number | undefined, { budgets }: BudgetContext): Promise<Decision> {
  const { queue } = decision;
  if (queue === undefined || waitMs === undefined || waitMs === 0) return decision;
  const turn = await budgets.enforcement.waiting.turnOf(queue.ticket, waitMs);
  if (turn !== null) return turn;
  return { ...decision, queue: { ...queue, position: budgets.enforcement.waiting.list.position(queue.ticket) } };
}

function endRun(argument: unknown, { budgets, ledger, nowMs }: BudgetContext): RunTotals {
  const { run: id } = parseArgument(endRunSchema, argument);
  const { enforcement, grants } = budgets;
  const before = enforcement.runs.endOf(id);
  const run = grants.endRun(id);
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
  { budgets, view, nowMs }: BudgetContext,
): Promise<BudgetApiValues['override']> {
  const { enforcement } = budgets;
  if (endOverrideSchema.safeParse(argument).success) return endOverride(argument, enforcement);
  const request = parseArgument(overrideSchema, argument);
  const { budgets: known } = enforcement.policyOf(view).configuration;
  const budget = known.find(({ id }) => id === request.budget);
  if (budget === undefined) {
    const ids = known.map(({ id }) => id).join(', ');
    throw new ApiFailure('unknown_id', `There is no budget ${request.budget}; there are: ${ids || 'none'}.`);
  }
  const untilMs = request.until === undefined ? null : Date.parse(request.until);
  if (untilMs !== null && untilMs <= nowMs) throw invalid({ path: 'until', message: 'is in the past' });
  const { amount } = request;
  const inUnits = amount === undefined ? null : budget.measure === 'cost' ? nanosFromUsd(amount) : Math.round(amount);
  const { id, untilMs: endMs } = await enforcement.overriding.set({
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

async function endOverride(
  argument: unknown,
  enforcement: OpenBudgets['enforcement'],
): Promise<BudgetApiValues['override']> {
  const { end } = parseArgument(endOverrideSchema, argument);
  const ended = await enforcement.overriding.end(end);
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
