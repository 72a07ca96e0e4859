/**
 * The engine's side of the log reader: runs its thread, hands batches to the ledger one after the other, and gives credit for
 * more only when one is durable. A thread that dies is started again from what the ledger has accepted.
 */
import type { Worker } from 'node:worker_threads';
import { cursorKey, type FileCursor, type UsageEvent } from '../../protocol/event';
import { eventAt } from '../../protocol/eventColumns';
import type { ReaderBatch, SourceProgress, WireBatch } from '../../protocol/reader';
import type { SourceSwitches } from '../../protocol/vocabulary';
import { messageOf, type Log } from '../support/log';
import type { FromReader, ToReader } from './messages';
import { Signal } from './signal';
import type { ReaderThreads } from './readerThreads';

const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** After so much a thread has memory that it does not give back. Whoever waits for the end of an import is served first. */
const usualRenewal = { bytes: 64 << 20, afterMs: 2_000 };
/** A thread that lived this long gets a fresh start at once. */
const healthyMs = 60_000;

export interface LogReaderOptions<Prepared> {
  threads: ReaderThreads;
  switches: SourceSwitches;
  cursors: readonly FileCursor[];
  /**
   * What can be done with a batch while the one before it is on its way to the disk. `refused`: events that are none. What it
   * rejects is tried again after a while.
   */
  prepare: (batch: ReaderBatch, refused: number) => Promise<Prepared>;
  /** Resolves when the batch is durable. A rejected batch is kept and offered again after a while. */
  onBatch: (batch: Prepared) => Promise<void>;
  onProgress: (progress: SourceProgress[]) => void;
  /** After reading so much at once, another thread goes on. Tests read less. */
  renewal?: typeof usualRenewal;
  log: Log;
}

interface Refresh {
  id: number;
  done: () => void;
}

interface NextBatch<Prepared> {
  cursors: readonly FileCursor[];
  events: number;
  prepared: Prepared;
}

export class LogReader<Prepared> {
  private readonly accepted = new Map<string, FileCursor>();
  private readonly queue: WireBatch[] = [];
  private readonly signal = new Signal();
  private readonly accepting: Promise<void>;
  private worker: Worker | null = null;
  private startedAtMs = 0;
  private restartMs = firstRetryMs;
  private restart: NodeJS.Timeout | undefined;
  private hasReadMuch = false;
  private renewal: NodeJS.Timeout | undefined;
  private switches: SourceSwitches;
  private paused = false;
  private refreshes: Refresh[] = [];
  private nextRefresh = 1;
  private progress: SourceProgress[] = [];
  private disposed = false;

  constructor(private readonly options: LogReaderOptions<Prepared>) {
    for (const cursor of options.cursors) this.accepted.set(cursorKey(cursor), cursor);
    this.switches = options.switches;
    this.start();
    this.accepting = this.acceptAll();
  }

  /** Looks at every log; resolves when all that was there is accepted, or when reading is paused. */
  refresh(): Promise<void> {
    if (this.disposed) return Promise.resolve();
    this.paused = false;
    const id = this.nextRefresh++;
    return new Promise((done) => {
      this.refreshes.push({ id, done });
      this.tell({ kind: 'refresh', id });
    });
  }

  pause(): void {
    this.paused = true;
    this.tell({ kind: 'pause' });
    if (this.worker === null) this.endRefreshes();
  }

  resume(): void {
    this.paused = false;
    this.tell({ kind: 'resume' });
  }

  turn(switches: SourceSwitches): void {
    this.switches = switches;
    this.tell({ kind: 'turn', switches });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    clearTimeout(this.restart);
    clearTimeout(this.renewal);
    this.signal.raise();
    await this.worker?.terminate();
    await this.accepting;
    this.endRefreshes();
  }

  private start(): void {
    const { worker, said } = this.options.threads.take();
    this.worker = worker;
    this.tell({ kind: 'turn', switches: this.switches });
    this.tell({ kind: 'begin', cursors: [...this.accepted.values()] });
    this.startedAtMs = performance.now();
    worker.on('message', (message: FromReader) => {
      if (worker === this.worker) this.receive(message);
    });
    worker.on('error', (error) => this.options.log('error', `the log reader failed: ${messageOf(error)}`));
    worker.on('exit', () => {
      if (worker === this.worker) this.died();
    });
    if (this.paused) this.tell({ kind: 'pause' });
    for (const { id } of this.refreshes) this.tell({ kind: 'refresh', id });
    for (const message of said) this.receive(message);
  }

  /** After a large import another thread goes on: it has the memory that following logs takes, and no more. */
  private renewLater(): void {
    const { bytes, afterMs } = this.options.renewal ?? usualRenewal;
    const scans = this.progress.map(({ scan }) => scan);
    if (scans.some((scan) => scan !== null && scan.bytesTotal > bytes)) this.hasReadMuch = true;
    if (!this.hasReadMuch || this.renewal !== undefined || scans.some((scan) => scan !== null)) return;
    this.renewal = setTimeout(() => {
      this.renewal = undefined;
      const isBusy =
        this.queue.length > 0 || this.refreshes.length > 0 || this.progress.some(({ scan }) => scan !== null);
      if (isBusy) this.renewLater();
      else if (this.worker !== null) this.renew(this.worker);
    }, afterMs);
  }

  /** What the old thread has not handed over, the new one reads. */
  private renew(old: Worker): void {
    this.hasReadMuch = false;
    this.start();
    void old.terminate();
  }

  private died(): void {
    this.worker = null;
    if (this.disposed) return;
    if (performance.now() - this.startedAtMs > healthyMs) this.restartMs = firstRetryMs;
    const message = 'reading its logs stopped unexpectedly and is being started again.';
    this.report(
      this.progress.map((state) =>
        state.state === 'disabled'
          ? state
          : { ...state, problems: [...state.problems, { id: `${state.source}:reader`, message }] },
      ),
    );
    this.options.log('warn', `the log reader starts again in ${this.restartMs} ms`);
    this.restart = setTimeout(() => void this.startAgain(), this.restartMs);
    this.restartMs = Math.min(2 * this.restartMs, longestRetryMs);
  }

  /** What the dead thread had handed over is accepted first, so that the new one begins behind it. */
  private async startAgain(): Promise<void> {
    await this.signal.until(() => this.queue.length === 0 || this.disposed);
    if (!this.disposed) this.start();
  }

  private receive(message: FromReader): void {
    switch (message.kind) {
      case 'batch':
        this.queue.push(message.batch);
        this.signal.raise();
        break;
      case 'progress':
        this.report(message.progress);
        this.renewLater();
        break;
      case 'refreshed':
        this.refreshes = this.refreshes.filter((refresh) => {
          if (refresh.id === message.id) refresh.done();
          return refresh.id !== message.id;
        });
        break;
      case 'log':
        this.options.log(message.level, message.message);
        break;
    }
  }

  /** One batch at a time: a later cursor of a file must never be stored before the events of an earlier one. */
  private async acceptAll(): Promise<void> {
    let next: NextBatch<Prepared> | null = null;
    for (;;) {
      await this.signal.until(() => this.queue.length > 0 || this.disposed);
      const [first] = this.queue;
      if (this.disposed || first === undefined) return;
      const batch: NextBatch<Prepared> | null = next ?? (await this.prepared(first));
      if (batch === null) return;
      const accepting = this.accept(batch);
      const following = this.queue[1];
      // What fails is tried again, and said, when its turn has come.
      next = following === undefined ? null : await this.prepare(following).catch(() => null);
      if (!(await accepting)) return;
      for (const cursor of batch.cursors) this.accepted.set(cursorKey(cursor), cursor);
      this.queue.shift();
      this.tell({ kind: 'accepted' });
      this.signal.raise();
    }
  }

  private async prepare({ events: columns, quotas, cursors }: WireBatch): Promise<NextBatch<Prepared>> {
    const events: UsageEvent[] = [];
    for (const index of columns.calls.keys()) {
      try {
        events.push(eventAt(columns, index));
      } catch (error) {
        this.options.log('error', `a log reader made an event of nothing: ${messageOf(error)}`);
      }
    }
    const prepared = await this.options.prepare({ events, quotas, cursors }, columns.calls.length - events.length);
    return { cursors, events: events.length, prepared };
  }

  /** `null` when disposed before it could be prepared. */
  private async prepared(batch: WireBatch): Promise<NextBatch<Prepared> | null> {
    let done: NextBatch<Prepared> | null = null;
    const { length } = batch.events.calls;
    await this.until(`${length} events from logs can't be rated`, async () => (done = await this.prepare(batch)));
    return done;
  }

  /** False when disposed before the ledger took it. */
  private accept({ events, prepared }: NextBatch<Prepared>): Promise<boolean> {
    return this.until(`${events} events from logs wait for the ledger`, () => this.options.onBatch(prepared));
  }

  /** Tries until it is done. False when disposed before. */
  private async until(what: string, work: () => Promise<unknown>): Promise<boolean> {
    let retryMs = firstRetryMs;
    while (!this.disposed) {
      try {
        await work();
        return true;
      } catch (error) {
        this.options.log('warn', `${what}: ${messageOf(error)}`);
        await this.sleep(retryMs);
        retryMs = Math.min(2 * retryMs, longestRetryMs);
      }
    }
    return false;
  }

  private async sleep(ms: number): Promise<void> {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      this.signal.raise();
    }, ms);
    await this.signal.until(() => over || this.disposed);
    clearTimeout(timer);
  }

  private endRefreshes(): void {
    for (const { done } of this.refreshes.splice(0)) done();
  }

  private report(progress: SourceProgress[]): void {
    this.progress = progress;
    this.options.onProgress(progress);
  }

  private tell(message: ToReader): void {
    this.worker?.postMessage(message);
  }
}
