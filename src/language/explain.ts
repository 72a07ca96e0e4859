/** What is said of a key: its meaning, type, unit, default and examples, as Markdown. From the schema alone. */
import { MarkupKind, type MarkupContent } from 'vscode-languageserver';
import { schemasAt } from '../config/schema/jsonSchema';
import { describeAt, type JsonSchema } from './schema';
import type { Path } from '../config/issue';

export function explain(path: Path): MarkupContent | null {
  const { description, unit, default: usual, examples } = describeAt(path);
  const facts = [
    fact('Type', typeText(schemasAt(path))),
    unit === undefined ? null : fact('Unit', unit),
    usual === undefined ? null : fact('Default', code(usual)),
    examples === undefined ? null : fact('For example', examples.map(code).join(', ')),
  ].filter((line) => line !== null);
  if (description === undefined && facts.length <= 1) return null;
  return { kind: MarkupKind.Markdown, value: [description, facts.join('  \n')].filter(Boolean).join('\n\n') };
}

/** `number · unit`, on the line of a completion. */
export function brief(path: Path): string {
  const { unit } = describeAt(path);
  return [typeText(schemasAt(path)), unit].filter(Boolean).join(' · ');
}

function typeText(alternatives: readonly JsonSchema[]): string {
  const names = alternatives.map((schema) => {
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) return schema.enum.map((word) => String(word)).join(' | ');
    if (schema.type === 'array') return 'list';
    if (schema.type === 'object') return 'mapping';
    return schema.type ?? '';
  });
  return [...new Set(names)].filter(Boolean).join(' | ');
}

function fact(name: string, text: string): string | null {
  return text === '' ? null : `*${name}:* ${text}`;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
