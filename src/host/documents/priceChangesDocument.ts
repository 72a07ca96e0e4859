/** The text of *Update Prices*: what a fetched list would change, what is held back and why, and what *Reprice* would do. Pure. */
import { l10n } from 'vscode';
import type {
  FetchedPrices,
  HeldBack,
  HeldBackReason,
  KeptListFacts,
  ModelDifference,
  PriceDifference,
  PriceFeedFailure,
  PriceKind,
  PriceUpdate,
} from '../../protocol/prices/priceFeed';
import { documentSentence, documentText } from '../../shared/escape';
import type { Format } from '../../shared/format';
import { countText, exactMoneyText, usdFromNanos } from '../../shared/money';
import { left, right, textTable } from '../../shared/markdownTable';

/** Of each kind; a list that is years younger than ours must still open. */
const mostModels = 400;

export function priceChangesDocument(update: PriceUpdate, taken: boolean, format: Format): string {
  const head = `# ${l10n.t('Update Prices')}`;
  const parts = update.outcome === 'failed' ? failed(update, format) : fetched(update, taken, format);
  return `${[head, ...parts].filter((part) => part !== '').join('\n\n')}\n`;
}

function failed(update: Extract<PriceUpdate, { outcome: 'failed' }>, format: Format): string[] {
  return [
    l10n.t('Nothing was taken from {0}.', documentSentence(update.address)),
    `${failureText(update.reason)} (${documentSentence(update.message)})`,
    inForceText(update.inForce, format),
  ];
}

function fetched(update: FetchedPrices, taken: boolean, format: Format): string[] {
  const { list, notModified, added, changed, removed, heldBack } = update;
  const isSame = added.length + changed.length === 0;
  return [
    l10n.t(
      'From {0}, fetched {1}: {2} models. SHA-256 {3}.',
      documentSentence(list.address),
      format.instant(list.fetchedMs),
      format.count(update.models),
      list.checksum,
    ),
    notModified ? l10n.t('The server says that the list has not changed since.') : '',
    inForceText(update.inForce, format),
    taken
      ? l10n.t(
          '**The new prices are in force.** Calls without a price, or with an estimated one, get theirs. What has one keeps it until you run Reprice.',
        )
      : isSame
        ? l10n.t('Its prices are those in force.')
        : l10n.t(
            '**Nothing of it is in force yet.** The notification takes it; run Update Prices again when it has gone.',
          ),
    section(l10n.t('Held back ({0})', heldBack.length), heldBackTable(heldBack)),
    section(l10n.t('New models ({0})', added.length), differenceTable(added)),
    section(l10n.t('Changed prices ({0})', changed.length), differenceTable(changed)),
    section(
      l10n.t('No more on the list ({0})', removed.length),
      [
        l10n.t('Their prices stay as they are: calls of their time were made at them.'),
        textTable(
          [left(l10n.t('Model')), left(l10n.t('Provider'))],
          removed.slice(0, mostModels).map(({ provider, model }) => [documentText(model), documentText(provider)]),
        ),
        ...more(removed.length),
      ],
      removed.length,
    ),
    section(l10n.t('What Reprice would change'), repriceTable(update, format)),
  ];
}

function inForceText(inForce: KeptListFacts | null, format: Format): string {
  return inForce === null
    ? l10n.t('In force are the prices that ship with the extension.')
    : l10n.t(
        'In force is the list of {0} from {1}.',
        format.instant(inForce.fetchedMs),
        documentSentence(inForce.address),
      );
}

function section(title: string, parts: readonly string[], count = parts.length): string {
  return count === 0 ? '' : [`## ${title}`, ...parts].join('\n\n');
}

function differenceTable(models: readonly ModelDifference[]): string[] {
  if (models.length === 0) return [];
  const rows = models
    .slice(0, mostModels)
    .flatMap(({ provider, model, differences }) =>
      differences.map((difference, index) => [
        index === 0 ? documentText(model) : '',
        index === 0 ? documentText(provider) : '',
        what(difference),
        amount(difference.old),
        amount(difference.new),
      ]),
    );
  const columns = [
    left(l10n.t('Model')),
    left(l10n.t('Provider')),
    left(l10n.t('USD per million tokens')),
    right(l10n.t('Old')),
    right(l10n.t('New')),
  ];
  return [textTable(columns, rows), ...more(models.length)];
}

function heldBackTable(heldBack: readonly HeldBack[]): string[] {
  if (heldBack.length === 0) return [];
  const rows = heldBack.slice(0, mostModels).flatMap(({ provider, model, reason, detail, differences }) => {
    const why = detail === '' ? reasonText(reason) : `${reasonText(reason)} (${documentSentence(detail)})`;
    const first = [documentText(model), documentText(provider)];
    const told = differences.map((one) => [what(one), amount(one.old), amount(one.new)]);
    return (told.length === 0 ? [['', '', '']] : told).map((each, index) =>
      index === 0 ? [...first, ...each, why] : ['', '', ...each, ''],
    );
  });
  const columns = [
    left(l10n.t('Model')),
    left(l10n.t('Provider')),
    left(l10n.t('USD per million tokens')),
    right(l10n.t('Old')),
    right(l10n.t('New')),
    left(l10n.t('Why')),
  ];
  return [
    l10n.t('These are not taken, and what was in force stays. You can take them all the same.'),
    textTable(columns, rows),
    ...more(heldBack.length),
  ];
}

function more(count: number): string[] {
  return count <= mostModels ? [] : [l10n.t('And {0} more.', count - mostModels)];
}

function repriceTable({ reprice: { models, cancelled } }: FetchedPrices, format: Format): string[] {
  if (cancelled) return [l10n.t('You stopped the comparison.')];
  if (models.length === 0) return [l10n.t('Nothing: these prices rate every call as it is.')];
  const usd = (nanos: number): string => format.fullMoney(usdFromNanos(nanos));
  const rows = models
    .slice(0, mostModels)
    .map(({ provider, model, events, oldNanos, newNanos }) => [
      documentText(model),
      documentText(provider),
      format.count(events),
      usd(oldNanos),
      usd(newNanos),
    ]);
  const columns = [
    left(l10n.t('Model')),
    left(l10n.t('Provider')),
    right(l10n.t('Calls')),
    right(l10n.t('Old')),
    right(l10n.t('New')),
  ];
  return [
    l10n.t(
      'Only when you run Reprice. Calls without a price, or with an estimated one, get theirs as soon as the prices are taken.',
    ),
    textTable(columns, rows),
    ...more(models.length),
  ];
}

/** `Input`, `Output, over 200,000 tokens`, `Input, from 2027-01-01`. */
function what({ kind, aboveTokens, fromMs }: PriceDifference): string {
  return [
    kindText(kind),
    aboveTokens === null ? '' : l10n.t('over {0} tokens', countText(aboveTokens)),
    fromMs === null ? '' : l10n.t('from {0}', new Date(fromMs).toISOString().slice(0, 10)),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

export function kindText(kind: PriceKind): string {
  switch (kind) {
    case 'input':
      return l10n.t('Input');
    case 'output':
      return l10n.t('Output');
    case 'cacheRead':
      return l10n.t('Cache read');
    case 'cacheWrite5m':
      return l10n.t('Cache write, 5 minutes');
    case 'cacheWrite1h':
      return l10n.t('Cache write, 1 hour');
    case 'reasoning':
      return l10n.t('Reasoning');
    case 'webSearches':
      return l10n.t('A thousand web searches');
    case 'requests':
      return l10n.t('A thousand requests');
  }
}

function reasonText(reason: HeldBackReason): string {
  switch (reason) {
    case 'factor':
      return l10n.t('ten times as much as before, or a tenth');
    case 'outlier':
      return l10n.t('new, and ten times as dear as the dearest of its provider');
    case 'lost':
      return l10n.t('the price of input or output is gone');
    case 'shadow':
      return l10n.t('it would be taken for other models');
    case 'pattern':
      return l10n.t('its pattern of ids could take for ever');
    case 'malformed':
      return l10n.t('it is no price');
    case 'ours':
      return l10n.t('the provider’s page said otherwise when we read it');
  }
}

function failureText(reason: PriceFeedFailure): string {
  switch (reason) {
    case 'bad_address':
      return l10n.t('That address is not asked: https, or http on this machine.');
    case 'unreachable':
      return l10n.t('The server can’t be reached.');
    case 'timed_out':
      return l10n.t('The server took too long.');
    case 'redirect':
      return l10n.t('The server sends on to where nobody should go.');
    case 'http_status':
      return l10n.t('The server did not give the list.');
    case 'too_big':
      return l10n.t('What the server sent is too big for a price list.');
    case 'malformed':
      return l10n.t('What the server sent is no price list.');
    case 'truncated':
      return l10n.t('The list is cut off: too many known models are missing.');
    case 'implausible':
      return l10n.t('So many prices can’t have changed so much: the list is wrong as a whole.');
    case 'cancelled':
      return l10n.t('You stopped it.');
    case 'not_kept':
      return l10n.t('The list can’t be kept beside the ledger.');
  }
}

function amount(usd: number | null): string {
  return usd === null ? '–' : exactMoneyText(usd);
}
