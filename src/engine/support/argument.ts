/** What callers pass to the API, checked. */
import type * as z from 'zod';
import { toDotPath, type $ZodIssue } from 'zod/v4/core';
import type { ApiIssue } from '../../protocol/api/api';
import { invalid } from './failure';

/** Parses an argument, or throws what is wrong with it and where. */
export function parseArgument<T>(schema: z.ZodType<T>, argument: unknown): T {
  const result = schema.safeParse(argument);
  if (result.success) return result.data;
  throw invalid(...result.error.issues.flatMap((issue) => toIssues(issue, [])));
}

function toIssues(issue: $ZodIssue, base: readonly PropertyKey[]): ApiIssue[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: toDotPath([...path, key]), message: 'unknown property' }));
  }
  if (issue.code === 'invalid_union') {
    // The alternative that got furthest says best what was meant.
    const deepest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
    if (depth(deepest) > 0) return deepest.flatMap((inner) => toIssues(inner, path));
  }
  return [{ path: toDotPath(path), message: issue.message }];
}

function depth(issues: readonly $ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}
