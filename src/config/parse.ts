/**
 * One file: its text → what it says, and everything that is wrong with it by itself, each at its range. Never throws and
 * never hangs, whatever the text. What depends on other files (unknown tiers, lifted limits, limits that are never
 * reached) is found by `resolve`, which answers these issues as well.
 */
import type { ConfigurationIssue } from '../protocol/configurationIssue';
import { checkFile } from './checks/checkFile';
import { hasError, type Finding, type Path } from './issue';
import { find, type Located } from './read/located';
import { readYaml, type TextProblem } from './read/readYaml';
import type { FileEntries } from './schema/file';
import { TextPositions } from './textPositions';
import { filePaths, validate, type Validated } from './validate/validate';

export interface ParsedConfiguration {
  text: string;
  positions: TextPositions;
  /** What stands in the file, with its places; `null` where there is nothing, or nothing readable. */
  root: Located | null;
  /** What the file says; without what is wrong, where something is. */
  entries: FileEntries;
  issues: ConfigurationIssue[];
  /** Whether an issue is an error, so that the file is not to be obeyed while an earlier version of it is known. */
  broken: boolean;
  /** From a path in `entries` to the path in the file. */
  filePath: (path: Path) => Path;
}

const mostIssues = 500;

export function parseConfiguration(text: string): ParsedConfiguration {
  const positions = new TextPositions(text);
  const { root, problems } = readYaml(text);
  const schemaSays = validate(root);
  const asWritten = pathsOf(root, schemaSays);
  const meaning = checkFile({ text, root, entries: schemaSays.entries, filePath: asWritten }).filter(
    // What the schema left out is there, and has been spoken of.
    ({ code, path }) => code !== 'missing_key' || find(root, path) === undefined,
  );
  const wrong = [...schemaSays.findings, ...meaning].filter(({ severity }) => severity === 'error');
  const validated =
    wrong.length === schemaSays.findings.length
      ? schemaSays
      : validate(
          root,
          wrong.map(({ path }) => path),
        );
  const syntax = problems.map((problem) => fromProblem(problem, positions));
  // After an error of syntax the rest may stand elsewhere than its writer thinks.
  const misread = problems.some(({ severity, code }) => severity === 'error' && code === 'syntax');
  const found = misread ? [] : [...schemaSays.findings, ...meaning];
  const issues = [...syntax, ...found.map((finding) => placeIssue(finding, root, positions))];
  issues.sort((a, b) => a.range.start.offset - b.range.start.offset);
  return {
    text,
    positions,
    root,
    entries: validated.entries,
    issues: issues.slice(0, mostIssues),
    broken: hasError(issues),
    filePath: pathsOf(root, validated),
  };
}

function pathsOf(root: Located | null, { isLeftOut }: Validated): (path: Path) => Path {
  return root === null ? (path) => path : filePaths(root, isLeftOut);
}

function fromProblem(problem: TextProblem, positions: TextPositions): ConfigurationIssue {
  const { severity, code, message, start, end, replacement } = problem;
  return {
    severity,
    code,
    message,
    path: [],
    range: positions.firstLine(start, end),
    ...(replacement && { fix: fixOf(replacement, start, end) }),
  };
}

function fixOf({ title, text }: { title: string; text: string }, start: number, end: number) {
  return { title, edits: [{ offset: start, length: end - start, newText: text }] };
}

/** Gives a finding its place: the key or the value at its path, or else what is nearest above it. */
export function placeIssue(finding: Finding, root: Located | null, positions: TextPositions): ConfigurationIssue {
  const { spot, replacement, ...issue } = finding;
  let { path } = finding;
  let found = find(root, path);
  const exact = found !== undefined;
  while (found === undefined && path.length > 0) {
    path = path.slice(0, -1);
    found = find(root, path);
  }
  if (found === undefined) return { ...issue, range: positions.span(0, 0) };
  const { entry, node } = found;
  // A whole map is too much to underline: its key says which one.
  const byKey = entry !== undefined && (spot === 'key' || node.kind === 'nothing' || (node.kind === 'map' && !exact));
  const [start, end] = byKey ? [entry.keyStart, entry.keyEnd] : [node.start, node.end];
  return {
    ...issue,
    range: positions.firstLine(start, end),
    ...(replacement && exact && { fix: fixOf(replacement, start, end) }),
  };
}
