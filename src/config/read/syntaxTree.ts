/**
 * How a YAML text is written: where its parts begin and end, comments and line ends included, whatever they mean. What they mean, with
 * aliases and merge keys followed, is of located.ts. Offsets of the text.
 */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Range } from './located';

export type Entry = Pair<Node, Node | null>;

export function entryOf(map: YAMLMap, key: string): Entry | undefined {
  return entriesOf(map).find((entry) => isScalar(entry.key) && String(entry.key.value) === key);
}

export function entriesOf(map: YAMLMap): Entry[] {
  return map.items as Entry[];
}

export function itemsOf(list: YAMLSeq): Node[] {
  return list.items as Node[];
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Of what a node says: neither its comment nor what follows. */
export function endOf(node: Node): number {
  if (isMap(node) && node.flow !== true) {
    const last = entriesOf(node).at(-1);
    if (last !== undefined) return endOfEntry(last);
  }
  if (isSeq(node) && node.flow !== true) {
    const last = itemsOf(node).at(-1);
    if (last !== undefined && !isNothing(last)) return endOf(last);
    const dash = dashOf(node, node.items.length - 1);
    if (dash !== undefined) return dash + 1;
  }
  return node.range?.[1] ?? 0;
}

export function endOfEntry(entry: Entry): number {
  const value = entry.value;
  if (value !== null && !isNothing(value)) return endOf(value);
  return colonOf(entry) ?? endOf(entry.key);
}

/** After the colon of an entry; `undefined` where it has none. */
export function colonOf(entry: Entry): number | undefined {
  const colon = entry.srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  return colon && colon.offset + colon.source.length;
}

/** The offset of an item's dash. */
export function dashOf(list: YAMLSeq, index: number): number | undefined {
  const token = list.srcToken;
  if (token?.type !== 'block-seq') return undefined;
  return token.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
}

export function isNothing(node: Node | null): boolean {
  return (
    node === null || (isScalar(node) && node.value === null && (node.source ?? '') === '' && node.tag === undefined)
  );
}

export function isFlow(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

export function isExplicit(entry: Entry): boolean {
  return entry.srcToken?.start.some(({ type }) => type === 'explicit-key-ind') ?? false;
}

export { isAlias, isMap, isScalar, isSeq };

export function rangeOf(node: unknown): Range | null {
  const range = (node as Node | null)?.range;
  return range === undefined || range === null ? null : { start: range[0], end: range[1] };
}

/** The text of a key or of a plain value, without quotes; `null` for a collection. */
export function textOf(node: unknown): string | null {
  if (!isScalar(node)) return null;
  const { source, value } = node;
  return source ?? (typeof value === 'string' ? value : JSON.stringify(value ?? ''));
}

/** A value of the tree, and the key that names it; `null`: it is an item of a list, or all there is. */
export interface Written {
  node: Node;
  range: Range;
  key: Range | null;
}

/** Every value, outer before inner, in the order of the text. */
export function* valuesOf(document: Document | null): Generator<Written> {
  if (document?.contents) yield* within(document.contents, null);
}

function* within(node: Node, key: Range | null): Generator<Written> {
  const range = rangeOf(node);
  if (range !== null) yield { node, range, key };
  if (isSeq(node)) {
    for (const item of node.items) if (item !== null && !isPair(item)) yield* within(item as Node, null);
  } else if (isMap(node)) {
    for (const { key: name, value } of entriesOf(node)) if (value !== null) yield* within(value, rangeOf(name));
  }
}

export function lineStart(text: string, offset: number): number {
  // `lastIndexOf` takes what is before the beginning for the beginning.
  if (offset === 0) return 0;
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** Before the line's end. */
export function lineEnd(text: string, offset: number): number {
  const found = text.slice(offset).search(/\r|\n/);
  return found < 0 ? text.length : offset + found;
}

/** After the line's end. */
export function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  return text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length);
}

export function columnOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return offset - start - (text.startsWith('\uFEFF', start) && start === 0 ? 1 : 0);
}

/** As the file ends its first line. */
export function eolOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

/** Whether nothing but spaces stands before an offset on its line. */
export function beginsLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).replace('\uFEFF', '').trim() === '';
}
