/** Turns stored events back into what rating asks for, and new ratings into changes. Rounding is the rater's. */
import type { RatedEvent, Rating } from '../protocol/event';
import { callStatuses } from '../protocol/vocabulary';
import type { AttributionSet, AttributionTable } from './tables/attributionSet';
import { partsOf, traitsOf, type EventRow } from './tables/storedEvent';
import type { RateChange } from './journal/record';

export type Rater = (event: RatedEvent) => Rating;

interface StoredRow {
  id: number;
  row: EventRow;
}

/** Events of one model whose cost differs. Nano-dollars; an unpriced event counts 0. */
export interface RateComparison {
  provider: string;
  model: string;
  events: number;
  oldNanos: number;
  newNanos: number;
}

/**
 * What changes mean by model. A mere new version of the prices is no difference, and a price that is not known any more
 * does not take away the cost that was known.
 */
export function comparisons(
  rows: readonly StoredRow[],
  changes: readonly RateChange[],
): { compared: RateComparison[]; differing: RateChange[] } {
  const before = new Map(rows.map(({ id, row }) => [id, row]));
  const byModel = new Map<string, RateComparison>();
  const differing = changes.filter((change) => {
    const row = before.get(change.id);
    if (row === undefined || change.costNanos === null) return false;
    const samePricing = row.attribution.pricing === change.attribution.pricing;
    if (row.costNanos === change.costNanos && samePricing) return false;
    const provider = row.attribution.text('provider');
    const model = row.attribution.text('model');
    const key = `${provider}\u0000${model}`;
    const known = byModel.get(key) ?? { provider, model, events: 0, oldNanos: 0, newNanos: 0 };
    known.events += 1;
    known.oldNanos += row.costNanos ?? 0;
    known.newNanos += change.costNanos;
    byModel.set(key, known);
    return true;
  });
  return { compared: [...byModel.values()], differing };
}

/** Only ratings that differ from those in force. */
export function rateChanges(rows: readonly StoredRow[], rate: Rater, table: AttributionTable): RateChange[] {
  return rows.flatMap(({ id, row }): RateChange[] => {
    const rating = rate(ratedEventOf(row));
    const attribution = table.withRating(row.attribution, rating);
    if (attribution === row.attribution && rating.costNanos === row.costNanos) return [];
    // A price that is not known here, as in an older editor beside a newer one, takes no cost away.
    if (rating.costNanos === null && row.costNanos !== null) return [];
    return [{ id, costNanos: rating.costNanos, attribution }];
  });
}

function ratedEventOf(row: EventRow): RatedEvent {
  const { attribution: known } = row;
  const source = known.get('source') ?? 'api';
  return {
    key: {
      namespace: source,
      call: `${row.base}:${row.check}`,
      request: row.request === 0 ? null : String(row.request),
    },
    copy: traitsOf(row.traits),
    atMs: row.atMs,
    source,
    provider: known.text('provider'),
    model: known.text('model'),
    tokens: {
      input: row.input,
      output: row.output,
      cacheRead: row.cacheRead,
      cacheWrite5m: row.cacheWrite5m,
      cacheWrite1h: row.cacheWrite1h,
      reasoning: row.reasoning,
    },
    parts: partsOf(row.parts),
    webSearches: row.webSearches,
    reportedCostNanos: null,
    modifiers: known.modifiers,
    durationMs: row.durationMs,
    status: callStatuses.find((status) => status === known.get('status')) ?? 'ok',
    attribution: attributionOf(known),
    rating: known.rating(row.costNanos),
  };
}

function attributionOf(known: AttributionSet): RatedEvent['attribution'] {
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
