/** The edit that takes away what stands at a path, with its own lines and the comment on them, and no other comment. */
import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import type { ConfigurationEdit } from '../../protocol/configurationIssue';
import type { Path } from '../issue';
import * as tree from '../read/syntaxTree';

/** `null`: it can not be done in the form that the file has. */
export function removeEdit(text: string, contents: Node | null, path: Path): ConfigurationEdit | null {
  let node = contents;
  let inFlow = false;
  for (const part of path.slice(0, -1)) {
    inFlow ||= node !== null && tree.isFlow(node);
    node = childOf(node, part);
  }
  const last = path.at(-1);
  if (node === null) return null;
  if (tree.isMap(node) && typeof last === 'string') {
    const index = tree
      .entriesOf(node)
      .findIndex((entry) => tree.isScalar(entry.key) && String(entry.key.value) === last);
    if (index < 0) return null;
    return inFlow || tree.isFlow(node) ? fromFlow(text, node, index) : fromMap(text, node, index);
  }
  if (!tree.isSeq(node) || typeof last !== 'number' || last >= node.items.length) return null;
  return inFlow || tree.isFlow(node) ? fromFlow(text, node, last) : fromList(text, node, last);
}

function childOf(node: Node | null, part: string | number): Node | null {
  if (node !== null && tree.isMap(node)) return tree.entryOf(node, String(part))?.value ?? null;
  if (node !== null && tree.isSeq(node) && typeof part === 'number') return tree.itemsOf(node)[part] ?? null;
  return null;
}

function fromMap(text: string, map: YAMLMap, index: number): ConfigurationEdit | null {
  const entry = tree.entriesOf(map)[index];
  if (entry === undefined || tree.isExplicit(entry)) return null;
  const start = tree.startOf(entry.key);
  const end = tree.endOfEntry(entry);
  if (tree.beginsLine(text, start)) return lines(text, start, end);
  // The first entry after a dash: the next one takes its place, unless a comment stands between them.
  const next = tree.entriesOf(map)[index + 1];
  if (index > 0 || next === undefined) return null;
  const nextStart = tree.startOf(next.key);
  const between = text.slice(tree.lineEnd(text, end), nextStart);
  if (between.trim() === '') return { offset: start, length: nextStart - start, newText: '' };
  return { offset: start, length: tree.lineEnd(text, end) - start, newText: '' };
}

function fromList(text: string, list: YAMLSeq, index: number): ConfigurationEdit | null {
  const dash = tree.dashOf(list, index);
  const item = tree.itemsOf(list)[index];
  if (dash === undefined || item === undefined || !tree.beginsLine(text, dash)) return null;
  return lines(text, dash, tree.isNothing(item) ? dash + 1 : tree.endOf(item));
}

/** Whole lines from the one of `start` to the one of `end`. */
function lines(text: string, start: number, end: number): ConfigurationEdit {
  const offset = tree.lineStart(text, start) + (text.startsWith('\uFEFF') && tree.lineStart(text, start) === 0 ? 1 : 0);
  const endsLine = tree.lineStart(text, end) === end && end > start;
  return { offset, length: (endsLine ? end : tree.nextLine(text, end)) - offset, newText: '' };
}

function fromFlow(text: string, collection: YAMLMap | YAMLSeq, index: number): ConfigurationEdit | null {
  const places = tree.isMap(collection)
    ? tree.entriesOf(collection).map((entry) => ({ start: tree.startOf(entry.key), end: tree.endOfEntry(entry) }))
    : tree.itemsOf(collection).map((item) => ({ start: tree.startOf(item), end: tree.endOf(item) }));
  const place = places[index];
  if (place === undefined) return null;
  const next = places[index + 1];
  // On a line of its own it goes with its line: what stands above it and on other entries' lines stays.
  const rest = text.slice(place.end, tree.lineEnd(text, place.end));
  const endsLine = (next === undefined ? /^\s*,?\s*(?:#.*)?$/ : /^\s*,\s*(?:#.*)?$/).test(rest);
  if (endsLine && tree.beginsLine(text, place.start)) return lines(text, place.start, place.end);
  if (next !== undefined) {
    const end = endsLine ? place.end + rest.length : next.start;
    return { offset: place.start, length: end - place.start, newText: '' };
  }
  const before = places[index - 1];
  if (before !== undefined && !text.slice(before.end, place.start).includes('#')) {
    return { offset: before.end, length: place.end - before.end, newText: '' };
  }
  const comma = /^\s*,/.exec(text.slice(place.end))?.[0].length ?? 0;
  return { offset: place.start, length: place.end + comma - place.start, newText: '' };
}
