/**
 * Starts log readers' threads. The first one starts before anybody knows whether this window leads and what the ledger holds:
 * by then it has come up, found all logs, and waits for nothing but the cursors.
 */
import { Worker } from 'node:worker_threads';
import { threadLimits } from '../protocol/threadLimits';
import type { ReaderBirth } from './reader/messages';

export class ReaderThreads {
  private ahead: Worker | null = null;

  constructor(
    private readonly path: string,
    private readonly birth: ReaderBirth,
  ) {}

  /** One that nobody has any use for yet; `take` answers it. */
  prepare(): void {
    if (this.ahead !== null) return;
    const worker = this.spawn();
    this.ahead = worker;
    // Why it fails shows when it is needed: its successor fails, too.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.ahead === worker) this.ahead = null;
    });
  }

  take(): Worker {
    const worker = this.ahead ?? this.spawn();
    this.ahead = null;
    return worker;
  }

  /** Another window leads, and reads the logs. */
  dismiss(): void {
    void this.ahead?.terminate();
    this.ahead = null;
  }

  private spawn(): Worker {
    const { path, birth } = this;
    return new Worker(path, { name: 'agent-meter-reader', resourceLimits: threadLimits, workerData: birth });
  }
}
