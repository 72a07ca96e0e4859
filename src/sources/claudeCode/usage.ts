/** Claude's usage fields → token buckets, web searches and price modifiers. */
import type { TokenCounts } from '../../protocol/event';
import type { Modifier } from '../../protocol/vocabulary';
import type { UsageFields } from './transcriptLine';

export interface ClaudeUsage {
  tokens: TokenCounts;
  webSearches: number;
  modifiers: readonly Modifier[];
  /** Some field was no count: it is taken as 0. */
  flawed: boolean;
}

export const greatestCount = 1_000_000_000_000;

export function claudeUsage(fields: UsageFields): ClaudeUsage {
  let flawed = false;
  const output = count(fields.output_tokens);
  const written = count(fields.cache_creation_input_tokens);
  const write5m = count(fields.ephemeral_5m_input_tokens);
  const write1h = count(fields.ephemeral_1h_input_tokens);
  const tokens: TokenCounts = {
    input: count(fields.input_tokens),
    output,
    cacheRead: count(fields.cache_read_input_tokens),
    cacheWrite5m: cacheWrite5m(written, write5m, write1h),
    cacheWrite1h: cacheWrite1h(written, write5m, write1h),
    reasoning: Math.min(count(fields.thinking_tokens), output),
  };
  const webSearches = count(fields.web_search_requests);
  return { tokens, webSearches, modifiers: modifiersOf(fields), flawed };

  function count(value: unknown): number {
    if (value === undefined) return 0;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= greatestCount) return value;
    flawed = true;
    return 0;
  }
}

/** Of all that was written to the cache, what stays for an hour. */
export function cacheWrite1h(written: number, write5m: number, write1h: number): number {
  return exceeds(written, write5m, write1h) ? Math.min(write1h, written) : write1h;
}

/** And the rest: where nothing is said of times, all of it. */
export function cacheWrite5m(written: number, write5m: number, write1h: number): number {
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

function modifiersOf({ speed, service_tier, inference_geo }: UsageFields): readonly Modifier[] {
  if (speed !== 'fast' && service_tier !== 'priority' && service_tier !== 'batch' && inference_geo !== 'us')
    return none;
  const modifiers: Modifier[] = [];
  if (speed === 'fast') modifiers.push('fast');
  if (service_tier === 'priority' || service_tier === 'batch') modifiers.push(service_tier);
  if (inference_geo === 'us') modifiers.push('us-inference');
  return modifiers;
}
