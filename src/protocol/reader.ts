/** What the log reader's thread tells the engine. */
import type { FileCursor, UsageEvent } from './event';
import type { EventColumns } from './eventColumns';
import type { ObservedQuota } from './quota';
import type { SourceId } from './vocabulary';

/** Events, quotas and the positions behind them: stored together or not at all. */
export interface ReaderBatch {
  events: UsageEvent[];
  quotas: ObservedQuota[];
  cursors: FileCursor[];
}

/** The same, from thread to thread. */
export interface WireBatch {
  events: EventColumns;
  quotas: ObservedQuota[];
  cursors: FileCursor[];
}

export interface SourceProgress {
  source: SourceId;
  label: string;
  state: 'reading' | 'watching' | 'absent' | 'disabled' | 'paused' | 'failed';
  /** It sends its usage: there are no files to read. */
  isPushed?: true;
  /** Log files found. */
  files: number;
  /** Of the scan under way; `null` when none is. */
  scan: { filesDone: number; filesTotal: number; bytesDone: number; bytesTotal: number } | null;
  /** Directories or files that can't be read, in words for the user, without what is inside them and without the label. */
  problems: { id: string; message: string }[];
}
