/**
 * Who asks for a call or a run comes through here: it is granted, refused, or lets wait, and given back. A call carries an id
 * that its window made, so that one asked again after a takeover finds what was granted to it instead of a second grant. From
 * the judgement to the grant nothing waits, so that no two callers can be granted the same money, in however many windows
 * they are. What is granted and who waits is on disk before it counts.
 */
import { effectOf, heldBy, quotaReasonOf, reasonOf, type Reason } from '../../domain/budgets/authorize';
import type { Ticket } from '../../domain/budgets/queue';
import { localOnlyNotice } from '../../domain/budgets/reasonText';
import type { Reservation, Settlement } from '../../domain/budgets/reservation';
import type { Run, RunEnd } from '../../domain/budgets/runs';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { Decision, QueueValue, Termination } from '../../protocol/api/budgetAnswers';
import type { Log } from '../support/log';
import type { View } from '../support/view';
import type { BudgetStates } from './budgetStates';
import { callOf, subjectOfCall, type AuthorizeArgument, type Call, type StartRunArgument } from './call';
import { Decider, type Outcome } from './decider';
import type { DurableWriter } from './durableWriter';
import { isLocal, type Estimates } from './estimates';
import type { Policy } from './policies';
import { Refusals } from './refusals';
import type { ReservationFile } from './reservationFile';
import type { Reservations } from './reservations';
import { RunEnds, type RunSpender } from './runEnds';
import type { Runs } from './runs';
import { rfc3339 } from './toApi';
import { grantedBefore, toDecision } from './toDecision';
import { ticketLastsMs, TurnQueue, type Attempt } from './turnQueue';

const reservationLastsMs = 600_000;

/** What a ticket asks for, again and again. */
type Asked =
  | { kind: 'call'; id: string; request: AuthorizeArgument; view: View }
  | { kind: 'run'; request: StartRunArgument; view: View };

/** What came of it: the answer, and when it counts; or what it has to wait for. */
type Tried = { turn: Decision; written: Promise<void> | null } | { waitsFor: string[]; decision: Decision };

export interface GateOptions {
  states: BudgetStates;
  estimates: Estimates;
  /** Of the same file. */
  reservations: Reservations;
  file: ReservationFile;
  runs: Runs;
  writer: Pick<DurableWriter, 'soon'>;
  tell: (event: BudgetEvent) => void;
  now: () => number;
  log: Log;
}

export class Gate {
  private readonly decider: Decider;
  private readonly queue: TurnQueue;
  private readonly refusals: Refusals;
  private readonly runEnds: RunEnds;

  /** A run is about to be ended, because this budget of it is used up. */
  readonly onWillEnd: RunEnds['onWillEnd'];

  constructor(private readonly options: GateOptions) {
    const { states, estimates, runs, reservations } = options;
    const hasCalled = (run: string): boolean => reservations.hasOfRun(run) || runs.get(run)?.called === true;
    this.decider = new Decider(states, estimates, { hasCalled });
    this.queue = new TurnQueue({ ...options, attempt: (ticket) => this.attempt(ticket) });
    this.refusals = new Refusals(options.writer);
    this.runEnds = new RunEnds(options);
    this.onWillEnd = this.runEnds.onWillEnd;
  }

  dispose(): void {
    this.queue.dispose();
    this.options.file.dispose();
  }

  authorize(id: string, request: AuthorizeArgument, view: View): Decision {
    this.expire();
    const given = this.options.reservations.get(id);
    if (given !== null) return grantedBefore(given, request);
    const ticketId = request.ticket ?? id;
    const turn = this.queue.takeTurn(ticketId);
    if (turn !== null) return turn;
    const asked: Asked = { kind: 'call', id, request, view };
    return this.answer(ticketId, asked, this.tryCall(asked, ticketId));
  }

  startRun(request: StartRunArgument, view: View): Decision {
    const { runs } = this.options;
    this.expire();
    const turn = this.queue.takeTurn(request.run);
    const active = runs.get(request.run);
    // A run that began when its turn came may have ended since.
    if (turn !== null && (turn.decision === 'block' || active !== null)) return turn;
    if (active !== null) {
      runs.resume(active, view.window);
      return { decision: 'allow', provider: request.provider ?? null, model: request.model ?? null, reasons: [] };
    }
    const asked: Asked = { kind: 'run', request, view };
    return this.answer(request.run, asked, this.tryRun(asked, request.run));
  }

  /** Resolves when this run is durable; rejects when it can't be. */
  begun(run: string): Promise<void> {
    return this.options.runs.begun(run);
  }

  /** `null`: nobody began it. */
  endRun(id: string): Run | null {
    this.queue.cancel(id, 0);
    const run = this.options.runs.end(id);
    this.queue.drain();
    return run;
  }

  /** How a run that is over ended. */
  endOf(run: string): RunEnd | null {
    return this.options.runs.endOf(run);
  }

  release(id: string): boolean {
    return this.settle([id])[0] === 'settled';
  }

  /** After their reports are durable, by place; `undefined`: the report names no reservation. */
  settle(ids: readonly (string | undefined)[]): (Settlement | undefined)[] {
    const settlements = ids.map((id) => (id === undefined ? undefined : this.options.reservations.settle(id)));
    if (settlements.includes('settled')) this.queue.drain();
    return settlements;
  }

  /** A call was reported for a run. */
  reported(run: string): void {
    this.options.runs.touch(run, this.options.now());
  }

  /** A call that is to wait is answered when its turn comes, or with its place in the queue. */
  async waited(decision: Decision, waitMs: number | undefined): Promise<Decision> {
    const { queue } = decision;
    if (queue === undefined || waitMs === undefined || waitMs === 0) return decision;
    const turn = await this.queue.turnOf(queue.ticket, waitMs);
    return turn ?? { ...decision, queue: { ...queue, position: this.queue.position(queue.ticket) } };
  }

  /** Takes a ticket out of the queue; `false`: it does not wait. */
  cancel(ticket: string): boolean {
    const cancelled = this.queue.cancel(ticket);
    if (cancelled) this.queue.drain();
    return cancelled;
  }

  waiting(cancelled: boolean): QueueValue {
    return this.queue.value(cancelled);
  }

  /** A limit was raised or its period is over: whoever comes first is asked again. */
  limitsChanged(): void {
    this.queue.drain();
  }

  /** Set while no cloud provider may be asked: the money for all of them, or for each of them, is used up. */
  notice(view: View | null): string | null {
    const { states, now } = this.options;
    const untilMs = this.decider.localOnlyUntil(states.policyOf(view), now());
    return untilMs === null ? null : localOnlyNotice(untilMs, states.zone);
  }

  /** Time passes: what expires, expires; who waits may have their turn. `windows`: those that are there. */
  tick(windows: ReadonlySet<string>): void {
    const nowMs = this.options.now();
    this.options.file.again();
    this.expire();
    this.options.runs.expire(windows, nowMs);
    this.queue.tick(windows, nowMs);
  }

  /** Runs of these that have used up a budget that ends them. */
  terminations(policy: Policy, runs: Iterable<RunSpender>, sessionStartMs: number): Termination[] {
    return this.runEnds.of(policy, runs, sessionStartMs);
  }

  /** Looked at before each decision, too: what has expired holds nothing any more. */
  private expire(): void {
    this.options.reservations.expire(this.options.now());
  }

  private answer(ticketId: string, asked: Asked, tried: Tried): Decision {
    if ('waitsFor' in tried) return this.enqueue(ticketId, asked, tried);
    this.queue.answered(ticketId, tried.written);
    return tried.turn;
  }

  private attempt(ticket: Ticket): Attempt {
    const asked = ticket.argument as Asked;
    return asked.kind === 'call' ? this.tryCall(asked, ticket.id) : this.tryRun(asked, ticket.id);
  }

  private tryCall({ id, request, view }: Extract<Asked, { kind: 'call' }>, ticketId: string): Tried {
    const { states, reservations, runs } = this.options;
    const nowMs = this.options.now();
    const policy = states.policyOf(view);
    const call = callOf(request, request.provider, request.model, view);
    const outcome = this.decider.decide(policy, call, nowMs);
    if (refusesOutcome(outcome) || isLocal(outcome.provider, policy.configuration)) {
      outcome.notice ??= this.notice(view);
    }
    if (refusesOutcome(outcome) || this.overtakes(policy, call, outcome, ticketId)) {
      return this.refused(policy, call, outcome, nowMs);
    }
    const expiresMs = nowMs + (request.expiresInMs ?? reservationLastsMs);
    reservations.hold(reservationOf(id, call, outcome, expiresMs, nowMs));
    if (request.run !== undefined) runs.touch(request.run, nowMs);
    const turn = { ...toDecision(outcome, states.zone, nowMs), reservation: id, expiresAt: rfc3339(expiresMs) };
    return { turn, written: null };
  }

  private tryRun({ request, view }: Extract<Asked, { kind: 'run' }>, ticketId: string): Tried {
    const nowMs = this.options.now();
    const policy = this.options.states.policyOf(view);
    const call = callOf(request, request.provider ?? '', request.model ?? '', view);
    const outcome = this.decider.decideRun(policy, call, request.model !== undefined, nowMs);
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
    const written = this.options.runs.begin(started);
    this.options.states.allMoved();
    const decision = toDecision(outcome, this.options.states.zone, nowMs);
    // A run may begin, wait, or not begin; what warns stands in the reasons.
    return { turn: decision.decision === 'warn' ? { ...decision, decision: 'allow' } : decision, written };
  }

  /** Whether somebody waits for what this one would take now. */
  private overtakes(policy: Policy, call: Call, outcome: Outcome, ticketId: string): boolean {
    if (this.queue.isEmpty) return false;
    const { states } = this.options;
    const of = subjectOfCall(call, outcome.provider, outcome.model);
    const nowMs = this.options.now();
    const { whenQuotaExhausted } = policy.configuration;
    const queues: Reason[] = [
      ...states
        .of(policy, of, call.sessionStartMs, nowMs)
        .filter(({ budget }) => budget.hard && budget.action === 'queue')
        .map((state) => reasonOf(state, 'waiting', 'queue', null, nowMs)),
      ...states
        .quotasOf(policy, outcome.provider, nowMs)
        .filter((quota) => effectOf(quota, whenQuotaExhausted) === 'queue')
        .map((quota) => quotaReasonOf(quota, 'waiting', 'queue', null, nowMs)),
    ];
    const before = this.queue.before(queues.map(limitKey), ticketId);
    const waitsFor = queues.filter((reason) => before?.limits.includes(limitKey(reason)) ?? false);
    if (waitsFor.length === 0) return false;
    outcome.reasons.push(...waitsFor);
    outcome.effect = 'queue';
    return true;
  }

  private refused(policy: Policy, call: Call, outcome: Outcome, nowMs: number): Tried {
    const decision = toDecision(outcome, this.options.states.zone, nowMs);
    if (outcome.effect === 'queue') {
      const waitsFor = outcome.reasons.filter(({ effect }) => effect === 'queue').map(limitKey);
      return { waitsFor, decision };
    }
    this.refusals.note(call, outcome, nowMs);
    const { attribution, sessionStartMs } = call;
    if (outcome.terminate !== null && attribution.run !== undefined) {
      this.terminations(policy, [{ run: attribution.run, spender: attribution }], sessionStartMs);
    }
    return { turn: decision, written: null };
  }

  private enqueue(
    ticketId: string,
    asked: Asked,
    { waitsFor, decision }: { waitsFor: string[]; decision: Decision },
  ): Decision {
    const nowMs = this.options.now();
    const ticket = this.queue.wait({
      id: ticketId,
      kind: asked.kind,
      limits: waitsFor,
      argument: asked,
      window: asked.view.window,
      queuedMs: nowMs,
      expiresMs: nowMs + ticketLastsMs,
    });
    const place = { ticket: ticketId, position: this.queue.position(ticketId), expiresAt: rfc3339(ticket.expiresMs) };
    return { ...decision, queue: place };
  }
}

/** Of what is granted, to be held. */
function reservationOf(id: string, call: Call, outcome: Outcome, expiresMs: number, nowMs: number): Reservation {
  const { provider, model, estimate } = outcome;
  return {
    id,
    atMs: nowMs,
    expiresMs,
    provider,
    model,
    subject: { ...call.attribution, provider, model },
    sessionStartMs: call.sessionStartMs,
    sums: heldBy(estimate),
  };
}

/** What waits for a limit waits for one value of it. */
function limitKey({ limitId, value }: Reason): string {
  return JSON.stringify([limitId, value ?? '']);
}

function refusesOutcome({ effect }: Outcome): boolean {
  return effect === 'queue' || effect === 'block';
}
