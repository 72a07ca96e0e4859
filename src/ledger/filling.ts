/**
 * How a ledger that began in memory gets its database: from nothing, by the records that the journal has, in their order
 * and as replaying it would, so that the two can not differ. By steps short enough that nobody waits for one, and not before
 * an import has come to rest, for which SQLite's WebAssembly and its compiler would take the processors away.
 */
import { setImmediate } from 'node:timers/promises';
import type { SqlJsStatic } from 'sql.js';
import { fresh } from './checkpoint/checkpointFile';
import type { EventOutcome } from './tables/counting';
import { MemoryStore } from './memoryStore';
import type { EventsRecord } from './journal/record';
import { LedgerStore } from './tables/store';
import type { SumWatch } from './queries/sumWatch';

/** So that memory stays bounded: as much again as the database needs for them. */
const mostEvents = 100_000;
const eventsPerStep = 2_000;
const quietMs = 250;
/** Where appends never cease. */
const longestMs = 5_000;

export interface FillingOptions {
  /** Told of what comes into memory, and then of what comes into the database. */
  sums: SumWatch;
  loadSql: () => Promise<SqlJsStatic>;
  /** Has work done while nothing else changes the ledger. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** The database has everything, and is whose it is given to. */
  onFull: (database: LedgerStore) => void;
  onFailure: (error: unknown) => void;
}

export class Filling {
  readonly memory: MemoryStore;
  /** Resolves when nothing is to be waited for any more: the database stands, or the ledger is closed. */
  readonly ended: Promise<void>;
  readonly #options: FillingOptions;
  #end: () => void = () => undefined;
  #isOver = false;
  /** Not in the database yet. */
  #waiting: EventsRecord[] = [];
  #database: LedgerStore | null = null;
  #timer: NodeJS.Timeout | undefined;
  #sinceMs = 0;

  constructor(options: FillingOptions) {
    this.#options = options;
    this.memory = new MemoryStore(options.sums);
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** What comes now goes to the database. */
  get isDue(): boolean {
    return this.memory.eventCount >= mostEvents;
  }

  apply(records: readonly EventsRecord[]): EventOutcome[][] {
    const outcomes = this.memory.apply(records);
    for (const record of records) this.#waiting.push(record);
    this.#wait();
    return outcomes;
  }

  /** All at once, for who needs it; while nothing else changes the ledger. */
  async finish(): Promise<void> {
    for (;;) {
      await this.#step();
      if (this.#isOver) return;
      // Whoever asks whether this lead lives has an answer meanwhile.
      await setImmediate();
    }
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#database?.close();
    this.#database = null;
    this.#end();
  }

  async #step(): Promise<void> {
    if (this.#isOver) return;
    const { loadSql, sums, onFull } = this.#options;
    const database = (this.#database ??= new LedgerStore(fresh(await loadSql()), this.memory.circumstances));
    let taken = 0;
    for (let events = 0; taken < this.#waiting.length && events < eventsPerStep; taken += 1) {
      events += this.#waiting[taken]?.copies.length ?? 0;
    }
    database.apply(this.#waiting.slice(0, taken));
    this.#waiting = this.#waiting.slice(taken);
    if (this.#waiting.length > 0) return;
    for (const [name, bytes] of this.memory.covered) database.covered.set(name, bytes);
    database.sums = sums;
    this.#database = null;
    onFull(database);
    this.dispose();
  }

  #wait(): void {
    const nowMs = performance.now();
    if (this.#timer === undefined) this.#sinceMs = nowMs;
    else if (nowMs - this.#sinceMs > longestMs) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#fillBehind();
    }, quietMs).unref();
  }

  async #fillBehind(): Promise<void> {
    const { loadSql, alone, onFailure } = this.#options;
    try {
      // Appends need not wait for it.
      await loadSql();
      while (!this.#isOver) {
        await alone(() => this.#step());
        await setImmediate();
      }
    } catch (error) {
      // Tried again after the next append, or when somebody needs it, who is told.
      onFailure(error);
    }
  }
}
