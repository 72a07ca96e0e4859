/** Notifications of this window, one after the other: the next when the one before is answered, or has been up long enough. */
export class OneAtATime {
  #last: Promise<void> = Promise.resolve();
  readonly #timers = new Set<NodeJS.Timeout>();

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** `show` answers how long at most others wait for it, and what it waits for; `null`: there is nothing to show any more. */
  next(show: () => Promise<Shown | null>): void {
    this.#last = this.#last
      .then(show)
      .then(async (shown) => {
        if (shown !== null) await this.#over(shown);
      })
      .catch(() => undefined);
  }

  #over({ answered, longestMs }: Shown): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#timers.delete(timer);
        resolve();
      };
      const timer = setTimeout(end, longestMs);
      this.#timers.add(timer);
      answered.then(end, end);
    });
  }
}

export interface Shown {
  answered: Promise<unknown>;
  longestMs: number;
}

/** By then VS Code has put a warning that nobody answers away. */
export const warningShownMs = 15_000;
/** An error stays until it is answered; whoever does not look at it must not miss the next. */
export const errorShownMs = 600_000;
