/** Go to definition, references and rename of ids within one file. */
import {
  ErrorCodes,
  ResponseError,
  TextEdit,
  type Location,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { defaultConfiguration } from '../../config/normalise/defaults';
import type { Analysis } from '../analysis';
import type { NameSymbol } from '../../config/symbols';
import type { ValueKind } from '../../protocol/language';

/** What a file itself gives names to; a provider, a model or a time zone can't be renamed. */
const renamable: ReadonlySet<ValueKind> = new Set(['tier', 'subscription', 'budget', 'project', 'agent', 'agent_type']);

/** The definition; of an id that only uses have, as an agent's name, the first of them. */
export function definition(analysis: Analysis, offset: number): Location[] {
  const use = useAt(analysis, offset);
  if (use === null) return [];
  const all = sameId(analysis, use);
  const defining = all.filter(({ role }) => role === 'definition');
  return (defining.length > 0 ? defining : all.slice(0, 1)).map((each) => location(analysis, each));
}

export function references(analysis: Analysis, offset: number, includeDefinition: boolean): Location[] {
  const use = useAt(analysis, offset);
  if (use === null) return [];
  return sameId(analysis, use)
    .filter(({ role }) => includeDefinition || role === 'reference')
    .map((each) => location(analysis, each));
}

export function prepareRename(analysis: Analysis, offset: number): { range: Range; placeholder: string } {
  const use = renamed(analysis, offset);
  return { range: toRange(analysis, use), placeholder: use.text };
}

export function rename(analysis: Analysis, offset: number, newName: string): WorkspaceEdit {
  const use = renamed(analysis, offset);
  const name = newName.trim();
  if (name === '' || name.length > 256 || /[\p{Cc}]/u.test(name))
    throw refusal('An id is one line of 1 to 256 letters.');
  const taken = analysis.ids.some(({ kind, id, role }) => kind === use.kind && id === name && role === 'definition');
  const builtIn = isBuiltIn(use.kind, name);
  if (name !== use.id && (taken || builtIn)) throw refusal(`There is a ${words(use.kind)} “${name}” already.`);
  if (isBuiltIn(use.kind, use.id)) {
    throw refusal(`“${use.id}” is a built-in ${words(use.kind)}: change its display name instead.`);
  }
  const edits = sameId(analysis, use).map((each) =>
    TextEdit.replace(toRange(analysis, each), written(name, quoteOf(analysis, each))),
  );
  return { changes: { [analysis.document.uri]: edits } };
}

function useAt({ ids }: Analysis, offset: number): NameSymbol | null {
  return ids.find(({ range }) => range.start.offset <= offset && offset <= range.end.offset) ?? null;
}

/** The use itself among them. */
function sameId({ ids }: Analysis, { kind, id }: NameSymbol): NameSymbol[] {
  return ids.filter((use) => use.kind === kind && use.id === id);
}

function isBuiltIn(kind: ValueKind, id: string): boolean {
  return kind === 'tier' && defaultConfiguration.tiers.some((tier) => tier.id === id);
}

function renamed(analysis: Analysis, offset: number): NameSymbol {
  const use = useAt(analysis, offset);
  if (use === null)
    throw refusal('Only an id can be renamed: of a tier, a subscription, a budget, a project or an agent.');
  if (!renamable.has(use.kind)) throw refusal(`The name of a ${words(use.kind)} is not yours to change.`);
  return use;
}

/** As the place has it: within its quotes, or in quotes of its own where YAML would read something else. */
function written(name: string, quote: string): string {
  if (quote === "'") return name.replaceAll("'", "''");
  if (quote === '"') return JSON.stringify(name).slice(1, -1);
  return /^[A-Za-z][\w./-]*$/.test(name) && !/^(?:true|false|null|y|n|yes|no|on|off)$/i.test(name)
    ? name
    : JSON.stringify(name);
}

function location(analysis: Analysis, use: NameSymbol): Location {
  return { uri: analysis.document.uri, range: toRange(analysis, use) };
}

function quoteOf({ document }: Analysis, { range }: NameSymbol): string {
  return document.getText().charAt(range.start.offset - 1);
}

function toRange({ document }: Analysis, { range }: NameSymbol): Range {
  return { start: document.positionAt(range.start.offset), end: document.positionAt(range.end.offset) };
}

function words(kind: ValueKind): string {
  return kind.replaceAll('_', ' ');
}

function refusal(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}
