/** When a list is asked for next: once a day, not all at once, less often while it fails. A clock that was set back is no reason to wait. */
import type { FeedHead } from './keptPrices';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** After the first failure; doubles up to a day. */
const firstRetryMs = hourMs / 4;

export function isDue({ askedMs, nextMs }: FeedHead, nowMs: number): boolean {
  return nextMs === null || askedMs === null || nowMs >= nextMs || nowMs < askedMs;
}

/** `chance`: from 0 to 1. Windows that were opened at one time are not to ask at one time. */
export function nextAsk(failures: number, nowMs: number, chance: number): number {
  if (failures === 0) return nowMs + dayMs + chance * hourMs;
  return nowMs + Math.min(firstRetryMs * 2 ** (failures - 1), dayMs) * (1 + chance / 4);
}
