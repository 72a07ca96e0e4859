/** What goes to the ledger in one record: events, and how far the logs are read that they come from. */
import type { FileCursor, RatedEvent } from '../../protocol/event';

export interface RatedBatch {
  events: RatedEvent[];
  cursors: FileCursor[];
}

/** Of a log reader; `refused`: events that could not even be rated. */
export interface LogBatch extends RatedBatch {
  refused: number;
}
