/**
 * Starts log readers' threads. The first one starts before anybody knows whether this window leads and what the ledger holds:
 * by then it has come up, found all logs, and waits for nothing but the cursors. Where no ledger is there yet it does not even
 * wait for those: what it has read is handed over with it, or, should another window lead, thrown away.
 */
import { Worker } from 'node:worker_threads';
import { threadLimits } from '../../shared/node/threadLimits';
import type { FromReader, ReaderBirth, ToReader } from './messages';

export interface ReaderAhead {
  worker: Worker;
  /** What it said before anybody listened; whoever takes it over listens at once. */
  said: readonly FromReader[];
}

export class ReaderThreads {
  private ahead: (ReaderAhead & { stopListening: () => void }) | null = null;

  constructor(
    private readonly path: string,
    private readonly birth: ReaderBirth,
  ) {}

  /** One that nobody has any use for yet; `take` answers it. `fromBeginning`: nothing was read before, it need not wait. */
  prepare(fromBeginning = false): void {
    if (this.ahead !== null) return;
    const worker = this.spawn();
    const said: FromReader[] = [];
    const listener = (message: FromReader): void => void said.push(message);
    worker.on('message', listener);
    this.ahead = { worker, said, stopListening: () => worker.off('message', listener) };
    // Why it fails shows when it is needed: its successor fails, too.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.ahead?.worker === worker) this.ahead = null;
    });
    const begin: ToReader = { kind: 'begin', cursors: [] };
    if (fromBeginning) worker.postMessage(begin);
  }

  take(): ReaderAhead {
    const { ahead } = this;
    if (ahead === null) return { worker: this.spawn(), said: [] };
    this.ahead = null;
    ahead.stopListening();
    return ahead;
  }

  /** Another window leads, and reads the logs. */
  dismiss(): void {
    void this.ahead?.worker.terminate();
    this.ahead = null;
  }

  private spawn(): Worker {
    const { path, birth } = this;
    return new Worker(path, { name: 'agent-meter-reader', resourceLimits: threadLimits, workerData: birth });
  }
}
