/** When and how a ledger's checkpoint is written: beside the appends, and over no checkpoint that this ledger has not read. */
import { fileStamp, type CheckpointFile } from './checkpointFile';
import { messageOf } from '../ledgerError';
import type { LedgerOptions } from '../ledgerOptions';
import type { Recovered, Recovery } from './recovery';
import type { LedgerStore } from '../tables/store';

/** What a checkpoint needs of its ledger. */
export interface Checkpointed extends Pick<LedgerOptions, 'log' | 'now' | 'mayReplaceCheckpoint'> {
  file: CheckpointFile;
  recovery: Recovery;
  /** Has work done while nothing else changes the ledger. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Replaces what is in memory by what the disk has, and says with `read` what that is. */
  load: () => Promise<void>;
  /** What is appended from now on goes to another segment. */
  rotate: () => Promise<void>;
  /** With every event in it. */
  store: () => Promise<LedgerStore>;
  /** How much of each segment is in force. */
  covered: () => Map<string, number>;
}

export class Checkpointing {
  readonly #ledger: Checkpointed;
  /** Of the checkpoint that was read or written last. */
  #identity: string | null = null;
  #bytes = 0;
  #bytesSince = 0;
  #underWay: Promise<void> | null = null;

  constructor(ledger: Checkpointed) {
    this.#ledger = ledger;
  }

  /** Of journal; records that change many rows weigh what those would. */
  get bytesSince(): number {
    return this.#bytesSince;
  }

  /** Whether replaying the journal would cost more than writing a checkpoint. */
  get isWorthwhile(): boolean {
    return this.#bytesSince > Math.max(256 * 1024, this.#bytes / 50);
  }

  /** Whether somebody else has written one since. */
  async isReplaced(): Promise<boolean> {
    return (await this.#ledger.file.identity()) !== this.#identity;
  }

  read({ identity, checkpointBytes, bytes }: Omit<Recovered, 'store'>): void {
    this.#identity = identity;
    this.#bytes = checkpointBytes;
    this.#bytesSince = bytes;
  }

  appended(bytes: number): void {
    this.#bytesSince += bytes;
  }

  /** One at a time: a call while one is being written waits for that one. Appends go on meanwhile. */
  write(): Promise<void> {
    this.#underWay ??= this.#replace().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  /** The journal has everything that a checkpoint would have. */
  async tryWrite(): Promise<void> {
    try {
      await this.write();
    } catch (error) {
      this.#ledger.log('warn', messageOf(error));
    }
  }

  /** None is being written any more. */
  async ended(): Promise<void> {
    await this.#underWay?.catch(() => undefined);
  }

  async #replace(): Promise<void> {
    const {
      file,
      recovery,
      alone,
      load,
      rotate,
      store: loaded,
      covered,
      mayReplaceCheckpoint,
      log,
      now,
    } = this.#ledger;
    const snapshot = await alone(async () => {
      if (await this.isReplaced()) await load();
      await rotate();
      const store = await loaded();
      return { file: store.export(recovery.ends), covered: new Map(store.covered), bytes: this.#bytesSince };
    });
    const basis = this.#identity;
    const identity = await file.replace(snapshot.file, async () => {
      const may = await (mayReplaceCheckpoint?.() ?? Promise.resolve(true));
      return may && (await file.identity()) === basis;
    });
    if (identity === null) {
      log('info', 'The checkpoint was left alone: another window writes the ledger now.');
      return;
    }
    this.#identity = identity;
    this.#bytes = snapshot.file.byteLength;
    this.#bytesSince -= snapshot.bytes;
    await file.removeOlderVersions();
    for (const name of await recovery.retire(snapshot.covered, fileStamp(now()))) covered().delete(name);
  }
}
