/**
 * What of a quota our own events have used, by its meter. Tokens are all that were sent and received. Pure; epoch ms UTC,
 * amounts in the units of the meter (money in nano-dollars).
 */
import type { QuotaMeter } from '../../protocol/configuration';
import type { Counter, WindowSums } from '../usage/sumWindow';
import type { UsageSums } from '../usage/usageSums';

/** All of a provider's usage together. */
export const everything: Counter = { key: 'everything', fields: [], valueOf: () => '' };
/** Calls without a project are of none. */
export const byProject: Counter = { key: 'project', fields: ['project'], valueOf: (of) => of.get('project') };

export function usedOf(meter: QuotaMeter, window: WindowSums): number {
  if (meter !== 'projects') return amountOf(meter, window.of(everything, ''));
  return [...window.all(byProject).values()].filter(({ requests }) => requests > 0).length;
}

/**
 * Of a window that moves: when something of it is used no more; for a limit that is reached, when it is reached no more; `null`:
 * nothing is used. A step leaves the window one length after it began.
 */
export function freedAtMs(meter: QuotaMeter, window: WindowSums, lengthMs: number, limit: number): number | null {
  const counter = meter === 'projects' ? byProject : everything;
  const left = new Map([...window.all(counter)].map(([value, sums]) => [value, amountOf(meter, sums)]));
  const isReached = (): boolean => {
    const amounts = [...left.values()];
    return (meter === 'projects' ? amounts.filter((amount) => amount > 0).length : (amounts[0] ?? 0)) >= limit;
  };
  for (const [startMs, values] of window.steps(counter)) {
    const amounts = [...values].map(([value, sums]) => [value, amountOf(meter, sums)] as const);
    if (amounts.every(([, amount]) => amount === 0)) continue;
    for (const [value, amount] of isReached() ? amounts : []) left.set(value, (left.get(value) ?? 0) - amount);
    if (!isReached()) return startMs + lengthMs;
  }
  return null;
}

function amountOf(meter: QuotaMeter, { requests, tokens, output, costNanos }: Readonly<UsageSums>): number {
  switch (meter) {
    case 'requests':
    case 'projects':
      return requests;
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
