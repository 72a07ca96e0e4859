/**
 * One file: its text → what it says, and everything that is wrong with it by itself, each at its range. Never throws and
 * never hangs, whatever the text. What depends on other files (unknown tiers, lifted limits, limits that are never
 * reached) is found by `resolve`, which answers these issues as well.
 */
import type { ConfigurationIssue } from '../protocol/configurationIssue';
import type { CheckedFile, FileCheck } from './checks/check';
import { duplicateIds } from './checks/duplicateIds';
import { incompletePrices } from './checks/incompletePrices';
import { nothingThere } from './checks/nothingThere';
import { secrets } from './checks/secrets';
import { tierRanges } from './checks/tierRanges';
import { unknownNames } from './checks/unknownNames';
import { hasError, type Finding, type Path, type TextProblem } from './issue';
import { find, type Located } from './read/located';
import { parseFile, type ParsedFile } from './read/parsedFile';
import { rememberByText } from './rememberByText';
import type { FileEntries } from './schema/file';
import type { TextPositions } from './textPositions';
import { filePaths, validate, type Validated } from './validate/validate';

export interface ParsedConfiguration extends Pick<ParsedFile, 'text' | 'positions' | 'root'> {
  /** What the file says; without what is wrong, where something is. */
  entries: FileEntries;
  issues: ConfigurationIssue[];
  /** Whether an issue is an error, so that the file is not to be obeyed while an earlier version of it is known. */
  broken: boolean;
  /** From a path in `entries` to the path in the file. */
  filePath: (path: Path) => Path;
}

const mostIssues = 500;

/** In characters; what all windows' workspaces say at one time is less. */
const mostKept = 2_000_000;

/** Checks of meaning that one file answers by itself. */
const checks: readonly FileCheck[] = [nothingThere, unknownNames, duplicateIds, tierRanges, incompletePrices, secrets];

export const parseConfiguration = rememberByText(parse, mostKept);

function parse(text: string): ParsedConfiguration {
  const { positions, root, problems } = parseFile(text);
  const schemaSays = validate(root);
  const asWritten = pathsOf(root, schemaSays);
  const checked: CheckedFile = { text, root, entries: schemaSays.entries, filePath: asWritten };
  const meaning = checks
    .flatMap((check) => check(checked))
    // What the schema left out is there, and has been spoken of.
    .filter(({ code, path }) => code !== 'missing_key' || find(root, path) === undefined);
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
