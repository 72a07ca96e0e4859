/**
 * Limits on what is so at a moment (agents at work at the same time, calls a minute): being at one of them is no spending,
 * and over before anybody has read of it. They hold; but no alert tells of them, and no meter lights up.
 */
import { parseQuotaWindow, roughLengthMs } from '../time/quotaWindow';
import { hourMs } from '../../shared/time';

const shortestToldMs = hourMs;
const measures: ReadonlySet<string> = new Set(['concurrent', 'concurrent_agents', 'vram_gb', 'tokens_per_second']);

/** `measure`: of a budget, or a quota's meter; `null`: not known. `window`: as configured or observed. */
export function isMomentary(measure: string | null, window: string): boolean {
  if (measure !== null && measures.has(measure)) return true;
  const parsed = parseQuotaWindow(window);
  const lengthMs = parsed === null ? null : roughLengthMs(parsed);
  return lengthMs !== null && lengthMs < shortestToldMs;
}
