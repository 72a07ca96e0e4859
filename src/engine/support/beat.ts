/**
 * How often time is looked at: at every beat while something happens, and seldom at rest. At rest nobody notices that what
 * time brings comes some seconds late, and every look wakes the processor. A clock that jumps is looked at with the next beat.
 */
const restAfterMs = 10_000;
const seldomMs = 5_000;

export class Beat {
  private stirredMs = 0;
  private lookedMs = Number.NEGATIVE_INFINITY;
  /** By the clock that may jump. */
  private lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly now: () => number,
    private readonly elapsedMs: () => number = () => performance.now(),
  ) {
    this.stir();
  }

  /** Something has happened. */
  stir(): void {
    this.stirredMs = this.elapsedMs();
  }

  /** Asked at each beat. */
  isDue(): boolean {
    const [elapsedMs, nowMs] = [this.elapsedMs(), this.now()];
    const isAtRest = elapsedMs - this.stirredMs > restAfterMs;
    const sinceMs = nowMs - this.lookedAtMs;
    if (isAtRest && elapsedMs - this.lookedMs < seldomMs && sinceMs >= 0 && sinceMs < seldomMs) return false;
    this.lookedMs = elapsedMs;
    this.lookedAtMs = nowMs;
    return true;
  }
}
