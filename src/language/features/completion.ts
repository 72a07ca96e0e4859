/** What may be typed here: keys that are not there yet, with what they mean, and values by what they stand for. */
import {
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  type Command,
  type CompletionItem,
  type MarkupContent,
} from 'vscode-languageserver';
import { schemasAt } from '../../config/schema/jsonSchema';
import type { Analysis } from '../analysis';
import { candidatesFor, type Candidate } from '../candidates';
import type { PriceBook } from '../priceBook';
import { cursorAt, type Cursor } from '../cursor';
import { brief, explain } from '../explain';
import { describeAt, keyKindAt, keysFor, kindAt, wordsAt, type JsonSchema } from '../schema';
import type { Path } from '../../config/issue';

const suggestAgain: Command = { title: '', command: 'editor.action.triggerSuggest' };

export async function completion(analysis: Analysis, offset: number, prices: PriceBook): Promise<CompletionItem[]> {
  const { document } = analysis;
  const cursor = cursorAt(document.getText(), offset);
  if (cursor === null) return [];
  const range = { start: document.positionAt(cursor.replace.start), end: document.positionAt(cursor.replace.end) };
  const items = [
    ...(cursor.expects === 'value' ? [] : await keys(analysis, cursor, prices)),
    ...(cursor.expects === 'key' ? [] : await values(analysis, cursor, prices)),
  ];
  return items.map(({ insertText, label, ...item }, index) => ({
    ...item,
    label,
    sortText: String(index).padStart(5, '0'),
    // What is in quotes is one word: VS Code filters by all that the range holds.
    filterText: label,
    textEdit: { range, newText: insertText ?? label },
  }));
}

async function keys(analysis: Analysis, cursor: Cursor, prices: PriceBook): Promise<CompletionItem[]> {
  const fixed = keysFor(cursor.path, cursor.present)
    .filter((key) => !cursor.keys.includes(key))
    .map((key) => keyItem(key, [...cursor.path, key], cursor));
  const kind = keyKindAt(cursor.path);
  const named = kind === null ? [] : await candidatesFor(kind, analysis, prices);
  return [
    ...fixed,
    ...named
      .filter(({ id }) => !cursor.keys.includes(id))
      .map(({ id, says, detail }) => ({
        ...keyItem(id, [...cursor.path, id], cursor),
        ...(detail !== undefined && { detail }),
        ...(says !== undefined && { documentation: says }),
      })),
  ];
}

function keyItem(key: string, path: Path, cursor: Cursor): CompletionItem {
  const text = explain(path);
  const common = {
    label: key,
    kind: CompletionItemKind.Property,
    detail: brief(path),
    ...(text !== null && { documentation: text }),
  };
  const written = /^[\w.-]+$/.test(key) ? key : JSON.stringify(key);
  if (cursor.hasColon) return { ...common, insertText: written };
  const below = written.replace(/[$}\\]/g, '\\$&') + snippet(schemasAt(path), cursor.flow);
  return {
    ...common,
    insertText: below,
    insertTextFormat: InsertTextFormat.Snippet,
    insertTextMode: InsertTextMode.adjustIndentation,
    command: suggestAgain,
  };
}

/** What follows a key's name: the begin of the collection that it wants, or room for its value. */
function snippet(alternatives: readonly JsonSchema[], flow: boolean): string {
  const [first] = alternatives;
  const plain = alternatives.some(({ type }) => type !== 'object' && type !== 'array');
  if (first === undefined || plain) return ': $0';
  if (first.type === 'array') return flow ? ': [$0]' : ':\n  - $0';
  return flow ? ': { $0 }' : ':\n  $0';
}

async function values(analysis: Analysis, cursor: Cursor, prices: PriceBook): Promise<CompletionItem[]> {
  const { default: usual, examples = [] } = describeAt(cursor.path);
  const quoted = isQuoted(analysis.document.getText(), cursor);
  const words = wordsAt(cursor.path).map((word) => ({
    ...wordItem(String(word), CompletionItemKind.EnumMember),
    preselect: word === usual,
    ...(word === usual && { detail: 'default' }),
  }));
  const kind = kindAt(cursor.path);
  if (kind !== null) {
    const candidates = await candidatesFor(kind, analysis, prices);
    return [...words, ...candidates.map((candidate) => candidateItem(candidate, kind === 'color', quoted))];
  }
  if (words.length > 0) return words;
  return [usual, ...examples]
    .filter((value) => ['string', 'number', 'boolean'].includes(typeof value))
    .map((value) => ({
      ...wordItem(String(value), CompletionItemKind.Value),
      ...(value === usual && { detail: 'default' }),
    }));
}

function wordItem(label: string, kind: CompletionItemKind, documentation?: MarkupContent): CompletionItem {
  return { label, kind, ...(documentation !== undefined && { documentation }) };
}

function candidateItem({ id, detail, says }: Candidate, isColor: boolean, quoted: boolean): CompletionItem {
  const written = quoted || /^[\w/][\w./+:@-]*$/.test(id) ? id : JSON.stringify(id);
  return {
    ...wordItem(id, isColor ? CompletionItemKind.Color : CompletionItemKind.Value, says),
    insertText: written,
    ...(detail !== undefined && { detail }),
  };
}

function isQuoted(text: string, { replace }: Cursor): boolean {
  return ['"', "'"].includes(text.charAt(replace.start - 1));
}
