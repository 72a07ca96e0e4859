/** What is wrong in a configuration file, where it stands in the text, and the edits that mend it. */

/** As the language server protocol counts: line and UTF-16 code unit from 0; `offset` in UTF-16 code units of the text. */
export interface TextPosition {
  offset: number;
  line: number;
  character: number;
}

/** `end` excluded. */
export interface TextSpan {
  start: TextPosition;
  end: TextPosition;
}

/** `offset` and `length` in UTF-16 code units of the text before any of the edits. */
export interface ConfigurationEdit {
  offset: number;
  length: number;
  newText: string;
}

/** What nobody has to match by its text. */
export const issueCodes = [
  'syntax',
  'too_large',
  'too_deep',
  'alias',
  'duplicate_key',
  'unusable_key',
  'number_form',
  'no_value',
  'unknown_key',
  'missing_key',
  'wrong_type',
  'wrong_value',
  'unknown_time_zone',
  'unknown_schedule',
  'unknown_tier',
  'unknown_provider',
  'unknown_model',
  'unknown_plan',
  'unknown_date',
  'duplicate_id',
  'overlapping_tiers',
  'empty_range',
  'unreachable_limit',
  'lifted_limit',
  'untrusted',
  'out_of_place',
  'secret',
  'environment',
] as const;
export type IssueCode = (typeof issueCodes)[number];

/** `error`: the file is not obeyed as it stands. */
export type IssueSeverity = 'error' | 'warning' | 'information';

export interface ConfigurationIssue {
  severity: IssueSeverity;
  code: IssueCode;
  /** A sentence without its full stop. */
  message: string;
  /** Keys and indices of what it is about. */
  path: readonly (string | number)[];
  /** The narrowest key or value that shows it. */
  range: TextSpan;
  /** The obvious mending, where there is one. */
  fix?: { title: string; edits: readonly ConfigurationEdit[] };
}
