/** Errors that an API caller is meant to see. */
import type { ApiError, ApiErrorCode, ApiIssue } from '../../protocol/api/api';
import { hasReason } from './hasReason';

export class ApiFailure extends Error {
  readonly reason = 'api_failure';
  readonly code: ApiErrorCode;
  readonly issues: ApiIssue[];

  constructor(code: ApiErrorCode, message: string, issues: ApiIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }

  static is(error: unknown): error is ApiFailure {
    return hasReason(error, 'api_failure');
  }

  toApiError(): ApiError {
    return { code: this.code, message: this.message, ...(this.issues.length > 0 && { issues: this.issues }) };
  }
}

export function invalid(...issues: ApiIssue[]): ApiFailure {
  const first = issues[0];
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new ApiFailure('invalid_request', `${where}${first?.message ?? 'invalid'}${more}`, issues);
}
