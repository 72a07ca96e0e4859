/** What a key means, what a word stands for, and of a model what it costs. */
import { MarkupKind, type Hover } from 'vscode-languageserver';
import type { ModelPrice } from '../../protocol/prices/price';
import type { Analysis } from '../analysis';
import { candidatesFor } from '../candidates';
import { explain } from '../explain';
import type { PriceBook } from '../priceBook';
import { keyKindAt, kindAt } from '../schema';
import { placeAt, textOf, type Path, type Place } from '../tree';

export async function hover(analysis: Analysis, offset: number, prices: PriceBook): Promise<Hover | null> {
  const place = placeAt(analysis.tree, offset);
  if (place === null || textOf(place.node) === null) return null;
  const said = [await about(place, analysis, prices), explain(place.path)?.value];
  const value = said.filter((text) => text !== null && text !== undefined && text !== '').join('\n\n---\n\n');
  if (value === '') return null;
  const { document } = analysis;
  const range = { start: document.positionAt(place.range.start), end: document.positionAt(place.range.end) };
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

/** About what the word itself names. */
async function about(place: Place, analysis: Analysis, prices: PriceBook): Promise<string | null> {
  const kind = place.part === 'key' ? keyKindAt(place.path.slice(0, -1)) : kindAt(place.path);
  const word = textOf(place.node) ?? '';
  if (kind === null || word === '') return null;
  if (kind === 'model') {
    const price = await prices.price({ provider: providerOf(place.path), model: word });
    return price === null ? `No price is known of \`${word}\` but what stands here.` : priceText(price);
  }
  const candidate = (await candidatesFor(kind, analysis, prices)).find(({ id }) => id === word);
  if (candidate?.says === undefined) return null;
  const { value } = candidate.says;
  return candidate.detail === undefined ? value : `**${candidate.detail}**\n\n${value}`;
}

/** Of `providers.<provider>.models.<model>`. */
function providerOf([first, provider, models]: Path): string | null {
  return first === 'providers' && typeof provider === 'string' && models === 'models' ? provider : null;
}

/** A short name of one's own is of whatever provider. */
function ofProvider({ matchedProvider }: ModelPrice): string {
  return matchedProvider === 'unknown' ? '' : ` of ${matchedProvider}`;
}

function priceText(price: ModelPrice): string {
  const usd = (value: number): string => `$${String(Math.round(value * 1e6) / 1e6)}`;
  const { prices } = price;
  const cells = [prices.input, prices.output, prices.cacheRead, prices.cacheWrite5m].map(usd).join(' | ');
  const tier = price.tier === null ? 'in no tier' : `tier \`${price.tier}\``;
  return [
    `**${price.matchedModel}**${ofProvider(price)}: ${usd(price.blended)} a million tokens, ${tier}${price.estimated ? ', estimated' : ''}`,
    ['| input | output | cache read | cache write |', '|--:|--:|--:|--:|', `| ${cells} |`].join('\n'),
    `USD per million tokens; ${price.layer === 'user' ? 'from your configuration' : price.version}`,
  ].join('\n\n');
}
