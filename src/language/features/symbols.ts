/** The outline of a configuration: its keys, and the items of its lists by their ids. */
import { isMap, isPair, isScalar, isSeq, type Node } from 'yaml';
import { DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import type { Analysis } from '../analysis';
import type { Range } from '../../config/read/located';
import { rangeOf, textOf } from '../../config/read/syntaxTree';

/** Deeper than this an outline helps nobody. */
const deepest = 5;

export function symbols({ file, document }: Analysis): DocumentSymbol[] {
  const toRange = ({ start, end }: Range): DocumentSymbol['range'] => ({
    start: document.positionAt(start),
    end: document.positionAt(end),
  });

  function symbol(name: string, value: Node | null, selection: Range, depth: number): DocumentSymbol {
    const inner = rangeOf(value);
    const whole = { start: selection.start, end: Math.max(selection.end, inner === null ? 0 : inner.end) };
    return DocumentSymbol.create(
      name === '' ? '""' : name,
      isScalar(value) ? (textOf(value) ?? '') : '',
      kindOf(value),
      toRange(whole),
      toRange(selection),
      depth < deepest ? children(value, depth + 1) : [],
    );
  }

  function children(node: Node | null, depth: number): DocumentSymbol[] {
    if (isMap(node)) {
      return node.items.flatMap(({ key, value }) => {
        const [name, range] = [textOf(key), rangeOf(key)];
        return name === null || range === null ? [] : [symbol(name, value as Node | null, range, depth)];
      });
    }
    if (!isSeq(node)) return [];
    return node.items.flatMap((item, index) => {
      const range = rangeOf(item);
      return range === null || isPair(item) ? [] : [symbol(nameOf(item, index), item as Node, range, depth)];
    });
  }

  return children(file.document?.contents ?? null, 0);
}

/** An item is called by what tells it apart, a plain one by itself. */
function nameOf(item: unknown, index: number): string {
  if (!isMap(item)) return textOf(item) ?? String(index);
  for (const key of ['id', 'name', 'provider', 'type', 'meter', 'percent']) {
    const name = textOf(item.get(key, true));
    if (name !== null && name !== '') return name;
  }
  return String(index);
}

function kindOf(value: Node | null): SymbolKind {
  if (isMap(value)) return SymbolKind.Module;
  if (isSeq(value)) return SymbolKind.Array;
  if (!isScalar(value)) return SymbolKind.Null;
  switch (typeof value.value) {
    case 'number':
      return SymbolKind.Number;
    case 'boolean':
      return SymbolKind.Boolean;
    default:
      return SymbolKind.String;
  }
}
