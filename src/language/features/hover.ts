/** What a key means, what a word stands for, and of a model what it costs. */
import { MarkupKind, type Hover } from 'vscode-languageserver';
import type { ModelPrice } from '../../protocol/prices/price';
import type { Analysis } from '../analysis';
import { candidatesFor } from '../candidates';
import { explain } from '../explain';
import type { PriceBook } from '../priceBook';
import { keyKindAt, kindAt } from '../schema';
import type { Path } from '../../config/issue';
import { nodeAt, type NodeAt, type Range } from '../../config/read/located';

export async function hover(analysis: Analysis, offset: number, prices: PriceBook): Promise<Hover | null> {
  const at = nodeAt(analysis.file.root, offset);
  const word = at === null ? null : wordAt(at);
  if (at === null || word === null) return null;
  const said = [await about(at, word.text, analysis, prices), explain(at.path)?.value];
  const value = said.filter((text) => text !== null && text !== undefined && text !== '').join('\n\n---\n\n');
  if (value === '') return null;
  const { document } = analysis;
  const range = { start: document.positionAt(word.range.start), end: document.positionAt(word.range.end) };
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

/** A key or a plain value, without quotes; `null`: a collection, or an alias. */
function wordAt({ spot, node, entry }: NodeAt): { text: string; range: Range } | null {
  if (spot === 'key' && entry !== undefined) {
    return { text: entry.key, range: { start: entry.keyStart, end: entry.keyEnd } };
  }
  if (spot !== 'value' || node.alias !== undefined) return null;
  return { text: node.kind === 'scalar' ? node.source : '', range: node };
}

/** About what the word itself names. */
async function about(
  { spot, path }: NodeAt,
  word: string,
  analysis: Analysis,
  prices: PriceBook,
): Promise<string | null> {
  const kind = spot === 'key' ? keyKindAt(path.slice(0, -1)) : kindAt(path);
  if (kind === null || word === '') return null;
  if (kind === 'model') {
    const price = await prices.price({ provider: providerOf(path), model: word });
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
