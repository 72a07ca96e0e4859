/**
 * Sums of one provider by small steps of time and by project, to begin a running count with. Events with details are exact;
 * compacted ones stand at the begin of their slot. Instants are epoch ms UTC.
 */
import type { Database } from 'sql.js';
import type { Interval } from '../../protocol/query';
import type { AttributionTable } from '../tables/attributionSet';
import type { RollupName } from '../tables/rollupTable';
import { slotMs } from '../tables/schema';
import { asNumber, asNumberOrNull } from '../tables/sqlValues';
import type { EnsureEvents } from './usageQuery';

export interface GrainSums {
  /** Begin of the step. */
  startMs: number;
  project: string | null;
  events: number;
  tokens: number;
  output: number;
  costNanos: number;
}

const tokens = 'input + output + cache_read + cache_write_5m + cache_write_1h';

export function grainSums(
  db: Database,
  attributions: AttributionTable,
  ensureEvents: EnsureEvents,
  asked: { interval: Interval; grainMs: number; provider: string },
): GrainSums[] {
  const { interval, grainMs, provider } = asked;
  const { startMs, endMs } = interval;
  const id = attributions.wordId(provider);
  if (id === undefined) return [];
  const read = (
    from: string,
    step: string,
    events: string,
    within: string,
    range: readonly [number, number],
  ): GrainSums[] =>
    (
      db.exec(
        `SELECT ${step} AS step, a.project, ${events}, sum(${tokens}), sum(output), sum(x.cost_nanos)
         FROM ${from} x JOIN attribution a ON a.id = x.attribution
         WHERE ${within} >= ?1 AND ${within} < ?2 AND a.provider = ?3 GROUP BY step, a.project`,
        [...range, id, grainMs],
      )[0]?.values ?? []
    ).map((row) => {
      const word = asNumberOrNull(row[1]);
      return {
        startMs: asNumber(row[0]) * grainMs,
        project: word === null ? null : attributions.word(word),
        events: asNumber(row[2]),
        tokens: asNumber(row[3]),
        output: asNumber(row[4]),
        costNanos: asNumber(row[5]),
      };
    });
  const slots = [Math.ceil(startMs / slotMs), Math.ceil(endMs / slotMs)] as const;
  const ofSlots = (table: RollupName): GrainSums[] =>
    read(table, `x.slot * ${slotMs} / ?4`, 'sum(x.events)', 'x.slot', slots);
  // Steps of whole slots are summed already: a week of events takes a second to add up.
  if (grainMs % slotMs === 0 && startMs % slotMs === 0) return [...ofSlots('rollup'), ...ofSlots('settled_rollup')];
  ensureEvents(startMs, endMs);
  const detailed = read('event', 'x.at_ms / ?4', 'count(*)', 'x.at_ms', [startMs, endMs]);
  return [...detailed, ...ofSlots('settled_rollup')];
}
