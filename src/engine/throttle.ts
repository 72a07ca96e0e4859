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
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.wanted) return;
      this.wanted = false;
      this.request();
    }, this.everyMs());
    try {
      this.action();
    } catch (error) {
      this.onError(error);
    }
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
