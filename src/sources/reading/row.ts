/**
 * The fields of one line of JSON. A source says once which fields it asks for, by names and paths, and is handed a row of them for
 * each line; whether WebAssembly or JSON.parse filled it, it can't tell.
 */
import { instantOf } from './instants';

/** Of each name the path of a field: keys, with dots between those of nested objects. */
export type Fields<Name extends string = string> = Readonly<Record<Name, string>>;

/** The same fields in an object that stands elsewhere. */
export function below<Name extends string>(path: string, fields: Fields<Name>): Fields<Name> {
  const entries = Object.entries<string>(fields).map(([name, field]) => [name, `${path}.${field}`]);
  return Object.fromEntries(entries) as Fields<Name>;
}

const greatestCount = 1_000_000_000_000;
const longestLabel = 256;

/** Good until the next line; what it answers is good for ever. */
export abstract class Row<Name extends string = string> {
  protected hasFlaw = false;

  /** What JSON.parse makes of the field; `undefined`: it is missing. */
  abstract value(name: Name): unknown;

  /** Whether a count was asked for so far that is something else. */
  get flawed(): boolean {
    return this.hasFlaw;
  }

  /** There, and not `null`. */
  has(name: Name): boolean {
    const value = this.value(name);
    return value !== undefined && value !== null;
  }

  isObject(name: Name): boolean {
    return isRecord(this.value(name));
  }

  /** `null`: no text. */
  text(name: Name): string | null {
    const value = this.value(name);
    return typeof value === 'string' ? value : null;
  }

  /** An id or a name; `null`: no text, an empty one, or one beyond 256 characters. */
  label(name: Name): string | null {
    const text = this.text(name);
    return text === null || text === '' || text.length > longestLabel ? null : text;
  }

  flag(name: Name): boolean {
    return this.value(name) === true;
  }

  /** `null`: no number, or one that is not finite. */
  number(name: Name): number | null {
    const value = this.value(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }

  /** A natural number up to a million millions. Missing or `null` is 0; so is anything else, as which the row is flawed. */
  count(name: Name): number {
    const value = this.value(name);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= greatestCount) return value;
    if (value !== undefined && value !== null) this.hasFlaw = true;
    return 0;
  }

  /** An RFC 3339 text as epoch ms; `null`: none, or of another century. */
  instant(name: Name): number | null {
    const text = this.text(name);
    return text === null ? null : instantOf(text);
  }

  /** Of each entry of a list its fields; what is no object has none. Not a list: no rows. */
  rows<Inner extends string>(name: Name, fields: Fields<Inner>): readonly Row<Inner>[] {
    const value = this.value(name);
    return Array.isArray(value) ? value.map((entry: unknown) => new ParsedRow(entry, fields)) : [];
  }
}

/** Of JSON that was parsed. */
export class ParsedRow<Name extends string = string> extends Row<Name> {
  constructor(
    private readonly document: unknown,
    private readonly fields: Fields<Name>,
  ) {
    super();
  }

  value(name: Name): unknown {
    let value = this.document;
    for (const key of this.fields[name].split('.')) {
      if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
