/** Values → YAML as it is put into a file: as a block at an indentation, in flow (`{ a: 1 }`), or in a scalar's own quotes. */
import { Document, isScalar, type Scalar } from 'yaml';

export type Plain = string | number | boolean | null | readonly Plain[] | PlainMap;
interface PlainMap {
  readonly [key: string]: Plain | undefined;
}

const style = { lineWidth: 0, flowCollectionPadding: true, indent: 2 } as const;

export function isCollection(value: Plain): value is readonly Plain[] | PlainMap {
  return typeof value === 'object' && value !== null;
}

/** The first line without the indentation, the others with it. */
export function renderBlock(value: Plain, indent: number, eol: string): string {
  const text = new Document(value).toString(style).replace(/\n$/, '');
  return text.replace(/\n(?!\n|$)/g, `\n${' '.repeat(indent)}`).replace(/\n/g, eol);
}

/** On one line, and fit to stand in a flow collection. */
export function renderFlow(value: Plain, like?: Scalar): string {
  const document = new Document([value]);
  const item: unknown = document.get(0, true);
  if (like?.type !== undefined && isScalar(item) && typeof item.value === 'string' && isQuoted(like))
    item.type = like.type;
  return document
    .toString({ ...style, collectionStyle: 'flow' })
    .trim()
    .slice(1, -1)
    .trim();
}

function isQuoted({ type }: Scalar): boolean {
  return type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
}
