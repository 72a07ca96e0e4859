/**
 * Names in a file, and what stands where: what a language server needs to go to a definition, to find references, to
 * rename, and to know which key or value a cursor is at. What kind of name a string is, the schema says (`refersTo`,
 * `defines`), but for the names of a rule, which are of the rule's scope. Offsets of the text; nothing here throws.
 */
import { canonicalProvider } from '../domain/prices/provider';
import type { Scope } from '../protocol/configuration';
import type { TextSpan } from '../protocol/configurationIssue';
import type { ValueKind } from '../protocol/language';
import type { Path } from './issue';
import type { ParsedConfiguration } from './parse';
import { find, type Located } from './read/located';
import { alternatives, schemasAt, schemasBelow, type JsonSchema } from './schema/jsonSchema';

export interface NameSymbol {
  kind: ValueKind;
  /** As it is meant: of a provider's names the canonical one. */
  id: string;
  /** As it is written. */
  text: string;
  role: 'definition' | 'reference';
  spot: 'key' | 'value';
  path: Path;
  /** Of the name alone, without quotes. */
  range: TextSpan;
}

/** In the order of the text; a name that stands behind an alias is told once, where it is written. */
export function symbolsOf(file: ParsedConfiguration): NameSymbol[] {
  const symbols = new Map<number, NameSymbol>();
  if (file.root !== null) {
    for (const symbol of walk(file, file.root, [], schemasAt([]))) {
      if (!symbols.has(symbol.range.start.offset)) symbols.set(symbol.range.start.offset, symbol);
    }
  }
  return [...symbols.values()].sort((a, b) => a.range.start.offset - b.range.start.offset);
}

export function symbolAt(file: ParsedConfiguration, offset: number): NameSymbol | undefined {
  return symbolsOf(file).find(({ range }) => range.start.offset <= offset && offset <= range.end.offset);
}

/** All places of the same name, its definitions first. */
export function occurrencesOf(file: ParsedConfiguration, { kind, id }: Pick<NameSymbol, 'kind' | 'id'>): NameSymbol[] {
  const same = symbolsOf(file).filter((symbol) => symbol.kind === kind && symbol.id === id);
  return [...same.filter(({ role }) => role === 'definition'), ...same.filter(({ role }) => role === 'reference')];
}

/** `said`: what the schema says of the node, before its alternatives are told apart. */
function* walk(
  file: ParsedConfiguration,
  node: Located,
  path: Path,
  said: readonly JsonSchema[],
): Generator<NameSymbol> {
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string') return;
    const kind = said[0]?.defines ?? said[0]?.refersTo ?? kindInRule(file, path);
    if (kind === undefined) return;
    const role = said[0]?.defines === undefined ? 'reference' : 'definition';
    yield symbol(file, { kind, text: node.value, role, spot: 'value', path }, node.start, node.end);
    return;
  }
  const forms = said.flatMap(alternatives);
  if (node.kind === 'list') {
    const below = schemasBelow(forms, 0);
    for (const [index, item] of node.items.entries()) yield* walk(file, item, [...path, index], below);
  } else if (node.kind === 'map') {
    const keys = forms.find(({ propertyNames }) => propertyNames !== undefined)?.propertyNames;
    for (const { key, keyStart, keyEnd, node: value } of node.entries.values()) {
      const at = [...path, key];
      if (keys?.refersTo !== undefined && !(key === 'default' && path[0] === 'limits')) {
        // A provider's own section is where its name is made; a project's, where its limits are.
        const makes = path.length === 1 && (path[0] === 'providers' || path[0] === 'projects');
        const role = makes ? 'definition' : 'reference';
        yield symbol(file, { kind: keys.refersTo, text: key, role, spot: 'key', path: at }, keyStart, keyEnd);
      }
      yield* walk(file, value, at, schemasBelow(forms, key));
    }
  }
}

const kindOfScope: Partial<Record<Scope, ValueKind>> = {
  provider: 'provider',
  tier: 'tier',
  project: 'project',
  agent: 'agent',
  agent_type: 'agent_type',
};

function kindInRule(file: ParsedConfiguration, path: Path): ValueKind | undefined {
  const [budgets, rules, index, key] = path;
  if (budgets !== 'budgets' || rules !== 'rules' || index === undefined) return undefined;
  if (key !== 'scope_id' && key !== 'except') return undefined;
  const scope = find(file.root, [budgets, rules, index, 'scope'])?.node;
  return scope?.kind === 'scalar' ? kindOfScope[String(scope.value) as Scope] : undefined;
}

function symbol(
  { text, positions }: ParsedConfiguration,
  said: Omit<NameSymbol, 'id' | 'range'>,
  start: number,
  end: number,
): NameSymbol {
  const quoted = end - start >= 2 && /^["']/.test(text.slice(start, end)) ? 1 : 0;
  const id = said.kind === 'provider' ? canonicalProvider(said.text) : said.text;
  return { ...said, id, range: positions.span(start + quoted, end - quoted) };
}
