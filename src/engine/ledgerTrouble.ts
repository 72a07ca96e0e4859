/** What is wrong with the ledger itself, in words for the user, the log and the callers. */
import { LedgerError } from '../ledger/ledger';
import { ApiFailure } from './api/failure';
import { messageOf, type Log } from './log';
import type { Problems } from './problems';

export class LedgerTrouble {
  constructor(
    private readonly problems: Problems,
    private readonly dataDirectory: string,
    private readonly log: Log,
  ) {}

  /** Whether to try again: what a newer version wrote stays as it is. */
  openingFailed(error: unknown): 'again' | 'never' {
    const message = `The ledger in ${this.dataDirectory} can't be opened: ${messageOf(error)}`;
    this.log('error', message);
    const newer = error instanceof LedgerError && error.reason === 'newer_version';
    this.problems.raise({ id: 'ledger', severity: 'error', message: newer ? error.message : message });
    return newer ? 'never' : 'again';
  }

  opened(): void {
    this.problems.clear('ledger');
  }

  /** What a caller did wrong is no trouble of the ledger. */
  writingFailed(error: unknown): void {
    if (error instanceof ApiFailure) return;
    const message = `The ledger can't be written: ${messageOf(error)}`;
    this.log('error', message);
    this.problems.raise({
      id: 'write',
      severity: 'error',
      message: `${message}. Nothing recorded is lost; new usage is read again later.`,
    });
  }

  written(): void {
    this.problems.clear('write');
  }

  whyNotOpen(): ApiFailure {
    const why = this.problems.all.find(({ id }) => id === 'ledger')?.message;
    return new ApiFailure(why === undefined ? 'not_ready' : 'storage_unavailable', why ?? 'the ledger is being opened');
  }
}
