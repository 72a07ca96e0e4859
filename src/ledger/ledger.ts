/**
 * The durable ledger of one directory: a journal that is written ahead, a database in memory, a checkpoint now and then.
 *
 * An append is acknowledged when its record is on disk and applied; a rejected one leaves no trace. Instants are epoch
 * ms UTC, money is nano-dollars. Several ledgers of different epochs may meet on a directory for a moment: each writes
 * its own segments, everybody reads all of them, and a checkpoint is replaced only by who has read the one before it.
 */
import { join } from 'node:path';
import type { FileCursor, RatedEvent } from '../protocol/event';
import type { Interval, LedgerQuery, LedgerRow } from '../protocol/query';
import type { ObservedQuota } from '../protocol/quota';
import type { SourceId } from '../protocol/vocabulary';
import type { ActivityQueries } from './queries/activityQuery';
import { BulkLoad } from './bulkLoad';
import { copyOf } from './tables/storedEvent';
import { commitGroup, type PendingAppend } from './journal/commitGroup';
import { CheckpointFile } from './checkpoint/checkpointFile';
import { Checkpointing } from './checkpoint/checkpointing';
import type { EventOutcome } from './tables/counting';
import { sqlJsLoader } from './tables/database';
import { frame } from './journal/frame';
import type { GrainSums } from './queries/grainQuery';
import { GroupQueue } from './journal/groupQueue';
import { Journal, listSegments, nextNumber } from './journal/journal';
import { closedError, LedgerError, messageOf } from './ledgerError';
import { nodeLedgerIo, type LedgerIo } from './ledgerIo';
import { DurableState } from './durableState';
import { Recovery } from './checkpoint/recovery';
import type { LedgerBatch, LedgerNotice, LedgerOptions } from './ledgerOptions';
import { encodeRecord, replayWeight, type LedgerRecord } from './journal/record';
import type { Rater } from './rerating';
import type { LedgerStore } from './tables/store';
import { SumWatch, type SumListener } from './queries/sumWatch';
import { Upkeep } from './upkeep';
import type { DoubtfulModel } from './queries/usageQuery';

export { LedgerError, type EventOutcome, type LedgerBatch, type LedgerNotice, type LedgerOptions };

const batchesPerGroup = 64;

export class Ledger {
  /** Changes of what is stored, by little steps between the appends. */
  readonly upkeep = new Upkeep((step) =>
    this.#queue.alone(async () =>
      step(await this.#openAndLoaded(), async (record) => {
        await this.#write([record]);
      }),
    ),
  );
  /** What enforcing budgets remembers, and the audit trail. */
  readonly keeping = new DurableState(
    () => this.#open.kept,
    (record) => this.#queue.alone(() => this.#write([record])),
  );
  readonly #options: LedgerOptions;
  readonly #io: LedgerIo;
  readonly #loadSql: ReturnType<typeof sqlJsLoader>;
  readonly #journalDirectory: string;
  readonly #file: CheckpointFile;
  readonly #queue = new GroupQueue<PendingAppend>(
    (group) => commitGroup(group, this.#store, (records) => this.#write(records)),
    batchesPerGroup,
  );
  readonly #sums: SumWatch;
  readonly #recovery: Recovery;
  readonly #checkpoint: Checkpointing;
  #store!: LedgerStore;
  /** `null`: there was something in the ledger when it was opened, or all events of a first import are in the database. */
  #bulkLoad: BulkLoad | null = null;
  #journal!: Journal;
  #closed = false;

  private constructor(options: LedgerOptions) {
    this.#options = options;
    this.#sums = new SumWatch(options.log);
    this.#io = options.io ?? nodeLedgerIo;
    this.#loadSql = sqlJsLoader(options.wasmPath);
    this.#journalDirectory = join(options.directory, 'journal');
    this.#file = new CheckpointFile(this.#io, options.directory, options.epoch);
    this.#recovery = new Recovery({
      ...options,
      io: this.#io,
      journalDirectory: this.#journalDirectory,
      file: this.#file,
      loadSql: this.#loadSql,
    });
    this.#checkpoint = new Checkpointing({
      ...options,
      file: this.#file,
      recovery: this.#recovery,
      alone: (work) => this.#queue.alone(work),
      load: () => this.#load(),
      rotate: () => this.#journal.rotate(),
      store: () => this.#loaded(),
      covered: () => this.#store.covered,
    });
  }

  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    try {
      await ledger.#start();
    } catch (error) {
      if (LedgerError.is(error)) throw error;
      throw new LedgerError('unavailable', `The usage ledger can not be opened: ${messageOf(error)}`, { cause: error });
    }
    return ledger;
  }

  /** What was found damaged. */
  get notices(): readonly LedgerNotice[] {
    return this.#recovery.notices;
  }

  /** Resolves when durable and in force. Concurrent calls share one write and one sync. */
  append(batch: LedgerBatch): Promise<EventOutcome[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) reject(closedError());
      else this.#queue.add({ batch, resolve, reject });
    });
  }

  /** Whether `append` can take this event, whatever the disk says. */
  accepts(event: RatedEvent): boolean {
    try {
      copyOf(event, this.#open.attributions);
      return true;
    } catch (error) {
      if (LedgerError.is(error)) throw error;
      return false;
    }
  }

  /** From now on, of each change of what `query` adds up. */
  watchSums(listener: SumListener): { dispose: () => void } {
    return this.#sums.listen(listener);
  }

  query(query: LedgerQuery): LedgerRow[] {
    return this.#open.queries.query(query);
  }

  /** Single calls. Good until the next change. */
  activity(): Promise<ActivityQueries> {
    return this.#queue.alone(async () => (await this.#openAndLoaded()).activity);
  }

  /**
   * Resolves when the database has every event; those of a first import are loaded when it has come to rest. Nothing needs
   * to wait for it: what needs them has them loaded.
   */
  async loaded(): Promise<void> {
    await this.#bulkLoad?.ended;
  }

  grains(interval: Interval, grainMs: number, provider: string): GrainSums[] {
    return this.#open.queries.grains(interval, grainMs, provider);
  }

  doubtful(interval: Interval): DoubtfulModel[] {
    return this.#open.queries.doubtful(interval);
  }

  cursors(): FileCursor[] {
    return this.#open.cursors();
  }

  eventCount(): number {
    return this.#open.eventCount;
  }

  /** Of whose calls it has, or had, some. */
  sources(): SourceId[] {
    return this.#open.attributions.sources();
  }

  lastEventMs(source: SourceId): number | null {
    return this.#open.queries.lastEventMs(source);
  }

  observedQuotas(): ObservedQuota[] {
    return this.#open.observedQuotas();
  }

  /** Resolves when durable. */
  async observeQuota(quota: ObservedQuota): Promise<void> {
    await this.append({ events: [], quotas: [quota], cursors: [] });
  }

  priceVersion(): string | null {
    return this.#open.priceVersion();
  }

  /** Of journal; records that change many rows weigh what those would. */
  get bytesSinceCheckpoint(): number {
    return this.#checkpoint.bytesSince;
  }

  rerate(rate: Rater, priceVersion: string): Promise<number> {
    return this.upkeep.rerate(rate, priceVersion);
  }

  /** Reads what other epochs wrote since; answers by how many events the ledger grew. */
  async absorb(): Promise<number> {
    const told = this.notices.length;
    const grown = await this.#queue.alone(async () => {
      const before = this.#open.eventCount;
      if (await this.#checkpoint.isReplaced()) await this.#load();
      else this.#checkpoint.appended(await this.#recovery.replay(this.#store));
      return this.#store.eventCount - before;
    });
    if (this.notices.length > told && !this.#closed) await this.#checkpoint.tryWrite();
    return grown;
  }

  /** One at a time: a call while one is being written waits for that one. Appends go on meanwhile. */
  async checkpoint(): Promise<void> {
    if (this.#closed) throw closedError();
    await this.#checkpoint.write();
  }

  /**
   * Finishes what was asked for; leaves a checkpoint when replaying the journal would cost more than writing one. `abandon`:
   * whoever leads now writes the checkpoints.
   */
  async close(how: 'close' | 'abandon' = 'close'): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue.alone(() => Promise.resolve());
    if (how === 'close' && this.#checkpoint.isWorthwhile) await this.#checkpoint.tryWrite();
    await this.#checkpoint.ended();
    await this.#queue.alone(async () => {
      await this.#journal.rotate();
      this.#bulkLoad?.dispose();
      this.#store.close();
    });
  }

  get #open(): LedgerStore {
    if (this.#closed) throw closedError();
    return this.#store;
  }

  #openAndLoaded(): Promise<LedgerStore> {
    if (this.#closed) throw closedError();
    return this.#loaded();
  }

  /** With every event in the database; while nothing else changes the ledger. */
  async #loaded(): Promise<LedgerStore> {
    await this.#bulkLoad?.finish();
    return this.#store;
  }

  async #start(): Promise<void> {
    const { directory, epoch } = this.#options;
    await this.#io.makeDirectory(directory);
    await this.#io.makeDirectory(this.#journalDirectory);
    await this.#load();
    if (this.#store.beginBulkLoad()) this.#loadLater();
    await this.#file.removeLeftovers();
    const present = await listSegments(this.#io, this.#journalDirectory);
    const next = nextNumber(epoch, [...present.map(({ name }) => name), ...this.#store.covered.keys()]);
    this.#journal = new Journal(this.#io, this.#journalDirectory, epoch, next, this.#recovery.ends);
    if (this.notices.length > 0) await this.#checkpoint.tryWrite();
  }

  #loadLater(): void {
    this.#bulkLoad = new BulkLoad({
      store: this.#store,
      alone: (work) => this.#queue.alone(work),
      onFailure: (error) => {
        this.#options.log('warn', `The ledger's database could not take its events: ${messageOf(error)}`);
      },
    });
  }

  /** Replaces what is in memory by what the disk has. */
  async #load(): Promise<void> {
    const recovered = await this.#recovery.load();
    this.#bulkLoad?.dispose();
    (this.#store as LedgerStore | undefined)?.close();
    this.#store = recovered.store;
    this.#store.sums = this.#sums;
    this.#checkpoint.read(recovered);
    this.#sums.replaced();
  }

  /** To disk, then in force; or neither. */
  async #write(records: readonly LedgerRecord[]): Promise<EventOutcome[][]> {
    await this.#bulkLoad?.makeRoom();
    const bytes = Buffer.from(records.map((record) => frame(encodeRecord(record))).join(''));
    const written = await this.#journal.append(bytes);
    let outcomes: EventOutcome[][];
    try {
      outcomes = this.#store.apply(records);
    } catch (error) {
      await this.#journal.takeBack(bytes.byteLength);
      throw new LedgerError('unavailable', `The usage ledger could not take an event: ${messageOf(error)}`, {
        cause: error,
      });
    }
    this.#store.covered.set(written.name, written.size);
    this.#checkpoint.appended(records.reduce((sum, record) => sum + replayWeight(record), bytes.byteLength));
    this.#bulkLoad?.appended();
    return outcomes;
  }
}
