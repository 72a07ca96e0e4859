/**
 * Answers who asks for a call or a run: grants, refuses, or lets wait. A call carries an id that its window made, so that
 * one asked again after a takeover finds what was granted to it instead of a second grant.
 */
import { effectOf, freeAgainMs, quotaReasonOf, reasonOf, refuses, type Reason } from '../../domain/budgets/authorize';
import { canonicalProvider } from '../../domain/prices/provider';
import type { Reservation } from '../../domain/budgets/reservation';
import type { Ticket } from '../../domain/budgets/queue';
import type { Run } from '../../domain/budgets/runs';
import type { authorizeSchema, startRunSchema } from '../../protocol/api/budgetApi';
import type { Decision } from '../../protocol/api/budgetAnswers';
import type * as z from 'zod';
import type { View } from '../support/view';
import { attributionOf, subjectOfCall, type Call, type Outcome } from './asking';
import type { Enforcement } from './enforcement';
import { isLocal } from './estimates';
import { kept } from './keeper';
import type { Policy } from './policy';
import { figureOf, rfc3339, toEstimate, toReason, toSkipped } from './words';
import { ticketLastsMs } from './waiting';

export type AuthorizeArgument = z.output<typeof authorizeSchema>;
export type StartRunArgument = z.output<typeof startRunSchema>;

const reservationLastsMs = 600_000;

/** What a ticket asks for, again and again. */
type Asked =
  | { kind: 'call'; id: string; request: AuthorizeArgument; view: View }
  | { kind: 'run'; request: StartRunArgument; view: View };

export class Grants {
  /** Refusals that the audit trail has, so that a caller in a loop does not fill it. */
  private readonly noted = new Set<string>();

  constructor(private readonly enforcement: Enforcement) {
    enforcement.waiting.retry = (ticket) => this.retry(ticket);
  }

  authorize(id: string, request: AuthorizeArgument, view: View): Decision {
    const { books, waiting } = this.enforcement;
    this.expire();
    const given = books.reservations.get(id);
    if (given !== null) return grantedBefore(given, request);
    const ticketId = request.ticket ?? id;
    const turn = waiting.takeTurn(ticketId);
    if (turn !== null) return turn;
    const asked: Asked = { kind: 'call', id, request, view };
    const answer = this.tryCall(asked, ticketId);
    if (!('waitsFor' in answer)) {
      waiting.leave(ticketId);
      return answer.turn;
    }
    return this.enqueue(ticketId, asked, answer);
  }

  startRun(request: StartRunArgument, view: View): Decision {
    const { books, waiting } = this.enforcement;
    this.expire();
    const turn = waiting.takeTurn(request.run);
    const active = books.runs.get(request.run);
    // A run that began when its turn came may have ended since.
    if (turn !== null && (turn.decision === 'block' || active !== null)) return turn;
    if (active !== null) {
      const resumed: Run = { ...active, window: view.window, seenMs: this.enforcement.now() };
      books.runs.start(resumed);
      // The next lead must know whose it is now.
      if (resumed.window !== active.window) this.enforcement.keepSoon([kept('run', resumed.id, resumed)], []);
      return { decision: 'allow', provider: request.provider ?? null, model: request.model ?? null, reasons: [] };
    }
    const asked: Asked = { kind: 'run', request, view };
    const answer = this.tryRun(asked, request.run);
    if (!('waitsFor' in answer)) {
      waiting.leave(request.run);
      return answer.turn;
    }
    return this.enqueue(request.run, asked, answer);
  }

  /** `null`: nobody began it. */
  endRun(id: string): Run | null {
    const { books, waiting } = this.enforcement;
    waiting.cancel(id, 0);
    const run = books.runs.end(id, 'ended');
    if (run !== null) this.enforcement.keepSoon([{ family: 'run', id, value: null }], []);
    waiting.drain();
    return run;
  }

  release(id: string): boolean {
    const released = this.enforcement.settle(id) === 'settled';
    if (released) this.enforcement.waiting.drain();
    return released;
  }

  private expire(): void {
    this.enforcement.expireReservations();
  }

  private retry(ticket: Ticket): { turn: Decision } | { waitsFor: readonly string[] } {
    const asked = ticket.argument as Asked;
    return asked.kind === 'call' ? this.tryCall(asked, ticket.id) : this.tryRun(asked, ticket.id);
  }

  private tryCall(
    { id, request, view }: Extract<Asked, { kind: 'call' }>,
    ticketId: string,
  ): { turn: Decision } | { waitsFor: string[]; decision: Decision } {
    const nowMs = this.enforcement.now();
    const policy = this.enforcement.policyOf(view);
    const call = callOf(request, request.provider, request.model, view);
    const outcome = this.enforcement.asking.decide(policy, call, nowMs);
    if (refusesOutcome(outcome) || isLocal(outcome.provider, policy.configuration)) {
      outcome.notice ??= this.enforcement.notice(view);
    }
    if (refusesOutcome(outcome) || this.overtakes(policy, call, outcome, ticketId)) {
      return this.refused(policy, call, outcome, nowMs);
    }
    const expiresMs = nowMs + (request.expiresInMs ?? reservationLastsMs);
    this.enforcement.hold(this.enforcement.asking.reservation(id, call, outcome, expiresMs, nowMs));
    if (request.run !== undefined) this.enforcement.runs.touch(request.run, nowMs);
    return { turn: { ...this.decisionOf(outcome, nowMs), reservation: id, expiresAt: rfc3339(expiresMs) } };
  }

  private tryRun(
    { request, view }: Extract<Asked, { kind: 'run' }>,
    ticketId: string,
  ): { turn: Decision } | { waitsFor: string[]; decision: Decision } {
    const nowMs = this.enforcement.now();
    const policy = this.enforcement.policyOf(view);
    const call = callOf(request, request.provider ?? '', request.model ?? '', view);
    const outcome = this.enforcement.asking.decideRun(policy, call, request.model !== undefined, nowMs);
    if (refusesOutcome(outcome) || this.overtakes(policy, call, outcome, ticketId)) {
      return this.refused(policy, call, outcome, nowMs);
    }
    const { run, ...attribution } = call.attribution;
    const started: Run = {
      id: run ?? '',
      subject: { ...attribution, ...(request.provider !== undefined && { provider: call.provider }) },
      window: view.window,
      startedMs: nowMs,
      touchedMs: nowMs,
      seenMs: nowMs,
      called: false,
    };
    this.enforcement.begin(started);
    const decision = this.decisionOf(outcome, nowMs);
    // A run may begin, wait, or not begin; what warns stands in the reasons.
    return { turn: decision.decision === 'warn' ? { ...decision, decision: 'allow' } : decision };
  }

  /** Whether somebody waits for what this one would take now. */
  private overtakes(policy: Policy, call: Call, outcome: Outcome, ticketId: string): boolean {
    const { waiting, standings } = this.enforcement;
    if (waiting.list.size === 0) return false;
    const subject = subjectOfCall(call, outcome.provider, outcome.model);
    const nowMs = this.enforcement.now();
    const { whenQuotaExhausted } = policy.configuration;
    const queues: Reason[] = [
      ...standings
        .of(policy, subject, call.sessionStartMs, nowMs)
        .filter(({ budget }) => budget.hard && budget.action === 'queue')
        .map((standing) => reasonOf(standing, 'waiting', 'queue', null, nowMs)),
      ...standings
        .quotasOf(policy, outcome.provider, nowMs)
        .filter((quota) => effectOf(quota, whenQuotaExhausted) === 'queue')
        .map((quota) => quotaReasonOf(quota, 'waiting', 'queue', null, nowMs)),
    ];
    const before = waiting.list.before(queues.map(limitKey), ticketId);
    const waitsFor = queues.filter((reason) => before?.limits.includes(limitKey(reason)) ?? false);
    if (waitsFor.length === 0) return false;
    outcome.reasons.push(...waitsFor);
    outcome.effect = 'queue';
    return true;
  }

  private refused(
    policy: Policy,
    call: Call,
    outcome: Outcome,
    nowMs: number,
  ): { turn: Decision } | { waitsFor: string[]; decision: Decision } {
    const decision = this.decisionOf(outcome, nowMs);
    if (outcome.effect === 'queue') {
      const waitsFor = outcome.reasons.filter(({ effect }) => effect === 'queue').map(limitKey);
      return { waitsFor, decision };
    }
    this.noteRefusal(policy, call, outcome, nowMs);
    return { turn: decision };
  }

  private enqueue(
    ticketId: string,
    asked: Asked,
    { waitsFor, decision }: { waitsFor: string[]; decision: Decision },
  ): Decision {
    const { waiting } = this.enforcement;
    const nowMs = this.enforcement.now();
    const ticket = waiting.wait({
      id: ticketId,
      kind: asked.kind,
      limits: waitsFor,
      argument: asked,
      window: asked.view.window,
      queuedMs: nowMs,
      expiresMs: nowMs + ticketLastsMs,
    });
    const place = { ticket: ticketId, position: waiting.list.position(ticketId), expiresAt: rfc3339(ticket.expiresMs) };
    return { ...decision, queue: place };
  }

  private noteRefusal(policy: Policy, call: Call, { reasons, terminate }: Outcome, nowMs: number): void {
    const first = reasons.find(({ effect }) => refuses(effect));
    if (first === undefined) return;
    const { limitId, value, kind, measure, resetsMs } = first;
    const { attribution, sessionStartMs } = call;
    const { run = null, plan = null, agent = null, project = null } = attribution;
    const key = JSON.stringify([limitId, value, kind, resetsMs, run, plan, agent]);
    if (!this.noted.has(key)) {
      if (this.noted.size > 10_000) this.noted.clear();
      this.noted.add(key);
      const figure = (amount: number | null): number | null => (amount === null ? null : figureOf(amount, measure));
      const figures = { used: figure(first.used), limit: figure(first.limit), estimate: figure(first.estimate) };
      const detail = { budget: limitId, scopeId: value, why: kind, measure, ...figures, run, plan, agent, project };
      this.enforcement.keepSoon([], [{ atMs: nowMs, kind: 'request_refused', detail }]);
    }
    if (terminate !== null && run !== null) {
      this.enforcement.alerting.terminations(policy, [{ run, spender: attribution }], sessionStartMs);
    }
  }

  private decisionOf(outcome: Outcome, nowMs: number): Decision {
    const { effect, provider, model, estimate, reasons, skipped, terminate, notice } = outcome;
    const zone = this.enforcement.zone();
    const againMs = effect === 'queue' || effect === 'block' ? freeAgainMs(reasons) : null;
    return {
      decision: effect,
      provider: provider || null,
      model: model || null,
      ...(model !== '' && { estimate: toEstimate(estimate) }),
      reasons: reasons.map((reason) => toReason(reason, zone)),
      ...(skipped.length > 0 && { skipped: skipped.map((one) => toSkipped(one, zone)) }),
      ...(againMs !== null && { retryAfterMs: Math.max(0, againMs - nowMs) }),
      ...(terminate !== null && { terminate: true }),
      ...(notice !== null && { notice }),
    };
  }
}

/** It may have been granted to another model than the one that was asked for. */
function grantedBefore({ id, provider, model, expiresMs }: Reservation, asked: AuthorizeArgument): Decision {
  const same = provider === canonicalProvider(asked.provider) && model === asked.model;
  const granted = { provider, model, reservation: id, expiresAt: rfc3339(expiresMs), reasons: [] };
  return { decision: same ? 'allow' : 'fallback', ...granted };
}

/** What waits for a limit waits for one value of it. */
function limitKey({ limitId, value }: Reason): string {
  return JSON.stringify([limitId, value ?? '']);
}

function refusesOutcome({ effect }: Outcome): boolean {
  return effect === 'queue' || effect === 'block';
}

function callOf(request: AuthorizeArgument | StartRunArgument, provider: string, model: string, view: View): Call {
  return {
    provider: provider === '' ? '' : canonicalProvider(provider),
    model,
    given: 'estimate' in request ? request.estimate : undefined,
    required: request.capabilities ?? [],
    allowFallback: request.allowFallback,
    attribution: attributionOf(request),
    sessionStartMs: view.sessionStartMs,
  };
}
