/**
 * A value of the file with its place: what `yaml` parsed, aliases and merge keys followed, so that every check, edit and editor's
 * question speaks of paths and every message finds its place. An alias shares what is below its anchor, so the tree may be a graph
 * without cycles; `size` is what it would be written out. Offsets are UTF-16 code units of the text.
 */
import type { Path } from '../issue';

export type ScalarValue = string | number | boolean | null;

export interface Range {
  start: number;
  end: number;
}

interface Place extends Range {
  /** Nodes of the tree below and with this one. */
  size: number;
  /** Where the alias stands by which this is said here; the place itself is that of its anchor. */
  alias?: Range;
}

export interface LocatedScalar extends Place {
  kind: 'scalar';
  value: ScalarValue;
  /** As it stands in the text, without quotes. */
  source: string;
  plain: boolean;
}

/** A key with nothing behind it. */
export interface LocatedNothing extends Place {
  kind: 'nothing';
}

export interface LocatedEntry {
  key: string;
  keyStart: number;
  keyEnd: number;
  node: Located;
  /** Whether it is written in `{ … }`. */
  flow: boolean;
  /** Whether it is written in another map, which an alias merges into this one. */
  elsewhere: boolean;
}

export interface LocatedMap extends Place {
  kind: 'map';
  /** With what is merged in. */
  entries: ReadonlyMap<string, LocatedEntry>;
  /** Keys that the map has already: nobody reads them, but somebody may be writing there. */
  repeated: readonly LocatedEntry[];
}

export interface LocatedList extends Place {
  kind: 'list';
  flow: boolean;
  items: readonly Located[];
}

export type Located = LocatedScalar | LocatedNothing | LocatedMap | LocatedList;

export interface Found {
  node: Located;
  /** Where it is an entry of a map. */
  entry: LocatedEntry | undefined;
}

/** What stands at a path. */
export function find(root: Located | null, path: Path): Found | undefined {
  let found: Found | undefined = root === null ? undefined : { node: root, entry: undefined };
  for (const part of path) {
    if (found === undefined) return undefined;
    found = child(found.node, part);
  }
  return found;
}

function child(node: Located, part: string | number): Found | undefined {
  if (node.kind === 'map') {
    const entry = node.entries.get(String(part));
    return entry && { node: entry.node, entry };
  }
  const item = node.kind === 'list' && typeof part === 'number' ? node.items[part] : undefined;
  return item && { node: item, entry: undefined };
}

/** As `find`, where all of the path is written out; `undefined` where it is said by an alias or a merge of one. */
export function findWritten(root: Located | null, path: Path): Found | undefined {
  let found: Found | undefined = root === null ? undefined : { node: root, entry: undefined };
  for (const part of path) {
    if (found === undefined || found.node.alias !== undefined) return undefined;
    found = child(found.node, part);
    if (found?.entry?.elsewhere === true) return undefined;
  }
  return found;
}

export interface NodeAt {
  path: Path;
  /** `inside`: within a map or list, at none of its entries. */
  spot: 'key' | 'value' | 'inside';
  node: Located;
  entry: LocatedEntry | undefined;
  /** The map that the key stands in, or the value's key. */
  map: LocatedMap | undefined;
  /** Whether it stands in `{ … }` or `[ … ]`. */
  flow: boolean;
}

/** What stands at an offset: the narrowest key or value. For cursors: the end of a word counts as in it. */
export function nodeAt(root: Located | null, offset: number): NodeAt | null {
  return root === null
    ? null
    : within({ path: [], spot: 'value', node: root, entry: undefined, map: undefined, flow: false }, offset);
}

/** `at`: a value, and where it stands. */
function within(at: NodeAt, offset: number): NodeAt | null {
  const { path, node } = at;
  // What is behind an alias stands at its anchor.
  if (node.alias === undefined) {
    for (const inner of childrenOf(at)) {
      const { entry } = inner;
      if (entry !== undefined && entry.keyStart <= offset && offset <= entry.keyEnd) return { ...inner, spot: 'key' };
      const found = within(inner, offset);
      if (found !== null) return found;
    }
  }
  const { start, end } = node.alias ?? node;
  if (offset < start || offset > end) return null;
  return { ...at, path, spot: node.alias === undefined && isCollection(node) ? 'inside' : 'value' };
}

function isCollection({ kind }: Located): boolean {
  return kind === 'map' || kind === 'list';
}

function* childrenOf({ path, node, flow }: NodeAt): Generator<NodeAt> {
  const spot = 'value';
  if (node.kind === 'map') {
    for (const entry of [...node.entries.values(), ...node.repeated]) {
      if (entry.elsewhere) continue;
      yield { path: [...path, entry.key], spot, node: entry.node, entry, map: node, flow: flow || entry.flow };
    }
  } else if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      yield { path: [...path, index], spot, node: item, entry: undefined, map: undefined, flow: flow || node.flow };
    }
  }
}

/** As plain data without what `isLeftOut` names; a key with nothing behind it is as if it were not there. */
export function toPlain(node: Located, isLeftOut: (path: Path) => boolean = () => false, path: Path = []): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'nothing':
      return null;
    case 'list':
      return node.items.flatMap((item, index) => {
        const at = [...path, index];
        return isLeftOut(at) ? [] : [toPlain(item, isLeftOut, at)];
      });
    case 'map': {
      const plain: Record<string, unknown> = {};
      for (const [key, entry] of node.entries) {
        const at = [...path, key];
        if (entry.node.kind !== 'nothing' && !isLeftOut(at)) plain[key] = toPlain(entry.node, isLeftOut, at);
      }
      return plain;
    }
  }
}

/** Every scalar with its path, aliases followed. */
export function* scalars(node: Located, path: Path = []): Generator<{ path: Path; scalar: LocatedScalar }> {
  if (node.kind === 'scalar') yield { path, scalar: node };
  if (node.kind === 'list') for (const [index, item] of node.items.entries()) yield* scalars(item, [...path, index]);
  if (node.kind === 'map') for (const entry of node.entries.values()) yield* scalars(entry.node, [...path, entry.key]);
}
