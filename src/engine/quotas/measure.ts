/** What one event, or a sum of events, counts for a quota's meter. Tokens are all that were sent and received. */
import type { QuotaMeter } from '../../protocol/configuration';

export interface Measured {
  project: string | null;
  events: number;
  tokens: number;
  output: number;
  costNanos: number;
}

/** Of distinct projects: how many events each has. Calls without a project are of none. */
export type Tally = Map<string, number>;

const everything = '';

/** Adds to a tally: by project where those are counted, else to the one sum. */
export function add(tally: Tally, meter: QuotaMeter, measured: Measured, sign: 1 | -1): void {
  if (meter === 'projects' && measured.project === null) return;
  const key = meter === 'projects' ? (measured.project ?? '') : everything;
  const sum = (tally.get(key) ?? 0) + sign * amountOf(meter, measured);
  if (sum === 0) tally.delete(key);
  else tally.set(key, sum);
}

export function merge(into: Tally, tally: Tally): void {
  for (const [key, amount] of tally) into.set(key, (into.get(key) ?? 0) + amount);
}

/** How much is used. */
export function usedOf(tally: Tally, meter: QuotaMeter): number {
  return meter === 'projects' ? tally.size : (tally.get(everything) ?? 0);
}

function amountOf(meter: QuotaMeter, { events, tokens, output, costNanos }: Measured): number {
  switch (meter) {
    case 'requests':
    case 'projects':
      return events;
    case 'tokens':
      return tokens;
    case 'tokens_per_second':
      return output;
    case 'cost':
      return costNanos;
    case 'storage':
    case 'concurrent':
    case 'vram_gb':
      throw new Error(`${meter} is reported, not counted`);
  }
}
