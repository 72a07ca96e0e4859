/** Claude's usage fields → token buckets, web searches and price modifiers. */
import type { TokenCounts } from '../../protocol/event';
import type { Modifier } from '../../protocol/vocabulary';
import type { UsageRow } from './fields';

export interface ClaudeUsage {
  tokens: TokenCounts;
  webSearches: number;
  modifiers: readonly Modifier[];
}

/** What a price may depend on beside the model. */
export type Lane = Readonly<Record<'serviceTier' | 'speed' | 'geo', string | null>>;

/** A count that is none flaws the row, and is taken as 0. */
export function claudeUsage(usage: UsageRow, lane: Lane = laneOf(usage)): ClaudeUsage {
  const output = usage.count('output');
  const written = usage.count('cacheWrite');
  const write5m = usage.count('cacheWrite5m');
  const write1h = usage.count('cacheWrite1h');
  const tokens: TokenCounts = {
    input: usage.count('input'),
    output,
    cacheRead: usage.count('cacheRead'),
    cacheWrite5m: cacheWrite5m(written, write5m, write1h),
    cacheWrite1h: cacheWrite1h(written, write5m, write1h),
    reasoning: Math.min(usage.count('thinking'), output),
  };
  return { tokens, webSearches: usage.count('webSearches'), modifiers: modifiersOf(lane) };
}

export function laneOf(usage: UsageRow): Lane {
  return { serviceTier: usage.text('serviceTier'), speed: usage.text('speed'), geo: usage.text('geo') };
}

/** Of all that was written to the cache, what stays for an hour. */
function cacheWrite1h(written: number, write5m: number, write1h: number): number {
  return exceeds(written, write5m, write1h) ? Math.min(write1h, written) : write1h;
}

/** And the rest: where nothing is said of times, all of it. */
function cacheWrite5m(written: number, write5m: number, write1h: number): number {
  if (write5m + write1h === 0) return written;
  return exceeds(written, write5m, write1h) ? written - Math.min(write1h, written) : write5m;
}

/** Parts greater than their total are corrupt: the total stands, the dearer part is believed. */
function exceeds(written: number, write5m: number, write1h: number): boolean {
  return written > 0 && write5m + write1h > written;
}

export function isNothing({ tokens, webSearches }: ClaudeUsage): boolean {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = tokens;
  return input + output + cacheRead + cacheWrite5m + cacheWrite1h + webSearches === 0;
}

const none: readonly Modifier[] = [];

function modifiersOf({ serviceTier, speed, geo }: Lane): readonly Modifier[] {
  if (speed !== 'fast' && serviceTier !== 'priority' && serviceTier !== 'batch' && geo !== 'us') return none;
  const modifiers: Modifier[] = [];
  if (speed === 'fast') modifiers.push('fast');
  if (serviceTier === 'priority' || serviceTier === 'batch') modifiers.push(serviceTier);
  if (geo === 'us') modifiers.push('us-inference');
  return modifiers;
}
