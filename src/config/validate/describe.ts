/** Issues of zod → findings: sentences for people, at the key or value they are about, with the obvious mending. */
import type { $ZodIssue } from 'zod/v4/core';
import type { Finding, Path } from '../issue';
import { find, type Located, type LocatedScalar } from '../read/located';
import { knownKeys } from '../schema/jsonSchema';
import { suggest } from './suggest';

/** More than this of one map are of no use to anybody, and each is compared with every known key. */
const mostKeys = 100;

export function describe(issue: $ZodIssue, root: Located, base: Path = []): Finding[] {
  const path: Path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const at = find(root, path);
  const value = (code: Finding['code'], message: string, replacement?: Finding['replacement']): Finding[] => [
    { severity: 'error', code, message, path, spot: 'value', ...(replacement && { replacement }) },
  ];
  if (at === undefined || at.node.kind === 'nothing') {
    return issue.code === 'custom' ? value('missing_key', issue.message) : [missing(path)];
  }
  const scalar = at.node.kind === 'scalar' ? at.node : undefined;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, mostKeys).map((key) => unknownKey([...path, key]));
    case 'invalid_union':
      return union(issue, root, path) ?? value(...wrongType(issue, at.node), mendedNumber(expectedOf(issue), scalar));
    case 'invalid_type':
      if (path.at(-2) === 'per_backend' && scalar !== undefined) {
        return value('wrong_value', 'must be an amount with its period, as 20.00/month', mendedPeriod(path, scalar));
      }
      return value(...wrongType(issue, at.node), mendedNumber(issue.expected, scalar));
    case 'invalid_value': {
      const known = issue.values.map(String);
      const near = scalar && suggest(scalar.source, known);
      // A message of the schema's own says more than the list.
      const message = issue.message.startsWith('Invalid') ? `must be ${listed(known)}` : issue.message;
      return value('wrong_value', message, near ? { title: `Change to ${near}`, text: near } : undefined);
    }
    case 'too_small':
    case 'too_big':
      return value('wrong_value', bounds(issue));
    case 'invalid_key':
      return [
        {
          severity: 'error',
          code: 'unusable_key',
          message: 'is no name: a name has 1 to 256 characters',
          path,
          spot: 'key',
        },
      ];
    case 'invalid_format':
      return value('wrong_value', issue.message, mendedPeriod(path, scalar));
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      return value('wrong_value', issue.message);
  }
}

function missing(path: Path): Finding {
  const key = String(path.at(-1) ?? '');
  return { severity: 'error', code: 'missing_key', message: `${key} is missing`, path, spot: 'value' };
}

export function unknownKey(path: Path): Finding {
  const key = String(path.at(-1));
  const near = suggest(key, knownKeys(path.slice(0, -1)).keys());
  const message = near === null ? `no key ${key} is known here` : `no key ${key} is known here; did you mean ${near}?`;
  return {
    severity: 'error',
    code: 'unknown_key',
    message,
    path,
    spot: 'key',
    ...(near !== null && { replacement: { title: `Change to ${near}`, text: near } }),
  };
}

/** What the alternative says whose kind is right: of the others nothing is of interest. */
function union(issue: $ZodIssue & { code: 'invalid_union' }, root: Located, path: Path): Finding[] | null {
  const fitting = issue.errors.filter((errors) => !errors.some((error) => error.path.length === 0 && isOfKind(error)));
  const chosen = fitting.toSorted((a, b) => a.length - b.length)[0];
  return chosen === undefined ? null : chosen.flatMap((error) => describe(error, root, path));
}

function isOfKind(issue: $ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** A number, where one of the alternatives is. */
function expectedOf(issue: $ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code !== 'invalid_union') return '';
  return (
    issue.errors
      .flat()
      .map(expectedOf)
      .find((expected) => expected === 'number' || expected === 'int') ?? ''
  );
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
};

function wrongType(issue: $ZodIssue, node: Located): [code: Finding['code'], message: string] {
  const wanted = new Set(expectations(issue));
  const found =
    node.kind === 'scalar'
      ? typeof node.value === 'number'
        ? Number.isFinite(node.value)
          ? 'the number'
          : 'a number without end:'
        : typeof node.value === 'string'
          ? 'the text'
          : ''
      : node.kind === 'map'
        ? 'a map'
        : 'a list';
  const shown = node.kind === 'scalar' ? ` ${shorten(node.source)}` : '';
  return ['wrong_type', `must be ${listed([...wanted])}, not ${`${found}${shown}`.trim()}`];
}

function expectations(issue: $ZodIssue): string[] {
  if (issue.code === 'invalid_union') {
    if ('options' in issue && Array.isArray(issue.options)) return [`one of ${issue.options.map(String).join(', ')}`];
    return issue.errors.flatMap((errors) => errors.filter((error) => error.path.length === 0)).flatMap(expectations);
  }
  if (issue.code === 'invalid_type') return [kinds[issue.expected] ?? issue.expected];
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return [];
}

function bounds(issue: $ZodIssue & { code: 'too_small' | 'too_big' }): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const side = issue.code === 'too_small' ? 'least' : 'most';
  const number = Number(limit).toLocaleString('en', { maximumFractionDigits: 12 });
  if (issue.origin === 'string')
    return issue.code === 'too_small' ? 'must not be empty' : `must have at most ${number} characters`;
  if (issue.origin === 'array') return `must have at ${side} ${number} ${limit === 1 ? 'entry' : 'entries'}`;
  if (issue.inclusive === false) return `must be ${issue.code === 'too_small' ? 'more' : 'less'} than ${number}`;
  return `must be at ${side} ${number}`;
}

/** `1_000`, `1,000` and `"1000"` are text to YAML 1.2, and so are `yes` and `on`. */
function mendedNumber(expected: string, scalar: LocatedScalar | undefined): Finding['replacement'] {
  if (typeof scalar?.value !== 'string') return undefined;
  const trimmed = scalar.value.trim();
  if (expected === 'boolean') {
    const text = /^(?:yes|y|on|true)$/i.test(trimmed) ? 'true' : /^(?:no|n|off|false)$/i.test(trimmed) ? 'false' : null;
    return text === null ? undefined : { title: `Write ${text}`, text };
  }
  if (expected !== 'number' && expected !== 'int') return undefined;
  const digits = trimmed
    .replace(/^\$\s*/, '')
    .replace(/(?<=\d)[_'](?=\d)/g, '')
    .replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, '');
  return /^-?\d{1,15}(?:\.\d{1,12})?$/.test(digits) ? { title: `Write ${digits}`, text: digits } : undefined;
}

function mendedPeriod(path: Path, scalar: LocatedScalar | undefined): Finding['replacement'] {
  if (path.at(-2) !== 'per_backend' || !/^\$?\d+(?:\.\d+)?$/.test(scalar?.source ?? '')) return undefined;
  const text = `${scalar?.source ?? ''}/month`;
  return { title: `Write ${text}`, text };
}

function listed(words: readonly string[]): string {
  return words.length < 2
    ? (words[0] ?? 'something else')
    : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
