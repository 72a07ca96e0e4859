/**
 * When the events of a first import come into the database: not before it has come to rest, for the load would take the
 * processors away from it, and at once where something needs them. By steps short enough that nobody waits for one. The
 * journal has every event already, so a ledger that is closed or killed meanwhile loses none.
 */
import { setImmediate } from 'node:timers/promises';
import type { LedgerStore } from './tables/store';

/** So that memory stays bounded: as much again as the database needs for them. */
const mostEvents = 100_000;
const eventsPerStep = 2_000;
const quietMs = 250;
/** Where appends never cease. */
const longestMs = 5_000;

interface BulkLoadOptions {
  /** That has begun with nothing. */
  store: Pick<LedgerStore, 'load' | 'unloadedEvents'>;
  /** Has work done while nothing else changes the ledger. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  onFailure: (error: unknown) => void;
}

export class BulkLoad {
  /** Resolves when nothing is to be waited for any more: the database has everything, or the ledger is closed. */
  readonly ended: Promise<void>;
  readonly #options: BulkLoadOptions;
  #end: () => void = () => undefined;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #sinceMs = 0;

  constructor(options: BulkLoadOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Before records come: what is not loaded yet has a bound. */
  async makeRoom(): Promise<void> {
    if (this.#options.store.unloadedEvents >= mostEvents) await this.finish();
  }

  /** Records have come. */
  appended(): void {
    if (this.#isOver) return;
    const nowMs = performance.now();
    if (this.#timer === undefined) this.#sinceMs = nowMs;
    else if (nowMs - this.#sinceMs > longestMs) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#loadBehind();
    }, quietMs).unref();
  }

  /** All at once, for whoever needs it; while nothing else changes the ledger. */
  async finish(): Promise<void> {
    for (;;) {
      this.#step();
      if (this.#isOver) return;
      // Whoever asks whether this lead lives has an answer meanwhile.
      await setImmediate();
    }
  }

  dispose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#end();
  }

  #step(): void {
    if (!this.#isOver && this.#options.store.load(eventsPerStep)) this.dispose();
  }

  async #loadBehind(): Promise<void> {
    const { alone, onFailure } = this.#options;
    try {
      while (!this.#isOver) {
        await alone(() => {
          this.#step();
          return Promise.resolve();
        });
        await setImmediate();
      }
    } catch (error) {
      // Tried again after the next append, or when somebody needs it, who is told.
      onFailure(error);
    }
  }
}
