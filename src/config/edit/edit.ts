/**
 * Edits of any path. Each is tried out before it is answered: the text after it must read as the text before it with that
 * one change, and nothing else changed, or the edit is refused. Comments, order, quotes and line ends stay as they are.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationEdit } from '../../protocol/configurationIssue';
import { pathText, type Path } from '../issue';
import { find, toPlain } from '../read/located';
import { parseFile, type ParsedFile } from '../read/parsedFile';
import { applyEdits, refused, type EditOutcome } from './outcome';
import { removeEdit } from './removePath';
import type { Plain } from './render';
import { setEdit } from './setPath';

/** Gives what stands at a path a value; what is missing on the way is made. The index after a list's last item adds one. */
export function setPath(text: string, path: Path, value: Plain): EditOutcome {
  const file = parseFile(text);
  const broken = brokenText(file);
  if (broken !== null) return broken;
  const before = file.root === null ? {} : toPlain(file.root);
  const wanted = withValue(before, path, value);
  if (isDeepStrictEqual(before, wanted)) return { ok: true, edits: [], text };
  return tryOut(text, setEdit(text, file.document?.contents ?? null, path, value), wanted, path);
}

export function removePath(text: string, path: Path): EditOutcome {
  const file = parseFile(text);
  const broken = brokenText(file);
  if (broken !== null) return broken;
  if (file.root === null || find(file.root, path) === undefined || path.length === 0) {
    return refused('not_found', `nothing stands at ${pathText(path)}`);
  }
  const wanted = withoutValue(toPlain(file.root), path);
  return tryOut(text, removeEdit(text, file.document?.contents ?? null, path), wanted, path);
}

function brokenText({ problems }: ParsedFile): EditOutcome | null {
  const problem = problems.find(({ severity }) => severity === 'error');
  return problem === undefined ? null : refused('syntax', problem.message);
}

function tryOut(text: string, edit: ConfigurationEdit | null, wanted: unknown, path: Path): EditOutcome {
  if (edit === null) return refused('form', `${pathText(path)} is written in a form that can not be edited`);
  const after = applyEdits(text, [edit]);
  const { root, problems } = parseFile(after);
  const read = root === null ? {} : toPlain(root);
  if (
    problems.some(({ severity }) => severity === 'error') ||
    !isDeepStrictEqual(withoutEmpty(read), withoutEmpty(wanted))
  ) {
    const shared = /[&*][^\s,[\]{}]/.test(text);
    return refused(shared ? 'shared' : 'form', `${pathText(path)} can not be edited without changing more`);
  }
  return { ok: true, edits: [edit], text: after };
}

function withValue(before: unknown, path: Path, value: Plain): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return JSON.parse(JSON.stringify(value)) as unknown;
  if (typeof part === 'number') {
    const list = Array.isArray(before) ? [...(before as unknown[])] : [];
    list[part] = withValue(list[part], rest, value);
    return list;
  }
  const map = isMap(before) ? before : {};
  return { ...map, [part]: withValue(Object.hasOwn(map, part) ? map[part] : undefined, rest, value) };
}

function withoutValue(before: unknown, path: Path): unknown {
  const [part, ...rest] = path;
  if (Array.isArray(before) && typeof part === 'number') {
    const list = before as unknown[];
    return rest.length === 0 ? list.toSpliced(part, 1) : list.with(part, withoutValue(list[part], rest));
  }
  if (!isMap(before) || part === undefined) return before;
  const entries = Object.entries(before);
  return Object.fromEntries(
    rest.length === 0
      ? entries.filter(([key]) => key !== part)
      : entries.map(([key, value]) => [key, key === part ? withoutValue(value, rest) : value]),
  );
}

/** A map or list without its last entry may be left as a key with nothing behind it: to everybody the same. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const inner = withoutEmpty(one);
      return isEmpty(inner) ? [] : [[key, inner]];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
