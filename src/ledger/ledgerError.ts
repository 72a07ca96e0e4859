/** Why the ledger refused. Callers look at `reason`, never at the message. */

export type LedgerErrorReason =
  /** The disk did not take it: nothing of the request is in force. It may be tried again. */
  | 'unavailable'
  /** An event is none that can be counted: nothing of its batch is in force, and it is never taken. */
  | 'refused'
  /** Written by a newer Agent Meter: left untouched. */
  | 'newer_version'
  /** After `close`. */
  | 'closed';

export class LedgerError extends Error {
  readonly reason: LedgerErrorReason;

  constructor(reason: LedgerErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LedgerError';
    this.reason = reason;
  }

  static is(error: unknown, reason?: LedgerErrorReason): error is LedgerError {
    return error instanceof LedgerError && (reason === undefined || error.reason === reason);
  }
}

export function closedError(): LedgerError {
  return new LedgerError('closed', 'The usage ledger is closed.');
}

/** The text of whatever was thrown; sql.js throws strings. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
