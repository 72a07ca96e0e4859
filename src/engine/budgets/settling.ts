/** After a report is durable: its reservations are settled, and its caller learns how the budgets stand that it counts in. */
import { subjectFields, type SubjectField } from '../../domain/budgets/budgetScope';
import type { ReportValue } from '../../protocol/api/api';
import type { BudgetStatus, Settlement } from '../../protocol/api/budgetAnswers';
import type { RatedEvent } from '../../protocol/event';
import type { View } from '../support/view';
import type { OpenBudgets } from './budgets';

/** A long list of reports is answered about the budgets of so many of its subjects. */
const mostAnswered = 20;
/** Of so many the budgets are looked at: a plan's or a run's count begins only when it is asked for. */
const mostSubjects = 1_000;

/** What budgets make of what is reported and durable. */
export interface ReportSettling {
  /** By place; `undefined`: the report names no reservation. */
  settle(reservations: readonly (string | undefined)[]): (Settlement | undefined)[];
  told(events: readonly RatedEvent[]): Pick<ReportValue, 'budgets' | 'terminate'>;
}

type Values = Partial<Record<SubjectField, string>>;

export function settlingOf({ enforcement }: OpenBudgets, view: View): ReportSettling {
  return {
    settle(reservations) {
      const settled = reservations.map((id): Settlement | undefined =>
        id === undefined ? undefined : enforcement.settle(id),
      );
      if (settled.includes('settled')) enforcement.waiting.drain();
      return settled;
    },
    told(events) {
      const subjects = [...new Map(events.map((event) => [keyOf(event), valuesOf(event)])).values()].slice(
        -mostSubjects,
      );
      const statuses = new Map<string, BudgetStatus>();
      for (const [place, values] of subjects.entries()) {
        if (values.run !== undefined) enforcement.runs.touch(values.run, enforcement.now());
        const ofThese = enforcement.statusesOf(view, values);
        if (place < subjects.length - mostAnswered) continue;
        for (const status of ofThese) {
          if (status.period !== 'request') statuses.set(JSON.stringify([status.id, status.scopeId]), status);
        }
      }
      const runs = subjects.flatMap((values) =>
        values.run === undefined ? [] : [{ run: values.run, spender: values }],
      );
      const terminate = enforcement.alerting.terminations(enforcement.policyOf(view), runs, view.sessionStartMs);
      enforcement.alerting.look();
      return { budgets: [...statuses.values()], terminate };
    },
  };
}

function valuesOf(event: RatedEvent): Values {
  const known = { ...event.attribution, provider: event.provider, model: event.model };
  const values: Values = {};
  for (const field of subjectFields) {
    const value = known[field];
    if (value !== null) values[field] = value;
  }
  return values;
}

function keyOf(event: RatedEvent): string {
  return JSON.stringify(Object.values(valuesOf(event)));
}
