/**
 * The argument of a public command as plain JSON. Another extension may hand over anything: what JSON can't carry is
 * named with its path instead of being dropped in silence.
 */
import type { ApiIssue } from '../protocol/api/api';

export type Cloned = { ok: true; value: unknown } | { ok: false; issues: ApiIssue[] };

const deepest = 32;
const mostIssues = 20;

function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** `Date` and the like say themselves what they are in JSON. */
function hasToJson(value: object): value is { toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

class Cloner {
  readonly issues: ApiIssue[] = [];
  readonly #open = new Set<object>();

  clone(value: unknown, path: string): unknown {
    switch (typeof value) {
      case 'string':
      case 'boolean':
      case 'undefined':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : this.#refuse(path, `${value} is not a JSON number`);
      case 'bigint':
      case 'function':
      case 'symbol':
        return this.#refuse(path, `a ${typeof value} is not JSON`);
      case 'object':
        return value === null ? null : this.#container(value, path);
    }
  }

  #container(value: object, path: string): unknown {
    if (this.#open.has(value)) return this.#refuse(path, 'the value contains itself');
    if (this.#open.size === deepest) return this.#refuse(path, `deeper than ${deepest} levels`);
    this.#open.add(value);
    try {
      if (hasToJson(value)) return this.clone(value.toJSON(), path);
      if (Array.isArray(value)) return value.map((item, index) => this.clone(item ?? null, below(path, index)));
      const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] =>
        item === undefined ? [] : [[key, this.clone(item, below(path, key))]],
      );
      return Object.fromEntries(entries);
    } finally {
      this.#open.delete(value);
    }
  }

  #refuse(path: string, message: string): null {
    if (this.issues.length < mostIssues) this.issues.push({ path, message });
    return null;
  }
}

/** `undefined`, no argument at all, is read as the empty request. */
export function jsonClone(argument: unknown): Cloned {
  const cloner = new Cloner();
  try {
    const value = cloner.clone(argument ?? {}, '');
    return cloner.issues.length === 0 ? { ok: true, value } : { ok: false, issues: cloner.issues };
  } catch (error) {
    // A getter or a toJSON of the caller's.
    return { ok: false, issues: [{ path: '', message: error instanceof Error ? error.message : String(error) }] };
  }
}
