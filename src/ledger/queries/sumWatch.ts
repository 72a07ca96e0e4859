/**
 * Tells listeners of each event that comes into the ledger's sums or leaves them, so that they can keep running counts
 * instead of asking. A changed event leaves as it was and comes as it is. Told after the change is in force; a change that
 * is rolled back is never told.
 */
import type { StoredEvent } from '../tables/storedEvent';
import type { LedgerOptions } from '../ledgerOptions';

export interface SumListener {
  /** For the log. */
  readonly name: string;
  /** Events from before this instant are of no interest to it. Asked at most once per transaction. */
  fromMs(): number;
  /** `sign` 1: counted from now on; -1: not any more. */
  counted(event: Readonly<StoredEvent>, sign: 1 | -1): void;
  /** The ledger was read anew: whatever was added up is to be asked for again. */
  replaced(): void;
}

export class SumWatch {
  readonly #listeners = new Set<SumListener>();
  #changes: { event: StoredEvent; sign: 1 | -1 }[] = [];
  /** `null`: to be asked for. */
  #fromMs: number | null = null;

  constructor(private readonly log: LedgerOptions['log']) {}

  listen(listener: SumListener): { dispose: () => void } {
    this.#listeners.add(listener);
    this.#fromMs = null;
    return { dispose: () => this.#listeners.delete(listener) };
  }

  note(event: StoredEvent, sign: 1 | -1): void {
    if (this.#listeners.size === 0) return;
    if (event.atMs >= (this.#fromMs ?? this.#askFrom())) this.#changes.push({ event, sign });
  }

  commit(): void {
    const changes = this.#changes;
    this.discard();
    for (const listener of this.#listeners) {
      try {
        for (const { event, sign } of changes) listener.counted(event, sign);
      } catch (error) {
        // The change is on disk and in force whatever a listener makes of it; one that lost count begins anew.
        this.#failed(listener, error);
        this.#replaced(listener);
      }
    }
  }

  discard(): void {
    this.#changes = [];
    this.#fromMs = null;
  }

  replaced(): void {
    for (const listener of this.#listeners) this.#replaced(listener);
  }

  #replaced(listener: SumListener): void {
    try {
      listener.replaced();
    } catch (error) {
      this.#failed(listener, error);
    }
  }

  #failed({ name }: SumListener, error: unknown): void {
    this.log(
      'error',
      `${name} lost count, and adds up anew: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
    );
  }

  /** One that can't tell hears of everything. */
  #fromOf(listener: SumListener): number {
    try {
      return listener.fromMs();
    } catch (error) {
      this.#failed(listener, error);
      return Number.NEGATIVE_INFINITY;
    }
  }

  #askFrom(): number {
    this.#fromMs = Math.min(...[...this.#listeners].map((listener) => this.#fromOf(listener)));
    return this.#fromMs;
  }
}
