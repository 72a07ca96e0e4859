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
/** A disk that takes no checkpoint is not filled and emptied again every second. */
const firstPauseMs = 30_000;
const longestPauseMs = 600_000;

export interface Checkpointed {
  readonly bytesSinceCheckpoint: number;
  checkpoint(): Promise<void>;
}

export class Housekeeping {
  private databaseBytes = 0;
  private running: Promise<void> | null = null;
  private pauseMs = firstPauseMs;
  private notBeforeMs = 0;

  constructor(
    private readonly ledger: Checkpointed,
    private readonly directory: string,
    private readonly onFailure: (error: unknown) => void,
    private readonly onSuccess: () => void = () => undefined,
  ) {}

  /** Called while nothing is being written. */
  async whenIdle(): Promise<void> {
    if (performance.now() < this.notBeforeMs) return;
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
      .then(async () => {
        this.pauseMs = firstPauseMs;
        this.onSuccess();
        await this.measure();
      })
      .catch((error: unknown) => {
        this.notBeforeMs = performance.now() + this.pauseMs;
        this.pauseMs = Math.min(2 * this.pauseMs, longestPauseMs);
        this.onFailure(error);
      })
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
