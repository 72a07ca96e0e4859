/** Turns stored events back into what rating asks for, and new ratings into changes. Rounding is the rater's. */
import type { RatedEvent, Rating } from '../protocol/event';
import { callStatuses, sourceIds } from '../protocol/vocabulary';
import type { Circumstances, CircumstanceTable } from './circumstances';
import { traitsOf, type EventRow } from './eventCopy';
import type { RateChange } from './record';

/** Only ratings that differ from those in force. */
export function rateChanges(
  rows: readonly { id: number; row: EventRow }[],
  rate: (event: RatedEvent) => Rating,
  table: CircumstanceTable,
): RateChange[] {
  return rows.flatMap(({ id, row }): RateChange[] => {
    const rating = rate(ratedEventOf(row));
    const circumstances = table.withRating(row.circumstances, rating);
    if (circumstances === row.circumstances && rating.costNanos === row.costNanos) return [];
    return [{ id, costNanos: rating.costNanos, circumstances }];
  });
}

function ratedEventOf(row: EventRow): RatedEvent {
  const { circumstances: known } = row;
  const source = sourceIds.find((id) => id === known.get('source')) ?? 'api';
  return {
    key: { scope: source, call: `${row.base}:${row.check}`, request: row.request === 0 ? null : String(row.request) },
    copy: traitsOf(row.traits),
    atMs: row.atMs,
    source,
    provider: known.get('provider') ?? '',
    model: known.get('model') ?? '',
    tokens: {
      input: row.input,
      output: row.output,
      cacheRead: row.cacheRead,
      cacheWrite5m: row.cacheWrite5m,
      cacheWrite1h: row.cacheWrite1h,
      reasoning: row.reasoning,
    },
    webSearches: row.webSearches,
    reportedCostNanos: null,
    modifiers: known.modifiers,
    durationMs: row.durationMs,
    status: callStatuses.find((status) => status === known.get('status')) ?? 'ok',
    attribution: attributionOf(known),
    rating: known.rating(row.costNanos),
  };
}

function attributionOf(known: Circumstances): RatedEvent['attribution'] {
  return {
    project: known.get('project'),
    agent: known.get('agent'),
    agentType: known.get('agentType'),
    task: known.get('task'),
    taskType: known.get('taskType'),
    run: known.get('run'),
    plan: known.get('plan'),
    session: known.get('session'),
    user: known.get('user'),
    team: known.get('team'),
    tags: known.get('tags'),
  };
}
