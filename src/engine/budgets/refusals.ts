/** What the audit trail has of refusals: each once, so that a caller in a loop does not fill it. */
import { refuses } from '../../domain/budgets/authorize';
import type { Call } from './call';
import type { Outcome } from './decider';
import type { DurableWriter } from './durableWriter';
import { figureOf } from './toApi';

const mostNoted = 10_000;

export class Refusals {
  private readonly noted = new Set<string>();

  constructor(private readonly writer: Pick<DurableWriter, 'soon'>) {}

  note({ attribution }: Call, { reasons }: Outcome, nowMs: number): void {
    const first = reasons.find(({ effect }) => refuses(effect));
    if (first === undefined) return;
    const { limitId, value, kind, measure, resetsMs } = first;
    const { run = null, plan = null, agent = null, project = null } = attribution;
    const key = JSON.stringify([limitId, value, kind, resetsMs, run, plan, agent]);
    if (this.noted.has(key)) return;
    if (this.noted.size > mostNoted) this.noted.clear();
    this.noted.add(key);
    const figure = (amount: number | null): number | null => (amount === null ? null : figureOf(amount, measure));
    const figures = { used: figure(first.used), limit: figure(first.limit), estimate: figure(first.estimate) };
    const detail = { budget: limitId, scopeId: value, why: kind, measure, ...figures, run, plan, agent, project };
    this.writer.soon([], [{ atMs: nowMs, kind: 'request_refused', detail }]);
  }
}
