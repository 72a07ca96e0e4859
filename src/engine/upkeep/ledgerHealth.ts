/** What is wrong with the ledger itself, in words for the user, the log and the callers; and what is done about damage. */
import { LedgerError, type Ledger, type LedgerNotice } from '../../ledger/ledger';
import { ApiFailure } from '../support/failure';
import { messageOf, type Log } from '../support/log';
import type { Problems } from '../figures/problems';

const rereadAgainMs = 30_000;

export class LedgerHealth {
  private noticesTold = 0;
  private wantsReread = false;
  private rereading = false;
  private rereadNotBeforeMs = 0;

  constructor(
    private readonly problems: Problems,
    private readonly options: {
      dataDirectory: string;
      log: Log;
      /** A newer version wrote the ledger; the message is for the user. */
      onNewerLedger: (message: string) => void;
    },
  ) {}

  /** Whether to try again: what a newer version wrote stays as it is. */
  openingFailed(error: unknown): 'again' | 'never' {
    const message = `The ledger in ${this.options.dataDirectory} can't be opened: ${messageOf(error)}`;
    this.options.log('error', message);
    if (LedgerError.is(error, 'newer_version')) {
      this.problems.raise({ id: 'ledger', severity: 'error', message: error.message });
      this.options.onNewerLedger(error.message);
      return 'never';
    }
    this.problems.raise({ id: 'ledger', severity: 'error', message });
    return 'again';
  }

  /** After damage that opening found, the logs are read from their beginnings without more ado. */
  opened(ledger: Ledger, tookMs: number): void {
    this.options.log('info', `ledger open in ${Math.round(tookMs)} ms: ${ledger.eventCount()} events`);
    this.problems.clear('ledger');
    this.tell(ledger.notices);
  }

  /** `notices`: all so far. Damage that is new since has the logs read again, once however often it is met. */
  met(notices: readonly LedgerNotice[], reread: () => Promise<unknown>): void {
    if (this.tell(notices)) this.wantsReread = true;
    if (!this.wantsReread || this.rereading || performance.now() < this.rereadNotBeforeMs) return;
    this.wantsReread = false;
    this.rereading = true;
    this.options.log('warn', "the ledger was damaged while it was open: the agents' logs are read again");
    reread()
      .catch((error: unknown) => {
        this.options.log('warn', `the agents' logs could not be read again: ${messageOf(error)}`);
        this.wantsReread = true;
        this.rereadNotBeforeMs = performance.now() + rereadAgainMs;
      })
      .finally(() => (this.rereading = false));
  }

  /** What a caller did wrong is no trouble of the ledger. */
  writingFailed(error: unknown): void {
    if (ApiFailure.is(error)) return;
    const message = `The ledger can't be written: ${messageOf(error)}`;
    this.options.log('error', message);
    this.problems.raise({
      id: 'write',
      severity: 'error',
      message: `${message}. Nothing recorded is lost; new usage is read again later.`,
    });
    if (LedgerError.is(error, 'newer_version')) this.options.onNewerLedger(error.message);
  }

  written(): void {
    this.problems.clear('write');
  }

  whyNotOpen(): ApiFailure {
    const why = this.problems.all.find(({ id }) => id === 'ledger')?.message;
    return new ApiFailure(why === undefined ? 'not_ready' : 'storage_unavailable', why ?? 'the ledger is being opened');
  }

  /** Whether one of them is new. */
  private tell(notices: readonly LedgerNotice[]): boolean {
    const news = notices.slice(this.noticesTold);
    this.noticesTold = notices.length;
    for (const notice of news) this.problems.raise(notice);
    return news.length > 0;
  }
}
