/** The state as the disk has it: the checkpoint, then what is in the journal's segments; and what of it was found damaged. */
import type { CheckpointFile } from './checkpointFile';
import type { sqlJsLoader } from '../tables/database';
import type { LedgerIo } from '../ledgerIo';
import type { LedgerNotice, LedgerOptions } from '../ledgerOptions';
import { checkpointNotice, segmentNotice } from './recoveryNotice';
import { replaySegments } from '../journal/replay';
import { retireSegments } from './retirement';
import { LedgerStore } from '../tables/store';

export interface Recovered {
  store: LedgerStore;
  /** Of the journal, behind the checkpoint. */
  bytes: number;
  /** Of the checkpoint's file; `null`: there is none. */
  identity: string | null;
  checkpointBytes: number;
}

interface RecoveryOptions extends Pick<LedgerOptions, 'directory' | 'now' | 'log'> {
  io: LedgerIo;
  journalDirectory: string;
  file: CheckpointFile;
  loadSql: ReturnType<typeof sqlJsLoader>;
}

export class Recovery {
  readonly notices: LedgerNotice[] = [];
  /** Segments that end before their file does: what is behind was refused. */
  readonly ends = new Map<string, number>();
  readonly #options: RecoveryOptions;
  readonly #damaged = new Set<string>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  async load(): Promise<Recovered> {
    const { directory, file, loadSql, now } = this.#options;
    const { db, identity, bytes: checkpointBytes, setAside } = await file.load(await loadSql(), now());
    try {
      const store = new LedgerStore(db);
      for (const [name, end] of store.ended) this.ends.set(name, end);
      const bytes = await this.replay(store);
      if (setAside !== null) {
        store.clearCursors();
        this.notices.push(checkpointNotice(directory, setAside));
      }
      return { store, bytes, identity, checkpointBytes };
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Answers how many bytes of journal were new to the store. */
  async replay(store: LedgerStore): Promise<number> {
    const { io, journalDirectory, log } = this.#options;
    const replayed = await replaySegments(io, journalDirectory, store, this.ends);
    if (replayed.tornBytes > 0) {
      log('info', `Left out ${replayed.tornBytes} bytes of unfinished writes at the end of the journal.`);
    }
    for (const name of replayed.damaged) this.#tellDamaged(name, store);
    return replayed.bytes;
  }

  /** Removes segments of which a checkpoint has everything; answers which. */
  async retire(covered: ReadonlyMap<string, number>, stamp: string): Promise<readonly string[]> {
    const { io, journalDirectory } = this.#options;
    const gone = await retireSegments(io, journalDirectory, covered, this.ends, this.#damaged, stamp);
    for (const name of gone) {
      this.ends.delete(name);
      this.#damaged.delete(name);
    }
    return gone;
  }

  #tellDamaged(name: string, store: LedgerStore): void {
    if (this.#damaged.has(name)) return;
    this.#damaged.add(name);
    store.clearCursors();
    this.notices.push(segmentNotice(this.#options.journalDirectory, name));
  }
}
