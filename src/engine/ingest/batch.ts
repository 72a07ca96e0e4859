/** What goes to the ledger in one record: events and quotas, and how far the logs are read that they come from. */
import type { FileCursor, RatedEvent } from '../../protocol/event';
import type { ObservedQuota } from '../../protocol/quota';

export interface RatedBatch {
  events: RatedEvent[];
  quotas?: readonly ObservedQuota[];
  cursors: FileCursor[];
}

/** Of a log reader; `refused`: events that could not even be rated, and quotas of no window. */
export interface LogBatch extends RatedBatch {
  refused: number;
}
