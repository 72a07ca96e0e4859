/**
 * When the ledger is checkpointed. A checkpoint rewrites the whole database, so it waits until the journal has grown by
 * a share of it: bytes written stay within a constant factor of bytes journalled, and a start replays little.
 */
import { stat } from 'node:fs/promises';
import * as path from 'node:path';

const smallest = 1 << 20;
const shareOfDatabase = 0.25;
/** Below these a start replays the journal faster than a checkpoint pays. */
const smallestAtClose = 128 << 10;
const shareAtClose = 1 / 64;

export interface Checkpointed {
  readonly bytesSinceCheckpoint: number;
  checkpoint(): Promise<void>;
}

export class Housekeeping {
  private databaseBytes = 0;
  private running: Promise<void> | null = null;

  constructor(
    private readonly ledger: Checkpointed,
    private readonly directory: string,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Called while nothing is being written. */
  async whenIdle(): Promise<void> {
    await this.checkpointFrom(smallest, shareOfDatabase);
  }

  async beforeClosing(): Promise<void> {
    await this.checkpointFrom(smallestAtClose, shareAtClose);
  }

  private async checkpointFrom(bytes: number, share: number): Promise<void> {
    if (this.databaseBytes === 0) await this.measure();
    if (this.ledger.bytesSinceCheckpoint >= Math.max(bytes, this.databaseBytes * share)) await this.checkpoint();
  }

  private checkpoint(): Promise<void> {
    this.running ??= this.ledger
      .checkpoint()
      .then(() => this.measure())
      .catch(this.onFailure)
      .finally(() => (this.running = null));
    return this.running;
  }

  private async measure(): Promise<void> {
    this.databaseBytes = await stat(path.join(this.directory, 'ledger.sqlite')).then(
      ({ size }) => size,
      () => 0,
    );
  }
}
