/**
 * Where somebody is typing. The text there is incomplete by nature, so a stand-in is put at the cursor and the parser is asked
 * what became of it; that holds in blocks and in `{ … }`, and with half of the lines below missing.
 */
import type { Path } from '../config/issue';
import { nodeAt, type LocatedMap, type Range } from '../config/read/located';
import { parseText } from '../config/read/parsedFile';

export interface Cursor {
  /**
   * `key`: a key of the mapping at `path`. `value`: the value at `path`. `either`: the place at `path` is still empty and
   * may become a mapping or a plain value.
   */
  expects: 'key' | 'value' | 'either';
  path: Path;
  /** Keys that are written in the mapping already; one that is merged into it may be written once more. */
  keys: readonly string[];
  /** Plain values of its keys, also of those that are merged into it. */
  present: ReadonlyMap<string, unknown>;
  /** What has been typed and is to be replaced. */
  replace: Range;
  typed: string;
  /** Inside `{ … }` or `[ … ]`. */
  flow: boolean;
  /** A colon follows already. */
  hasColon: boolean;
}

const standIn = 'agentmetercursor';
/** Letters of a key or of a plain value, time zones and theme colours included. */
const word = /[\p{L}\p{N}_.#/+@-]/u;
/** Nobody types in a longer line; expressions must not be let loose on it. */
const longestLine = 5000;

/** `null`: in a comment, or where nothing can be said. */
export function cursorAt(text: string, offset: number): Cursor | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = endOfLine(text, offset);
  if (lineEnd - lineStart > longestLine) return null;
  const before = text.slice(lineStart, offset);
  if (/(?:^|\s)#/.test(withoutQuotes(before))) return null;
  const listItem = /^\s*(?:- +)*/.exec(before)?.[0] ?? '';
  const replace = { start: offset, end: offset };
  while (replace.start > lineStart + listItem.length && word.test(text.charAt(replace.start - 1))) replace.start--;
  while (replace.end < lineEnd && word.test(text.charAt(replace.end))) replace.end++;
  const typed = text.slice(replace.start, offset);
  const hasColon = /^\s*:(?:\s|$)/.test(text.slice(replace.end, lineEnd));
  // A word alone on its line would swallow the next one: as a key it stands for itself.
  const aloneOnLine =
    before.slice(listItem.length) === typed &&
    text.slice(replace.end, lineEnd).trim() === '' &&
    (listItem.trim() !== '' || !isContinued(text, lineStart));
  const stand = aloneOnLine ? `${standIn}:` : standIn;
  const { root } = parseText(text.slice(0, replace.start) + stand + text.slice(replace.end));
  const at = nodeAt(root, replace.start + 1);
  if (at === null) return null;
  const { path, spot, node, entry, map, flow } = at;
  const name = spot === 'key' ? entry?.key : node.kind === 'scalar' ? node.source : undefined;
  if (name?.startsWith(standIn.slice(0, -1)) !== true) return null;
  const common = { replace, typed, flow, hasColon };
  if (spot !== 'key' || map === undefined) return { ...common, expects: 'value', path, keys: [], present: new Map() };
  const keys = [...map.entries.values()].filter(({ key, elsewhere }) => !elsewhere && key !== name);
  const expects = aloneOnLine && keys.length === 0 ? 'either' : 'key';
  return { ...common, expects, path: path.slice(0, -1), keys: keys.map(({ key }) => key), present: plainValues(map) };
}

function plainValues({ entries }: LocatedMap): Map<string, unknown> {
  return new Map(
    [...entries].flatMap(([name, { node }]): [string, unknown][] =>
      node.kind === 'scalar' && node.value !== null ? [[name, node.value]] : [],
    ),
  );
}

/** The line above ends in an open value, as of `note: >`. */
function isContinued(text: string, lineStart: number): boolean {
  const above = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, Math.max(0, lineStart - 1));
  return /[|>][+-]?\d?\s*$/.test(above);
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

function withoutQuotes(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
}
