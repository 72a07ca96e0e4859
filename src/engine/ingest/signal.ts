/** Wakes whoever waits for a condition to be looked at again. */
export class Signal {
  private waiting: (() => void)[] = [];

  raise(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
  }
}
