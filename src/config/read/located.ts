/**
 * A value of the file with its place: what `yaml` parsed, aliases and merge keys followed, so that every check and edit
 * speaks of paths and every message finds its place. An alias shares the node of its anchor, so the tree may be a graph
 * without cycles; `size` is what it would be written out. Offsets are UTF-16 code units of the text.
 */
import type { Path } from '../issue';

export type ScalarValue = string | number | boolean | null;

interface Place {
  start: number;
  end: number;
  /** Nodes of the tree below and with this one. */
  size: number;
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
}

export interface LocatedMap extends Place {
  kind: 'map';
  entries: ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedList extends Place {
  kind: 'list';
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
