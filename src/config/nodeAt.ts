/** From an offset of the text to the key or value that stands there. For cursors: the end of a word counts as in it. */
import type { Path } from './issue';
import type { ParsedConfiguration } from './parse';
import type { Located, LocatedEntry } from './read/located';

export interface NodeAt {
  path: Path;
  /** `inside`: within a map or list, at none of its entries. */
  spot: 'key' | 'value' | 'inside';
  node: Located;
  entry: LocatedEntry | undefined;
}

/** The narrowest one; `null` where nothing stands. */
export function nodeAt({ root }: Pick<ParsedConfiguration, 'root'>, offset: number): NodeAt | null {
  return root === null ? null : within(root, undefined, [], offset);
}

export function pathAt(file: Pick<ParsedConfiguration, 'root'>, offset: number): Path | null {
  return nodeAt(file, offset)?.path ?? null;
}

function within(node: Located, entry: LocatedEntry | undefined, path: Path, offset: number): NodeAt | null {
  if (node.kind === 'map') {
    for (const inner of node.entries.values()) {
      const at = [...path, inner.key];
      if (inner.keyStart <= offset && offset <= inner.keyEnd) {
        return { path: at, spot: 'key', node: inner.node, entry: inner };
      }
      const found = within(inner.node, inner, at, offset);
      if (found !== null) return found;
    }
  } else if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const found = within(item, undefined, [...path, index], offset);
      if (found !== null) return found;
    }
  }
  if (offset < node.start || offset > node.end) return null;
  return { path, spot: node.kind === 'map' || node.kind === 'list' ? 'inside' : 'value', node, entry };
}
