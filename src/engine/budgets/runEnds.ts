/** Ends runs that have used up a budget that ends them. Each is told once, by whichever lead. */
import { isUsedUp, type BudgetState } from '../../domain/budgets/budgetState';
import { amountsText, budgetName } from '../../domain/budgets/reasonText';
import { subject, type Subject, type SubjectField } from '../../domain/usage/usageSums';
import type { Termination } from '../../protocol/api/budgetAnswers';
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import { Emitter } from '../support/emitter';
import { bugIn, type Log } from '../support/log';
import type { BudgetStates } from './budgetStates';
import type { Policy } from './policies';
import type { Runs } from './runs';
import { figureOf } from './toApi';

/** A run, and whom it spends for. */
export interface RunSpender {
  run: string;
  spender: Readonly<Partial<Record<SubjectField, string | null>>>;
}

export interface RunEndsOptions {
  states: BudgetStates;
  runs: Runs;
  tell: (event: BudgetEvent) => void;
  now: () => number;
  log: Log;
}

interface Ending {
  state: BudgetState;
  of: Subject;
}

export class RunEnds {
  private readonly ending: Emitter<Ending>;

  readonly onWillEnd: Emitter<Ending>['event'];

  constructor(private readonly options: RunEndsOptions) {
    this.ending = new Emitter(bugIn('the end of a run', options.log));
    this.onWillEnd = this.ending.event;
  }

  /** Those of these runs that are to stop. */
  of({ ending }: Policy, runs: Iterable<RunSpender>, sessionStartMs: number): Termination[] {
    const nowMs = this.options.now();
    const terminations: Termination[] = [];
    for (const { run, spender } of ending.length === 0 ? [] : runs) {
      const of = subject({ ...spender, run });
      const states = this.options.states.of({ measured: ending }, of, sessionStartMs, nowMs);
      for (const state of states.filter(isUsedUp)) {
        const message = `The ${budgetName(state)} is used up: ${amountsText(state)}. Run ${run} is to stop.`;
        terminations.push({ run, budget: state.budget.id, message });
        if (!this.options.runs.wasTerminated(run)) this.end(run, state, of, message, nowMs);
      }
    }
    return terminations;
  }

  private end(run: string, state: BudgetState, of: Subject, message: string, nowMs: number): void {
    const { budget, used, limit } = state;
    // Its plan keeps that it ran out; once it has ended, nobody looks at its budgets any more.
    this.ending.fire({ state, of });
    const detail = {
      run,
      budget: budget.id,
      measure: budget.measure,
      used: figureOf(used, budget.measure),
      limit: figureOf(limit, budget.measure),
      agent: of.get('agent'),
    };
    this.options.runs.terminate(run, { atMs: nowMs, kind: 'run_terminated', detail });
    this.options.tell({ kind: 'terminated', run, budget: budget.id, message });
  }
}
