/**
 * The ids of a configuration: where each gets its meaning and where it is used, as the schema says of each place
 * (`defines`, `refersTo`). The keys of a record refer as well, as `projects.my-arpg`.
 */
import { valueKinds, type ValueKind } from '../protocol/language';
import { definedAt, keyKindAt, kindAt } from './schema';
import { nodeAt, places, textOf, type Path, type Range } from './tree';
import type { Document } from 'yaml';

export interface IdUse {
  kind: ValueKind;
  id: string;
  role: 'definition' | 'reference';
  /** Of the value, or of the value behind the key. */
  path: Path;
  /** Without quotes. */
  range: Range;
  quote: '' | '"' | "'";
}

/** What a file itself gives names to; a provider, a model or a time zone can't be renamed. */
export const renamable: ReadonlySet<ValueKind> = new Set([
  'tier',
  'subscription',
  'budget',
  'project',
  'agent',
  'agent_type',
]);

/** In the keys of a record this stands for every other one. */
const everyOther = 'default';

export function idUses(tree: Document | null, text: string): IdUse[] {
  const uses: IdUse[] = [];
  for (const { path, part, node, range } of places(tree)) {
    const id = textOf(node);
    if (id === null || id === '') continue;
    const found = part === 'key' ? ofKey(path, id) : ofValue(path, tree);
    if (found === null) continue;
    const first = text.charAt(range.start);
    const quote = first === '"' || first === "'" ? first : '';
    const inner = { start: range.start + quote.length, end: range.end - quote.length };
    uses.push({ ...found, id, path, range: inner, quote });
  }
  return uses;
}

function ofKey(path: Path, id: string): Pick<IdUse, 'kind' | 'role'> | null {
  const kind = keyKindAt(path.slice(0, -1));
  if (kind === null || id === everyOther) return null;
  // A project is what `projects` says of it; limits only refer to it.
  return { kind, role: kind === 'project' && path[0] === 'projects' ? 'definition' : 'reference' };
}

function ofValue(path: Path, tree: Document | null): Pick<IdUse, 'kind' | 'role'> | null {
  const defined = definedAt(path);
  if (defined !== null) return { kind: defined, role: 'definition' };
  const kind = kindAt(path) ?? scopeKind(path, tree);
  return kind === null ? null : { kind, role: 'reference' };
}

export function useAt(uses: readonly IdUse[], offset: number): IdUse | null {
  return uses.find(({ range }) => range.start <= offset && offset <= range.end) ?? null;
}

/** The use itself among them. */
export function sameId(uses: readonly IdUse[], { kind, id }: IdUse): IdUse[] {
  return uses.filter((use) => use.kind === kind && use.id === id);
}

/** What `scope_id` and `except` name is what the `scope` beside them says. */
function scopeKind(path: Path, tree: Document | null): ValueKind | null {
  const key = path.findLastIndex((step) => step === 'scope_id' || step === 'except');
  if (key === -1) return null;
  const scope = textOf(nodeAt(tree, [...path.slice(0, key), 'scope']));
  return valueKinds.find((kind) => kind === scope) ?? null;
}
