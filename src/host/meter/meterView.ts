/** What there is to show: the engine's state and the latest complete snapshot. Types and two pure questions. */
import type { MeterSnapshot } from '../../protocol/snapshot';

/** `restarting`: it crashed and will be back. `failed`: it will not start before a setting changes. */
export type EngineState =
  | { kind: 'starting' }
  | { kind: 'ready' }
  | { kind: 'restarting'; reason: string }
  | { kind: 'failed'; reason: string };

export interface MeterView {
  engine: EngineState;
  snapshot: MeterSnapshot | null;
  /** The snapshot comes from this window's engine, not from what an earlier window remembered. */
  live: boolean;
}

/** Figures of yesterday are never shown as today's, nor the empty ones of a ledger that can't be opened. */
export function hasToday(view: MeterView, nowMs: number): view is MeterView & { snapshot: MeterSnapshot } {
  return view.snapshot !== null && view.snapshot.ledgerOpen && nowMs < view.snapshot.day.endMs;
}

/** Of the running import, by bytes; below 1 while it runs. `null`: none runs. */
export function importRatio(snapshot: MeterSnapshot): number | null {
  const { import: progress } = snapshot;
  if (progress === null) return null;
  const [done, total] =
    progress.bytesTotal > 0
      ? [progress.bytesDone, progress.bytesTotal]
      : [progress.filesDone, Math.max(1, progress.filesTotal)];
  return Math.min(0.99, Math.max(0, Math.floor((done / total) * 100) / 100));
}
