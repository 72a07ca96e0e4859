/** What is added up of events, and how one event adds to it. Integers, exact up to 2^53. */
import type { AttributionSet } from '../tables/attributionSet';
import type { StoredEvent } from '../tables/storedEvent';

/** What is summed, in the order of a roll-up's columns. */
export const sumColumns = [
  'events',
  'cost_nanos',
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'reasoning',
  'web_searches',
  'duration_ms',
] as const;

/** In the order of `sumColumns`. */
export type Sums = [
  events: number,
  costNanos: number,
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  reasoning: number,
  webSearches: number,
  durationMs: number,
];

/** A row of a roll-up: what the events of one slot and one attribution come to. */
export interface SumRow {
  readonly slot: number;
  readonly attribution: AttributionSet;
  readonly sums: Readonly<Sums>;
}

export function noSums(): Sums {
  return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
}

/** `sign` 1 counts the event, -1 takes it out again. */
export function addEvent(sums: Sums, event: StoredEvent, sign: 1 | -1): void {
  sums[0] += sign;
  sums[1] += sign * (event.costNanos ?? 0);
  sums[2] += sign * event.input;
  sums[3] += sign * event.output;
  sums[4] += sign * event.cacheRead;
  sums[5] += sign * event.cacheWrite5m;
  sums[6] += sign * event.cacheWrite1h;
  sums[7] += sign * event.reasoning;
  sums[8] += sign * event.webSearches;
  sums[9] += sign * (event.durationMs ?? 0);
}
