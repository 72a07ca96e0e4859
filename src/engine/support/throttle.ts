/** Runs an action at once, and then at most once in `everyMs()`; a request in between is served at the end of the interval. */
export class Throttle {
  private timer: NodeJS.Timeout | null = null;
  private wanted = false;

  constructor(
    private readonly action: () => void,
    private readonly everyMs: () => number,
    /** An action that fails is nobody's who asked for it. */
    private readonly onError: (error: unknown) => void,
  ) {}

  request(): void {
    if (this.timer !== null) {
      this.wanted = true;
      return;
    }
    this.act();
  }

  /** Whatever the interval: for the rare news that somebody waits for. */
  now(): void {
    this.dispose();
    this.act();
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private act(): void {
    this.wanted = false;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.wanted) this.act();
    }, this.everyMs());
    try {
      this.action();
    } catch (error) {
      this.onError(error);
    }
  }
}
