/** The ledger's state in force: in memory while the database of a new ledger is yet to be filled, from then on the database. */
import type { EventOutcome } from './tables/counting';
import { Filling, type FillingOptions } from './filling';
import { closedError } from './ledgerError';
import type { MemoryStore } from './memoryStore';
import { areEvents, type LedgerRecord } from './journal/record';
import { LedgerStore } from './tables/store';

export class StoreInForce {
  readonly #options: Omit<FillingOptions, 'onFull'>;
  /** `null`: there is a database. */
  #filling: Filling | null = null;
  #store!: LedgerStore | MemoryStore;

  constructor(options: Omit<FillingOptions, 'onFull'>) {
    this.#options = options;
  }

  get current(): LedgerStore | MemoryStore {
    return this.#store;
  }

  get isInMemory(): boolean {
    return this.#filling !== null;
  }

  /** Of a ledger that holds nothing. */
  begin(): void {
    const onFull = (database: LedgerStore): void => {
      this.#filling = null;
      this.#store = database;
    };
    this.#filling = new Filling({ ...this.#options, onFull });
    this.#store = this.#filling.memory;
  }

  replace(store: LedgerStore): void {
    this.release();
    this.#store = store;
    store.sums = this.#options.sums;
  }

  /** With everything in it; while nothing else changes the ledger. */
  async database(): Promise<LedgerStore> {
    await this.#filling?.finish();
    if (this.#store instanceof LedgerStore) return this.#store;
    throw closedError();
  }

  /** Before records come: some only the database can take, and memory takes only so many. */
  async makeReady(records: readonly LedgerRecord[]): Promise<void> {
    if (!areEvents(records) || this.#filling?.isDue === true) await this.database();
  }

  apply(records: readonly LedgerRecord[]): EventOutcome[][] {
    if (this.#store instanceof LedgerStore) return this.#store.apply(records);
    if (this.#filling === null || !areEvents(records)) throw new Error('only the database can take this');
    return this.#filling.apply(records);
  }

  async whole(): Promise<void> {
    await this.#filling?.ended;
  }

  release(): void {
    this.#filling?.dispose();
    this.#filling = null;
    const store = this.#store as LedgerStore | MemoryStore | undefined;
    if (store instanceof LedgerStore) store.close();
  }
}
