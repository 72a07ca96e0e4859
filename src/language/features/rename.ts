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
import { renamable, sameId, useAt, type IdUse } from '../ids';

/** The definition; of an id that only uses have, as an agent's name, the first of them. */
export function definition(analysis: Analysis, offset: number): Location[] {
  const use = useAt(analysis.ids, offset);
  if (use === null) return [];
  const all = sameId(analysis.ids, use);
  const defining = all.filter(({ role }) => role === 'definition');
  return (defining.length > 0 ? defining : all.slice(0, 1)).map((each) => location(analysis, each));
}

export function references(analysis: Analysis, offset: number, includeDefinition: boolean): Location[] {
  const use = useAt(analysis.ids, offset);
  if (use === null) return [];
  return sameId(analysis.ids, use)
    .filter(({ role }) => includeDefinition || role === 'reference')
    .map((each) => location(analysis, each));
}

export function prepareRename(analysis: Analysis, offset: number): { range: Range; placeholder: string } {
  const use = renamed(analysis, offset);
  return { range: toRange(analysis, use), placeholder: use.id };
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
  const edits = sameId(analysis.ids, use).map((each) => TextEdit.replace(toRange(analysis, each), written(name, each)));
  return { changes: { [analysis.document.uri]: edits } };
}

function isBuiltIn(kind: IdUse['kind'], id: string): boolean {
  return kind === 'tier' && defaultConfiguration.tiers.some((tier) => tier.id === id);
}

function renamed(analysis: Analysis, offset: number): IdUse {
  const use = useAt(analysis.ids, offset);
  if (use === null)
    throw refusal('Only an id can be renamed: of a tier, a subscription, a budget, a project or an agent.');
  if (!renamable.has(use.kind)) throw refusal(`The name of a ${words(use.kind)} is not yours to change.`);
  return use;
}

/** As the place has it: within its quotes, or in quotes of its own where YAML would read something else. */
function written(name: string, { quote }: IdUse): string {
  if (quote === "'") return name.replaceAll("'", "''");
  if (quote === '"') return JSON.stringify(name).slice(1, -1);
  return /^[A-Za-z][\w./-]*$/.test(name) && !/^(?:true|false|null|y|n|yes|no|on|off)$/i.test(name)
    ? name
    : JSON.stringify(name);
}

function location(analysis: Analysis, use: IdUse): Location {
  return { uri: analysis.document.uri, range: toRange(analysis, use) };
}

function toRange({ document }: Analysis, { range }: IdUse): Range {
  return { start: document.positionAt(range.start), end: document.positionAt(range.end) };
}

function words(kind: IdUse['kind']): string {
  return kind.replaceAll('_', ' ');
}

function refusal(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}
