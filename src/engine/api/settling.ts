/** After a report is durable: its reservations are settled, and its caller learns the state of the budgets it counts in. */
import { subject, subjectFields, type SubjectValues } from '../../domain/usage/usageSums';
import type { ReportValue } from '../../protocol/api/api';
import type { BudgetStatus, Settlement } from '../../protocol/api/budgetAnswers';
import type { RatedEvent } from '../../protocol/event';
import type { AlertWatch } from '../alerts/alertWatch';
import type { BudgetStates } from '../budgets/budgetStates';
import type { Gate } from '../budgets/gate';
import type { Overrides } from '../budgets/overrides';
import type { View } from '../support/view';

/** A long list of reports is answered about the budgets of so many of its subjects. */
const mostAnswered = 20;
/** Of so many the budgets are looked at: a plan's or a run's count begins only when it is asked for. */
const mostSubjects = 1_000;

/** What the API asks of budgets. */
export interface Controls {
  states: BudgetStates;
  gate: Gate;
  alerts: AlertWatch;
  overrides: Overrides;
  /** Resolves when all so far is durable, or is known to be impossible for now. */
  flushed(): Promise<void>;
}

/** What budgets make of what is reported and durable. */
export interface ReportSettling {
  /** By place; `undefined`: the report names no reservation. */
  settle(reservations: readonly (string | undefined)[]): (Settlement | undefined)[];
  answer(events: readonly RatedEvent[]): Pick<ReportValue, 'budgets' | 'terminate'>;
}

export function settlingOf(
  { states, gate, alerts }: Pick<Controls, 'states' | 'gate' | 'alerts'>,
  view: View,
): ReportSettling {
  return {
    settle: (reservations) => gate.settle(reservations),
    answer(events) {
      const policy = states.policyOf(view);
      const subjects = [...new Map(events.map((event) => [keyOf(event), valuesOf(event)])).values()].slice(
        -mostSubjects,
      );
      const statuses = new Map<string, BudgetStatus>();
      for (const values of subjects) {
        if (values.run !== undefined) gate.reported(values.run);
        states.begin(policy, subject(values), view.sessionStartMs);
      }
      for (const values of subjects.slice(-mostAnswered)) {
        for (const status of states.statusesOf(view, values)) {
          if (status.period !== 'request') statuses.set(JSON.stringify([status.id, status.scopeId]), status);
        }
      }
      const runs = subjects.flatMap((values) =>
        values.run === undefined ? [] : [{ run: values.run, spender: values }],
      );
      const terminate = gate.terminations(policy, runs, view.sessionStartMs);
      alerts.look();
      return { budgets: [...statuses.values()], terminate };
    },
  };
}

function valuesOf(event: RatedEvent): SubjectValues {
  const known = { ...event.attribution, provider: event.provider, model: event.model };
  const values: SubjectValues = {};
  for (const field of subjectFields) {
    const value = known[field];
    if (value !== null) values[field] = value;
  }
  return values;
}

function keyOf(event: RatedEvent): string {
  return JSON.stringify(Object.values(valuesOf(event)));
}
