/**
 * What is news, and what is past: a first import, a log that was copied in and a new price change counts without anything
 * happening, and nobody is to hear of that. Pure; epoch ms UTC.
 */
import type { AlertLevel } from '../../protocol/configuration';

/** A call is written when it has been answered, and read a little later: until then it has just happened. */
export const freshMs = 15 * 60_000;

/** `missed`: it happened while nobody looked. `past`: whoever looked would have seen it long ago. */
export type Arrival = 'live' | 'missed' | 'past';

/** Of a call that is found now. `watchedUntilMs`: until when its source has been read; `null`: never. */
export function arrivalOf(atMs: number, watchedUntilMs: number | null, nowMs: number): Arrival {
  if (atMs >= nowMs - freshMs) return 'live';
  return watchedUntilMs !== null && atMs >= watchedUntilMs - freshMs ? 'missed' : 'past';
}

/**
 * What was so already by the calls from before this instant is no news. That a limit is used up is told also to who was away
 * when it happened; everything else only as it happens. `knownUntilMs`: all from before it counts as known.
 */
export function newsFromMs(level: AlertLevel, knownUntilMs: number, nowMs: number): number {
  return level === 'exceeded' ? knownUntilMs : Math.max(knownUntilMs, nowMs - freshMs);
}
