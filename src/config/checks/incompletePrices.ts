/** Prices from which no rate card can be made, and a currency without its rate. */
import { rateCard } from '../../domain/prices/rateCard';
import type { Finding } from '../issue';
import { hasPrice, placedPrices, pricesOf } from '../normalise/prices';
import { finding, type CheckedFile } from './check';

export function incompletePrices({ entries, filePath }: CheckedFile): Finding[] {
  const findings: Finding[] = [];
  const dated = new Map<string, Set<string>>();
  for (const { provider, model, entry, path } of placedPrices(entries)) {
    const at = (...keys: string[]) => filePath([...path, ...keys]);
    const onlyFees = entry.input_per_million === undefined && entry.output_per_million === undefined;
    const perToken = Object.entries(entry).some(([key, value]) => key.endsWith('_per_million') && value !== undefined);
    if (perToken || (onlyFees && entry.long_context !== undefined)) {
      for (const key of ['input_per_million', 'output_per_million'] as const) {
        if (entry[key] === undefined)
          findings.push(finding('error', 'missing_key', `${key} is missing`, [...at(), key]));
      }
    }
    if (hasPrice(entry) && !isCountable(pricesOf(entry))) {
      const message = 'these prices have too many digits to be counted exactly';
      findings.push(finding('error', 'wrong_value', message, at()));
    }
    const place = JSON.stringify([provider, model]);
    const dates = dated.get(place) ?? new Set();
    dated.set(place, dates);
    const from = entry.from ?? '';
    if (dates.has(from)) {
      const message = from === '' ? 'a second price without a date: give it a from' : `a second price from ${from} on`;
      findings.push(finding('error', 'duplicate_id', message, at(...(from === '' ? [] : ['from']))));
    }
    dates.add(from);
  }
  const { display, per_usd: perUsd } = entries.currency ?? {};
  if (display !== undefined && display !== 'USD' && perUsd === undefined) {
    const message = `say with per_usd how many ${display} a dollar is`;
    findings.push(finding('error', 'missing_key', message, ['currency', 'per_usd']));
  }
  if ((display ?? 'USD') === 'USD' && perUsd !== undefined && perUsd !== 1) {
    const message = 'a dollar is one dollar: say with display which currency this is the rate of';
    findings.push(finding('error', 'wrong_value', message, ['currency', 'per_usd']));
  }
  return findings;
}

function isCountable(prices: ReturnType<typeof pricesOf>): boolean {
  try {
    rateCard({ ...prices, cacheFallback: 'claude' });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
