/** Keys with nothing behind them, where a value belongs: they say nothing, and whoever left them so may think otherwise. */
import type { Finding, Path } from '../issue';
import type { Located } from '../read/located';
import { schemasAt } from '../schema/jsonSchema';
import { finding, type CheckedFile } from './check';

export function nothingThere({ root }: CheckedFile): Finding[] {
  return root === null ? [] : [...empty(root, [])];
}

function* empty(node: Located, path: Path): Generator<Finding> {
  if (node.kind === 'list') for (const [index, item] of node.items.entries()) yield* empty(item, [...path, index]);
  if (node.kind !== 'map') return;
  for (const { key, node: value } of node.entries.values()) {
    const at = [...path, key];
    if (value.kind !== 'nothing') yield* empty(value, at);
    else if (isLeaf(at))
      yield finding('warning', 'no_value', `${key} has no value, so it says nothing`, at, { spot: 'key' });
  }
}

/** A section may well be empty: all below it is a comment. */
function isLeaf(path: Path): boolean {
  const forms = schemasAt(path);
  return forms.some(({ type }) => type !== 'object' && type !== 'array');
}
