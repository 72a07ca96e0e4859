/** The JSON Schema of the configuration file, made from the zod schema, and what it says of a place in the file. */
import * as z from 'zod';
import type { ValueKind } from '../../protocol/language';
import type { Path } from '../issue';
import { fileSchema } from './file';

/** The part of JSON Schema that zod writes for us, with the words of our own. */
export interface JsonSchema {
  title?: string;
  description?: string;
  unit?: string;
  default?: unknown;
  examples?: readonly unknown[];
  refersTo?: ValueKind;
  defines?: ValueKind;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
}

export const schemaFileName = 'agent-meter.schema.json';

let made: JsonSchema | undefined;

export function configurationJsonSchema(): JsonSchema {
  made ??= z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return made;
}

/** The forms that may stand at a path, one for each alternative; none where no key is known. */
export function schemasAt(path: Path): JsonSchema[] {
  return path.reduce<JsonSchema[]>(formsBelow, alternatives(configurationJsonSchema()));
}

/** The forms of what stands below one key or index of something that may have any of these forms. */
export function formsBelow(forms: readonly JsonSchema[], part: string | number): JsonSchema[] {
  return schemasBelow(forms, part).flatMap(alternatives);
}

/** The same before alternatives are told apart: what the schema says of the key itself comes first. */
export function schemasBelow(forms: readonly JsonSchema[], part: string | number): JsonSchema[] {
  return forms.flatMap((schema) => childOf(schema, part));
}

/** What the schema says of a key itself: that of the value, which carries the description, before its alternatives. */
export function schemaOfKey(path: Path): JsonSchema | undefined {
  const last = path.at(-1);
  if (last === undefined) return configurationJsonSchema();
  return schemasBelow(schemasAt(path.slice(0, -1)), last)[0];
}

/** What the keys of the map at a path are, where anybody may name them. */
export function schemaOfKeysIn(path: Path): JsonSchema | undefined {
  return schemasAt(path).find(({ propertyNames }) => propertyNames !== undefined)?.propertyNames;
}

/** Keys that the map at a path may have, with what is said of each. */
export function knownKeys(path: Path): ReadonlyMap<string, JsonSchema> {
  return new Map(schemasAt(path).flatMap(({ properties }) => Object.entries(properties ?? {})));
}

function childOf(schema: JsonSchema, part: string | number): JsonSchema[] {
  if (typeof part === 'number') return schema.items === undefined ? [] : [schema.items];
  const known = schema.properties !== undefined && Object.hasOwn(schema.properties, part) && schema.properties[part];
  if (known) return [known];
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

/** Meta data of a union hold for each of its alternatives. */
export function alternatives(schema: JsonSchema): JsonSchema[] {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices === undefined) return [schema];
  const { description, unit, examples, refersTo, defines } = schema;
  const shared = Object.fromEntries(
    Object.entries({ description, unit, examples, refersTo, defines }).filter(([, value]) => value !== undefined),
  );
  return choices.flatMap(alternatives).map((choice) => ({ ...shared, ...choice }));
}
