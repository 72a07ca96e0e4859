/** The words that label money shown in another currency than it is counted in. Pure. */
import { l10n } from 'vscode';
import type { Format } from '../../shared/format';

/** Empty where money is shown as it is counted. */
export function currencyNote(format: Format): string[] {
  const { currency } = format;
  if (currency.code === 'USD') return [];
  return [l10n.t('Shown in {0}, at {1} a dollar; counted in USD.', currency.code, format.rate(currency.perUsd))];
}
