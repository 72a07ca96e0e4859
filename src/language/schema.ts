/** What completion and hover ask of the configuration's schema, beyond what `config` answers itself. */
import { alternatives, schemaOfKey, schemaOfKeysIn, schemasAt, type JsonSchema } from '../config/schema/jsonSchema';
import type { ValueKind } from '../protocol/language';
import type { Path } from '../config/issue';

export type { JsonSchema } from '../config/schema/jsonSchema';
export type Word = string | number | boolean | null;

/** Plain values of keys that decide which form is meant, as `type: webhook`. */
export type Present = ReadonlyMap<string, unknown>;

/** The keys that the mapping at a path may have, those it must have first. */
export function keysFor(path: Path, present: Present): string[] {
  const fitting = schemasAt(path).filter((schema) => fits(schema, present));
  const required = new Set(fitting.flatMap((schema) => schema.required ?? []));
  const keys = [...new Set(fitting.flatMap(({ properties = {} }) => Object.keys(properties)))];
  return keys.toSorted((a, b) => Number(required.has(b)) - Number(required.has(a)));
}

function fits(schema: JsonSchema, present: Present): boolean {
  return [...present].every(([key, value]) => {
    const known = schema.properties?.[key];
    return known?.const === undefined || known.const === value;
  });
}

/** What the keys of a record at this path stand for; `null` where keys are fixed. */
export function keyKindAt(path: Path): ValueKind | null {
  return schemaOfKeysIn(path)?.refersTo ?? null;
}

/** What a text at this path stands for. */
export function kindAt(path: Path): ValueKind | null {
  return said(path).find(({ refersTo }) => refersTo !== undefined)?.refersTo ?? null;
}

export interface Description {
  description?: string;
  unit?: string;
  default?: unknown;
  examples?: readonly unknown[];
}

/** What the author of the schema says of a place. */
export function describeAt(path: Path): Description {
  const all = said(path);
  const described: Description = {};
  for (const { description, unit, default: usual, examples } of all) {
    if (description !== undefined) described.description ??= description;
    if (unit !== undefined) described.unit ??= unit;
    if (examples !== undefined) described.examples ??= examples;
    if (usual !== undefined && described.default === undefined) described.default = usual;
  }
  return described;
}

/** The key's own schema, then each of its forms. */
function said(path: Path): JsonSchema[] {
  const own = schemaOfKey(path);
  return own === undefined ? [] : [own, ...alternatives(own)];
}

/** The words that may stand at a path. */
export function wordsAt(path: Path): Word[] {
  const words = schemasAt(path).flatMap((schema): unknown[] => {
    if (schema.const !== undefined) return [schema.const];
    if (schema.enum !== undefined) return [...schema.enum];
    return schema.type === 'boolean' ? [true, false] : schema.type === 'null' ? [null] : [];
  });
  return [...new Set(words)] as Word[];
}
