/**
 * Keys with nothing behind them: where a value belongs they say nothing, and whoever left them so may think otherwise; and
 * the schema, which does not see them, can't say that it knows no such key.
 */
import type { Finding, Path } from '../issue';
import type { Located } from '../read/located';
import { formsBelow, schemasAt, type JsonSchema } from '../schema/jsonSchema';
import { unknownKey } from '../validate/describe';
import { finding, type CheckedFile } from './check';

export function nothingThere({ root }: CheckedFile): Finding[] {
  return root === null ? [] : [...empty(root, [], schemasAt([]))];
}

function* empty(node: Located, path: Path, forms: readonly JsonSchema[]): Generator<Finding> {
  // Where nothing is known, the schema has said so.
  if (forms.length === 0) return;
  if (node.kind === 'list') {
    const below = formsBelow(forms, 0);
    for (const [index, item] of node.items.entries()) yield* empty(item, [...path, index], below);
  }
  if (node.kind !== 'map') return;
  for (const { key, node: value } of node.entries.values()) {
    const at = [...path, key];
    const below = formsBelow(forms, key);
    if (value.kind !== 'nothing') yield* empty(value, at, below);
    else if (below.length === 0) yield unknownKey(at);
    else if (isLeaf(below)) {
      yield finding('warning', 'no_value', `${key} has no value, so it says nothing`, at, { spot: 'key' });
    }
  }
}

/** A section may well be empty: all below it is a comment. */
function isLeaf(forms: readonly JsonSchema[]): boolean {
  return forms.some(({ type }) => type !== 'object' && type !== 'array');
}
