/** The edit that gives a path a value. */
import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import type { ConfigurationEdit } from '../../protocol/configurationIssue';
import type { Path } from '../issue';
import { isCollection, renderBlock, renderFlow, type Plain } from './render';
import * as tree from '../read/syntaxTree';

/** `null`: it can not be done in the form that the file has. */
export function setEdit(text: string, contents: Node | null, path: Path, value: Plain): ConfigurationEdit | null {
  const eol = tree.eolOf(text);
  if (contents === null || tree.isNothing(contents)) {
    return isCollection(nest(path, value)) ? append(text, renderBlock(nest(path, value), 0, eol), eol) : null;
  }
  let node = contents;
  let inFlow = false;
  for (const [depth, part] of path.entries()) {
    inFlow ||= tree.isFlow(node);
    const rest = nest(path.slice(depth + 1), value);
    if (tree.isMap(node) && typeof part === 'string') {
      const entry = tree.entryOf(node, part);
      if (entry === undefined)
        return inFlow ? addToFlow(text, node, part, rest) : addToMap(text, node, part, rest, eol);
      if (tree.isExplicit(entry)) return null;
      if (entry.value === null || tree.isNothing(entry.value)) return fillEntry(text, entry, rest, inFlow, eol);
      node = entry.value;
    } else if (tree.isSeq(node) && typeof part === 'number') {
      const item = tree.itemsOf(node)[part];
      if (item === undefined) {
        if (part !== node.items.length) return null;
        return inFlow ? addToFlow(text, node, null, rest) : addToList(text, node, rest, eol);
      }
      if (tree.isNothing(item)) return null;
      node = item;
    } else {
      return replace(text, node, nest(path.slice(depth), value), inFlow, eol);
    }
  }
  return replace(text, node, value, inFlow, eol);
}

/** A path below a value, as a value. */
function nest(path: Path, value: Plain): Plain {
  return path.reduceRight<Plain>((inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }), value);
}

function append(text: string, block: string, eol: string): ConfigurationEdit {
  const separator = text === '' || /[\r\n]$/.test(text) ? '' : eol;
  return { offset: text.length, length: 0, newText: `${separator}${block}${eol}` };
}

function pairText(key: string, value: Plain, indent: number, eol: string): string {
  return renderBlock({ [key]: value }, indent, eol);
}

function addToMap(text: string, map: YAMLMap, key: string, value: Plain, eol: string): ConfigurationEdit | null {
  const entries = tree.entriesOf(map);
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined || tree.isExplicit(last)) return null;
  const indent = tree.columnOf(text, tree.startOf(first.key));
  return lineAfter(text, tree.endOfEntry(last), pairText(key, value, indent, eol), indent, eol);
}

function addToList(text: string, list: YAMLSeq, value: Plain, eol: string): ConfigurationEdit | null {
  const dash = tree.dashOf(list, 0);
  if (dash === undefined) return null;
  const indent = tree.columnOf(text, dash);
  const flowItems = tree.itemsOf(list).some(tree.isFlow);
  const item = isCollection(value) && flowItems ? renderFlow(value) : renderBlock(value, indent + 2, eol);
  return lineAfter(text, tree.endOf(list), `- ${item}`, indent, eol);
}

/** A line of its own below the line of an offset, whose comment stays where it is. */
function lineAfter(text: string, offset: number, line: string, indent: number, eol: string): ConfigurationEdit {
  const indented = `${' '.repeat(indent)}${line}`;
  // A block scalar takes its last line's end with it.
  const atLineStart = offset > 0 && tree.lineStart(text, offset) === offset;
  if (atLineStart) return { offset, length: 0, newText: `${indented}${eol}` };
  return { offset: tree.lineEnd(text, offset), length: 0, newText: `${eol}${indented}` };
}

function addToFlow(text: string, collection: YAMLMap | YAMLSeq, key: string | null, value: Plain): ConfigurationEdit {
  const flow =
    key === null
      ? renderFlow(value)
      : renderFlow({ [key]: value })
          .slice(1, -1)
          .trim();
  const last = tree.isMap(collection) ? tree.entriesOf(collection).at(-1) : tree.itemsOf(collection).at(-1);
  const first = tree.isMap(collection) ? tree.entriesOf(collection)[0]?.key : tree.itemsOf(collection)[0];
  if (last === undefined || first === undefined) {
    const offset = tree.startOf(collection) + 1;
    const padded = text[offset] === '}' || text[offset] === ']' ? ` ${flow} ` : ` ${flow}`;
    return { offset, length: 0, newText: padded };
  }
  const offset = 'key' in last ? tree.endOfEntry(last) : tree.endOf(last);
  // One entry a line stays one entry a line, and a comment stays with its own.
  if (!tree.beginsLine(text, tree.startOf(first))) return { offset, length: 0, newText: `, ${flow}` };
  const indent = ' '.repeat(tree.columnOf(text, tree.startOf(first)));
  const rest = text.slice(offset, tree.lineEnd(text, offset));
  const [, comma = '', comment = ''] = /^(\s*,)?(\s*#.*)?\s*$/.exec(rest) ?? [];
  const length = comma.length + comment.length;
  const after = comma === '' ? '' : ',';
  return { offset, length, newText: `,${comment}${tree.eolOf(text)}${indent}${flow}${after}` };
}

function fillEntry(text: string, entry: tree.Entry, value: Plain, inFlow: boolean, eol: string): ConfigurationEdit {
  const colon = tree.colonOf(entry);
  if (colon === undefined) return { offset: tree.endOf(entry.key), length: 0, newText: `: ${renderFlow(value)}` };
  if (inFlow || !isCollection(value)) return { offset: colon, length: 0, newText: ` ${renderFlow(value)}` };
  const indent = tree.columnOf(text, tree.startOf(entry.key)) + 2;
  return lineAfter(text, colon, renderBlock(value, indent, eol), indent, eol);
}

function replace(text: string, node: Node, value: Plain, inFlow: boolean, eol: string): ConfigurationEdit {
  const offset = tree.startOf(node);
  const length = tree.endOf(node) - offset;
  const block = (tree.isMap(node) || tree.isSeq(node)) && !tree.isFlow(node) && !inFlow;
  const newText =
    block && isCollection(value)
      ? renderBlock(value, tree.columnOf(text, offset), eol)
      : renderFlow(value, tree.isScalar(node) ? node : undefined);
  const takesLineEnd = /[\r\n]$/.test(text.slice(offset, offset + length));
  return { offset, length, newText: takesLineEnd ? `${newText}${eol}` : newText };
}
