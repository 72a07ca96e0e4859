/**
 * The syntax tree of a configuration, seen as paths: keys and indices from the root, as `['limits', 'global']`. Offsets count
 * UTF-16 units from the begin of the text; a range leaves its end out. Also of broken text: the parser repairs what it can.
 */
import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Node, type Pair } from 'yaml';

export type Path = readonly (string | number)[];
export interface Range {
  start: number;
  end: number;
}

/** One key or value of the tree. */
export interface Place {
  path: Path;
  /** A key has the path of its value. */
  part: 'key' | 'value';
  node: Node;
  range: Range;
}

/** Deeper than any configuration: what nests further is not looked at. */
const deepest = 64;

/** `null`: text so odd that even the parser gives up on it, as ten thousand opening brackets. */
export function parseTree(text: string): Document.Parsed | null {
  try {
    return parseDocument(text, { strict: false, logLevel: 'silent', uniqueKeys: false });
  } catch {
    return null;
  }
}

export function rangeOf(node: unknown): Range | null {
  const range = (node as Node | null)?.range;
  return range === undefined || range === null ? null : { start: range[0], end: range[1] };
}

/** The text of a key or of a plain value; `null` for a collection. */
export function textOf(node: unknown): string | null {
  if (!isScalar(node)) return null;
  const { source, value } = node;
  return source ?? (typeof value === 'string' ? value : JSON.stringify(value ?? ''));
}

/** Every key and every value, outer before inner, in the order of the text. */
export function* places(tree: Document | null): Generator<Place> {
  if (tree?.contents) yield* within(tree.contents, []);
}

function* within(node: Node, path: Path): Generator<Place> {
  const range = rangeOf(node);
  if (range !== null) yield { path, part: 'value', node, range };
  if (path.length >= deepest) return;
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      // `[a: 1]` holds a pair where a mapping is meant.
      if (isPair(item)) yield* pairPlaces(item, [...path, index]);
      else if (item !== null) yield* within(item as Node, [...path, index]);
    }
  } else if (isMap(node)) {
    for (const pair of node.items) yield* pairPlaces(pair, path);
  }
}

function* pairPlaces({ key, value }: Pair, path: Path): Generator<Place> {
  const name = textOf(key);
  const range = rangeOf(key);
  if (name === null || range === null) return;
  const inner = [...path, name];
  yield { path: inner, part: 'key', node: key as Node, range };
  if (value !== null) yield* within(value as Node, inner);
}

/** The innermost key or value that holds the offset, its end included. */
export function placeAt(tree: Document | null, offset: number): Place | null {
  let found: Place | null = null;
  for (const place of places(tree)) {
    if (place.range.start > offset) continue;
    if (offset <= place.range.end && (found === null || place.range.start >= found.range.start)) found = place;
  }
  return found;
}

/** The value at a path; of a key that stands twice the last one, as it is read. */
export function nodeAt(tree: Document | null, path: Path): Node | null {
  let node: unknown = tree?.contents ?? null;
  for (const step of path) {
    if (isAlias(node)) return null;
    if (typeof step === 'number') node = isSeq(node) ? (node.items[step] ?? null) : null;
    else node = isMap(node) ? (node.items.findLast(({ key }) => textOf(key) === step)?.value ?? null) : null;
  }
  return (node as Node | null) ?? null;
}

/** The key that names the value at a path; `null` for an item of a list. */
export function keyRange(tree: Document | null, path: Path): Range | null {
  const parent = nodeAt(tree, path.slice(0, -1));
  if (!isMap(parent)) return null;
  return rangeOf(parent.items.findLast(({ key }) => textOf(key) === path.at(-1))?.key);
}

/** The keys of the mapping at a path. */
export function keysAt(tree: Document | null, path: Path): string[] {
  const node = nodeAt(tree, path);
  return isMap(node) ? node.items.flatMap(({ key }) => textOf(key) ?? []) : [];
}
