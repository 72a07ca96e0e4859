/** Issues, as they are found and before they know their place in the text: most are about a path. */
import type { ConfigurationIssue, IssueCode, IssueSeverity } from '../protocol/configurationIssue';

export type Path = readonly (string | number)[];

/** Which part of what stands at a path is shown as wrong. */
export type Spot = 'key' | 'value';

export interface Finding {
  severity: IssueSeverity;
  code: IssueCode;
  message: string;
  path: Path;
  spot: Spot;
  /** What to write instead of the spot. */
  replacement?: { title: string; text: string };
}

/** A finding about a stretch of text rather than about a path. */
export interface TextProblem {
  severity: IssueSeverity;
  code: IssueCode;
  message: string;
  start: number;
  end: number;
  replacement?: { title: string; text: string };
}

export function hasError(issues: readonly Pick<ConfigurationIssue, 'severity'>[]): boolean {
  return issues.some(({ severity }) => severity === 'error');
}

/** Paths as text, for maps and comparisons. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** `limits.global.max_cost_per_day`, `tiers[0].id` */
export function pathText(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}
