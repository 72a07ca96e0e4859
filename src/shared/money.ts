/**
 * Money and counts in the engine's English sentences. Money is counted in nano-dollars (1e-9 USD); it is rounded here for display
 * only. What is shown in the user's language and currency is of format.ts.
 */

export const nanosPerUsd = 1_000_000_000;

/** The double nearest to the exact amount. */
export function usdFromNanos(nanos: number): number {
  return nanos / nanosPerUsd;
}

/** To the cent, or as fine as it takes to be more than nothing: `$4.12`, `$0.0042`, `$1,200.00`. */
export function moneyText(nanos: number): string {
  const sign = nanos < 0 ? '-' : '';
  const usd = usdFromNanos(Math.abs(nanos));
  if (usd > 0 && usd < 0.01) return `${sign}${exactMoneyText(Number(usd.toPrecision(2)))}`;
  const [whole = '', cents = ''] = usd.toFixed(2).split('.');
  return `${sign}$${grouped(whole)}.${cents}`;
}

/** Not rounded, as a price or a limit was written: `$12.50`, `$0.000042`. */
export function exactMoneyText(usd: number): string {
  return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 9 })}`;
}

/** To the nearest whole: `200,000`. */
export function countText(count: number): string {
  return grouped(String(Math.round(count)));
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Of a budget's measure: nano-dollars for `cost`, else a count. */
export function amountText(amount: number, measure: string): string {
  if (amount === Number.POSITIVE_INFINITY) return 'no limit';
  return measure === 'cost' ? moneyText(amount) : measuredText(amount, measure);
}

/** As `amountText`, of a limit that somebody wrote: not rounded. */
export function limitText(limit: number, measure: string): string {
  return measure === 'cost' ? exactMoneyText(usdFromNanos(limit)) : measuredText(limit, measure);
}

function measuredText(amount: number, measure: string): string {
  const count = countText(amount);
  switch (measure) {
    case 'tokens':
      return amount === 1 ? '1 token' : `${count} tokens`;
    case 'requests':
      return amount === 1 ? '1 request' : `${count} requests`;
    case 'concurrent_agents':
      return amount === 1 ? '1 agent' : `${count} agents`;
    default:
      return count;
  }
}
