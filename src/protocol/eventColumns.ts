/**
 * Usage events on their way from the log reader's thread to the engine's: an event's own numbers in the columns of one array,
 * whose memory changes hands; what neighbouring events have in common once. So reading makes no objects, and nothing is
 * serialised but ids.
 */
import { shareAttribution, type EventKey, type UsageEvent } from './event';

/** What a run of events has in common. */
export type CommonPart = Pick<
  UsageEvent,
  'copy' | 'source' | 'provider' | 'model' | 'modifiers' | 'durationMs' | 'status' | 'attribution' | 'parts'
> & { namespace: string; within: string | null };

/** An event's place in `common`, then what is its own. `reportedCostNanos` is not a number where nothing was reported. */
export const columns = {
  common: 0,
  atMs: 1,
  input: 2,
  output: 3,
  cacheRead: 4,
  cacheWrite5m: 5,
  cacheWrite1h: 6,
  reasoning: 7,
  webSearches: 8,
  reportedCostNanos: 9,
} as const;
export const columnCount = 10;

/** Event for event. */
export interface EventColumns {
  common: CommonPart[];
  calls: string[];
  requests: (string | null)[];
  /** `columnCount` for each event. */
  numbers: Float64Array<ArrayBuffer>;
}

export function commonPart(event: UsageEvent): CommonPart {
  const { copy, source, provider, model, modifiers, durationMs, status, attribution, parts, key } = event;
  return {
    copy,
    source,
    provider,
    model,
    modifiers,
    durationMs,
    status,
    attribution,
    parts,
    namespace: key.namespace,
    within: key.within ?? null,
  };
}

export function isPartOf(common: CommonPart, event: UsageEvent): boolean {
  return (
    shareAttribution(common, event) &&
    common.durationMs === event.durationMs &&
    common.parts === event.parts &&
    common.namespace === event.key.namespace &&
    common.within === (event.key.within ?? null) &&
    common.copy.sidechain === event.copy.sidechain &&
    common.copy.forked === event.copy.forked &&
    common.copy.nested === event.copy.nested
  );
}

/** One after the other. */
export function joined(parts: readonly EventColumns[]): EventColumns {
  const events = parts.reduce((sum, { calls }) => sum + calls.length, 0);
  const all: EventColumns = { common: [], calls: [], requests: [], numbers: new Float64Array(events * columnCount) };
  for (const { common, calls, requests, numbers } of parts) {
    const begin = all.calls.length * columnCount;
    const before = all.common.length;
    all.numbers.set(numbers, begin);
    for (let at = begin; at < begin + numbers.length; at += columnCount) {
      all.numbers[at + columns.common] = (all.numbers[at + columns.common] ?? 0) + before;
    }
    for (const one of common) all.common.push(one);
    for (const call of calls) all.calls.push(call);
    for (const request of requests) all.requests.push(request);
  }
  return all;
}

/** As objects, of which neighbours share what they have in common. */
export function eventsOf(events: EventColumns): UsageEvent[] {
  return events.calls.map((_, index) => eventAt(events, index));
}

/** Throws where the columns say nothing of it. */
export function eventAt({ common, calls, requests, numbers }: EventColumns, index: number): UsageEvent {
  const at = index * columnCount;
  const number = (column: number): number => numbers[at + column] ?? 0;
  const shared = common[number(columns.common)];
  if (shared === undefined) throw new Error('an event has nothing in common with any');
  const reported = number(columns.reportedCostNanos);
  return {
    key: keyOf(shared, calls[index] ?? '', requests[index] ?? null),
    copy: shared.copy,
    atMs: number(columns.atMs),
    source: shared.source,
    provider: shared.provider,
    model: shared.model,
    tokens: {
      input: number(columns.input),
      output: number(columns.output),
      cacheRead: number(columns.cacheRead),
      cacheWrite5m: number(columns.cacheWrite5m),
      cacheWrite1h: number(columns.cacheWrite1h),
      reasoning: number(columns.reasoning),
    },
    parts: shared.parts,
    webSearches: number(columns.webSearches),
    reportedCostNanos: Number.isNaN(reported) ? null : reported,
    modifiers: shared.modifiers,
    durationMs: shared.durationMs,
    status: shared.status,
    attribution: shared.attribution,
  };
}

function keyOf({ namespace, within }: CommonPart, call: string, request: string | null): EventKey {
  return within === null ? { namespace, call, request } : { namespace, call, request, within };
}
