/**
 * Located values → what the file says, typed, and everything in it that the schema does not allow. What is wrong is left
 * out, by the smallest part that leaves the rest right, so that limits beside a mistake still hold when no earlier
 * version of the file is known.
 */
import type { $ZodIssue } from 'zod/v4/core';
import { pathKey, type Finding, type Path } from '../issue';
import { find, toPlain, type Located, type LocatedList } from '../read/located';
import { fileSchema, type FileEntries } from '../schema/file';
import { describe } from './describe';

const mostRounds = 8;
const mostFindings = 200;

export interface Validated {
  entries: FileEntries;
  findings: Finding[];
  /** Paths of `entries` in the file: items of a list move up when one before them is left out. */
  isLeftOut: (path: Path) => boolean;
}

/** `wrong`: paths that a check of meaning found wrong, to be left out from the beginning. */
export function validate(root: Located | null, wrong: readonly Path[] = []): Validated {
  const leftOut = new Set(wrong.map((path) => pathKey(find(root, path) === undefined ? path.slice(0, -1) : path)));
  const isLeftOut = (path: Path) => leftOut.has(pathKey(path));
  let findings: Finding[] = [];
  if (root === null) return { entries: {}, findings, isLeftOut };
  for (let round = 0; round < mostRounds; round++) {
    const paths = filePaths(root, isLeftOut);
    const result = fileSchema.safeParse(toPlain(root, isLeftOut));
    if (result.success) return { entries: result.data, findings, isLeftOut };
    const issues = result.error.issues;
    // Later rounds only find what follows from leaving out.
    if (round === 0) findings = issues.slice(0, mostFindings).flatMap((issue) => describe(issue, root));
    // Small mistakes first; where that is not enough, the whole key of the file.
    const depth = round < mostRounds - 3 ? Infinity : 1;
    for (const path of issues.flatMap((issue) => culprits(issue))) leftOut.add(pathKey(paths(path).slice(0, depth)));
  }
  return { entries: {}, findings, isLeftOut };
}

/** Paths to leave out, as zod counts. */
function culprits(issue: $ZodIssue): Path[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  return [path];
}

/** From a path in the plain data, where left-out items are gone, to the path in the file. */
export function filePaths(root: Located, isLeftOut: (path: Path) => boolean): (path: Path) => Path {
  const keptIn = new Map<string, number[]>();
  const kept = (list: LocatedList, path: Path): number[] => {
    const key = pathKey(path);
    let indices = keptIn.get(key);
    if (indices === undefined) {
      indices = [...list.items.keys()].filter((index) => !isLeftOut([...path, index]));
      keptIn.set(key, indices);
    }
    return indices;
  };
  return (path) => {
    let real: Path = [];
    let node: Located | undefined = root;
    for (const part of path) {
      if (node?.kind === 'list' && typeof part === 'number') {
        const index: number = kept(node, real)[part] ?? part;
        real = [...real, index];
        node = node.items[index];
      } else if (node?.kind === 'map') {
        const entry = node.entries.get(String(part));
        // A key that is not there, or not any more, makes the whole map wrong.
        if (entry === undefined || entry.node.kind === 'nothing' || isLeftOut([...real, part])) return real;
        real = [...real, part];
        node = entry.node;
      } else {
        return real;
      }
    }
    return real;
  };
}
