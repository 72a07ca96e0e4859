/** The text of *Show Price of Model*: Markdown that reads as plain text. USD per million tokens. Pure. */
import { l10n } from 'vscode';
import type { ModelPrice, PriceLayer, TokenPriceLines } from '../../protocol/prices/price';
import { documentText } from '../../shared/escape';
import type { Format } from '../../shared/format';
import { countText, exactMoneyText } from '../../shared/money';
import { left, right, textTable } from '../../shared/markdownTable';

export function priceDocument(asked: string, price: ModelPrice | null, format: Format, nowMs: number): string {
  const head = `# ${l10n.t('Price of {0}', documentText(asked))}\n\n`;
  if (price === null) {
    return `${head}${l10n.t('Nobody has told us a price of this model: what it uses is counted, and shown as unpriced. Give it one under pricing.models in your configuration.')}\n`;
  }
  return [
    head.trimEnd(),
    whence(price),
    rates(price),
    extras(price),
    tier(price),
    l10n.t('As of {0}.', format.instant(nowMs)),
    '',
  ]
    .filter((part, index, all) => part !== '' || index === all.length - 1)
    .join('\n\n');
}

/** Prices begin with a day of UTC, wherever the reader is. */
function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function whence(price: ModelPrice): string {
  const model = documentText(price.matchedModel);
  const provider = documentText(price.matchedProvider);
  return [
    layerText(price.layer),
    // A short name of one's own is of whatever provider, and its version says nothing to people.
    price.layer === 'user'
      ? l10n.t('It stands there as {0}.', model)
      : l10n.t('It stands there as {0} of {1} ({2}).', model, provider, documentText(price.version)),
    price.fromMs === null ? '' : l10n.t('In force since {0}.', dayOf(price.fromMs)),
    readOn(price),
    price.estimated ? l10n.t('**It is an estimate:** it stands in for a price of this model that we do not know.') : '',
  ]
    .filter((line) => line !== '')
    .join(' ');
}

function readOn({ source, seen }: ModelPrice): string {
  if (seen === null) return '';
  // The address stays as it is: an escaped one leads nowhere. It is one of ours, never of a log.
  return source === null ? l10n.t('Read on {0}.', seen) : l10n.t('Read on {0} from {1}.', seen, source);
}

function layerText(layer: PriceLayer): string {
  switch (layer) {
    case 'contract':
      return l10n.t('This price is from your contract, which comes before every other.');
    case 'user':
      return l10n.t('This price is from your configuration, which comes before every list.');
    case 'workspace':
      return l10n.t('This price is from the configuration of this workspace.');
    case 'local':
      return l10n.t('This model runs on your own machine: its tokens cost nothing.');
    case 'built_in':
      return l10n.t('This price is from our own list, which comes before the price package.');
    case 'feed':
      return l10n.t('This price is from the public list that you had fetched.');
    case 'package':
      return l10n.t('This price is from the price package that ships with the extension.');
    case 'estimate':
      return l10n.t('No list has this model; this is its provider’s default.');
  }
}

function rates({ prices, longContext }: ModelPrice): string {
  const rows: [string, (lines: TokenPriceLines) => number][] = [
    [l10n.t('Input'), ({ input }) => input],
    [l10n.t('Output'), ({ output }) => output],
    [l10n.t('Cache read'), ({ cacheRead }) => cacheRead],
    [l10n.t('Cache write, 5 minutes'), ({ cacheWrite5m }) => cacheWrite5m],
    [l10n.t('Cache write, 1 hour'), ({ cacheWrite1h }) => cacheWrite1h],
    [l10n.t('Reasoning'), ({ reasoning }) => reasoning],
  ];
  const columns = [
    left(l10n.t('USD per million tokens')),
    right(l10n.t('Price')),
    ...longContext.map(({ aboveTokens, inclusive }) =>
      right(
        inclusive
          ? l10n.t('from {0} tokens', countText(aboveTokens))
          : l10n.t('over {0} tokens', countText(aboveTokens)),
      ),
    ),
  ];
  const all = [prices, ...longContext.map((each) => each.prices)];
  return textTable(
    columns,
    rows.map(([name, of]) => [name, ...all.map((lines) => exactMoneyText(of(lines)))]),
  );
}

function extras({ webSearchesPerThousand, requestsPerThousand, multipliers }: ModelPrice): string {
  const lines = [
    webSearchesPerThousand === 0 ? null : l10n.t('{0} a thousand web searches', exactMoneyText(webSearchesPerThousand)),
    requestsPerThousand === 0 ? null : l10n.t('{0} a thousand requests', exactMoneyText(requestsPerThousand)),
    ...Object.entries(multipliers).map(([modifier, { factor, certain }]) =>
      certain
        ? l10n.t('{0}: × {1}', modifier, factor)
        : l10n.t('{0}: × {1}, on which lists do not agree', modifier, factor),
    ),
  ].filter((line) => line !== null);
  return lines.map((line) => `- ${line}`).join('\n');
}

function tier({ blended, tier: id, tierAssigned }: ModelPrice): string {
  const price = l10n.t('Three parts input to one part output cost {0} a million tokens.', exactMoneyText(blended));
  if (id === null) return `${price} ${l10n.t('No tier has that in its range.')}`;
  const name = documentText(id);
  return tierAssigned
    ? `${price} ${l10n.t('Your configuration puts the model into the tier {0}.', name)}`
    : `${price} ${l10n.t('That is in the tier {0}.', name)}`;
}
