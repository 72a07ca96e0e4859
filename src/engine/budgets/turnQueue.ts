/**
 * Who waits for a limit, and whose turn it is. A turn comes when the limit that refused would grant, to whoever came
 * first; a ticket's answer is kept until it is asked for, and whoever waits in a call is answered then.
 */
import { WaitingList, type Ticket } from '../../domain/budgets/queue';
import { runLeaseMs } from '../../domain/budgets/runs';
import { keepLatest } from '../../domain/usage/keepLatest';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { Decision, QueueValue } from '../../protocol/api/budgetAnswers';
import { messageOf, type Log } from '../support/log';
import { NotWritten, type ReservationFile } from './reservationFile';
import { rfc3339 } from './toApi';

/** Without being asked for. */
export const ticketLastsMs = 3_600_000;
/** Who asks again within it learns that it was cancelled; who comes later asks anew. */
const cancelLastsMs = 60_000;
const mostTurns = 1_000;

/** The limits that it still has to wait for; or its turn, which counts when `written` resolves. */
export type Attempt = { waitsFor: readonly string[] } | { turn: Decision; written: Promise<void> | null };

export interface TurnQueueOptions {
  file: Pick<ReservationFile, 'tickets' | 'wait' | 'leave'>;
  /** Judges a ticket again. */
  attempt: (ticket: Ticket) => Attempt;
  tell: (event: BudgetEvent) => void;
  now: () => number;
  log: Log;
}

export class TurnQueue {
  private readonly list = new WaitingList();
  /** Answers that nobody has come for yet, and how long they hold. */
  private readonly turns = new Map<string, { decision: Decision; untilMs: number }>();
  private readonly waiters = new Map<string, Set<(decision: Decision) => void>>();
  private readonly seenMs = new Map<string, number>();
  private isDraining = false;

  /** Goes on with who waited for earlier leads. */
  constructor(private readonly options: TurnQueueOptions) {
    for (const ticket of options.file.tickets()) {
      this.list.add(ticket);
      this.seenMs.set(ticket.window, options.now());
    }
  }

  dispose(): void {
    this.waiters.clear();
  }

  get isEmpty(): boolean {
    return this.list.size === 0;
  }

  /** In the order in which they came. */
  tickets(): Ticket[] {
    return this.list.all();
  }

  /** From 1 on. */
  position(id: string): number {
    return this.list.position(id);
  }

  /** Who came first for one of these limits, before this one. */
  before(limits: readonly string[], id: string): Ticket | null {
    return this.list.before(limits, id);
  }

  /** Its answer, when its turn came before it was asked for. */
  takeTurn(id: string): Decision | null {
    const turn = this.turns.get(id);
    this.turns.delete(id);
    // What was reserved for it holds nothing any more: it has to be judged again.
    return turn === undefined || this.options.now() >= turn.untilMs ? null : turn.decision;
  }

  /** Throws where it can't be written: then it does not wait. */
  wait(ticket: Ticket): Ticket {
    this.options.file.wait(this.list.kept(ticket));
    this.seenMs.set(ticket.window, ticket.queuedMs);
    return this.list.add(ticket);
  }

  /** It was answered, and waits no more; where `written` rejects it has its place again. */
  answered(id: string, written: Promise<void> | null): void {
    if (written === null) this.leave(id);
    else this.take(id, written, () => this.options.file.leave(id));
  }

  /** It waits no more; whoever waits for it in a call, or asks for it soon, learns that. */
  cancel(id: string, lastsMs = cancelLastsMs): boolean {
    const ticket = this.list.get(id);
    if (ticket === null) return false;
    this.leave(id);
    this.give(ticket, refusal('cancelled', 'It was taken out of the queue.'), this.options.now() + lastsMs);
    return true;
  }

  /** The turn of a ticket when it comes in time; `null`: it goes on waiting. */
  turnOf(id: string, waitMs: number): Promise<Decision | null> {
    return new Promise((resolve) => {
      const waiters = this.waiters.get(id) ?? new Set();
      this.waiters.set(id, waiters);
      const give = (decision: Decision | null): void => {
        clearTimeout(timer);
        waiters.delete(give);
        if (waiters.size === 0) this.waiters.delete(id);
        resolve(decision);
      };
      const timer = setTimeout(() => give(null), waitMs);
      waiters.add(give);
    });
  }

  /** Something was freed: whoever comes first is asked again. */
  drain(): void {
    // A grant may free something for the next.
    if (this.isDraining) return;
    this.isDraining = true;
    try {
      for (const ticket of this.list.all()) {
        if (this.list.before(ticket.limits, ticket.id) === null) this.try(ticket);
      }
    } finally {
      this.isDraining = false;
    }
  }

  /** Time passes: who waited too long, or whose window has gone, waits no more. */
  tick(windows: ReadonlySet<string>, nowMs: number): void {
    for (const window of windows) this.seenMs.set(window, nowMs);
    for (const ticket of this.list.expire(nowMs)) {
      this.options.file.leave(ticket.id);
      const message = `It waited since ${rfc3339(ticket.queuedMs)}, and its turn did not come by ${rfc3339(nowMs)}.`;
      this.give(ticket, refusal('timed_out', message), Number.POSITIVE_INFINITY);
    }
    for (const ticket of this.list.all()) {
      // Nobody is there any more to take it.
      if (nowMs - (this.seenMs.get(ticket.window) ?? nowMs) >= runLeaseMs) this.leave(ticket.id);
    }
    const waiting = new Set(this.list.all().map(({ window }) => window));
    for (const window of this.seenMs.keys()) if (!waiting.has(window)) this.seenMs.delete(window);
    this.drain();
  }

  value(cancelled: boolean): QueueValue {
    return {
      cancelled,
      waiting: this.list.all().map(({ id, kind, limits, queuedMs, expiresMs }) => ({
        ticket: id,
        kind,
        position: this.list.position(id),
        queuedAt: rfc3339(queuedMs),
        expiresAt: rfc3339(expiresMs),
        for: [...limits],
      })),
    };
  }

  private try(ticket: Ticket): void {
    const attempt = this.attempted(ticket);
    if ('waitsFor' in attempt) {
      this.list.waitFor(ticket.id, attempt.waitsFor);
      return;
    }
    const { turn, written } = attempt;
    const give = (): void => {
      this.options.file.leave(ticket.id);
      this.give(ticket, turn, endOf(turn));
    };
    if (written !== null) this.take(ticket.id, written, give);
    else if (this.list.remove(ticket.id) !== null) give();
  }

  /** What the disk does not take is not granted, and is nobody's fault who gave something back. */
  private attempted(ticket: Ticket): Attempt {
    try {
      return this.options.attempt(ticket);
    } catch (error) {
      if (!NotWritten.is(error)) throw error;
      this.options.log('warn', `ticket ${ticket.id} goes on waiting: ${error.message}`);
      return { waitsFor: ticket.limits };
    }
  }

  /** Its turn has come where `written` resolves, and has not come where it rejects. */
  private take(id: string, written: Promise<void>, then: () => void): void {
    const ticket = this.list.take(id);
    if (ticket === null) return;
    written.then(
      () => {
        if (this.list.leaveTaken(ticket)) then();
      },
      (error: unknown) => {
        this.options.log('warn', `ticket ${id} goes on waiting: ${messageOf(error)}`);
        this.list.putBack(ticket);
      },
    );
  }

  private leave(id: string): void {
    if (this.list.remove(id) !== null) this.options.file.leave(id);
  }

  private give(ticket: Ticket, decision: Decision, untilMs: number): void {
    const waiters = this.waiters.get(ticket.id);
    if (waiters === undefined || waiters.size === 0) {
      this.turns.set(ticket.id, { decision, untilMs });
      keepLatest(this.turns, mostTurns);
    } else for (const waiter of [...waiters]) waiter(decision);
    const run = ticket.kind === 'run' ? ticket.id : null;
    this.options.tell({ kind: 'turn', ticket: ticket.id, run, decision: decision.decision });
  }
}

/** A turn holds as long as what was reserved for it. */
function endOf({ expiresAt }: Decision): number {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
}

function refusal(kind: 'timed_out' | 'cancelled', message: string): Decision {
  const nothing = { budget: null, scope: null, scopeId: null, period: null, measure: null, limit: null, used: null };
  const reason = { ...nothing, reserved: null, estimate: null, hard: true, resetsAt: null, retryAfterMs: null };
  return { decision: 'block', provider: null, model: null, reasons: [{ kind, effect: 'block', ...reason, message }] };
}
