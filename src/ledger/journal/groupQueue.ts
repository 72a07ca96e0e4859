/**
 * One thing after the other: appends that wait together are done together (group commit), other work runs alone.
 * Nothing is reordered.
 */
type Work<Item> = { item: Item } | { alone: () => Promise<void> };

export class GroupQueue<Item> {
  readonly #together: (items: readonly Item[]) => Promise<void>;
  readonly #limit: number;
  #waiting: Work<Item>[] = [];
  #running: Promise<void> | null = null;

  /** `together` must not reject: it settles each item itself. */
  constructor(together: (items: readonly Item[]) => Promise<void>, limit: number) {
    this.#together = together;
    this.#limit = limit;
  }

  add(item: Item): void {
    this.#waiting.push({ item });
    this.#start();
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // Work may also throw before it has a promise to reject: that must not stop whatever waits behind it.
      const run = async (): Promise<T> => work();
      this.#waiting.push({ alone: () => run().then(resolve, reject) });
      this.#start();
    });
  }

  #start(): void {
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // What is added in the same turn joins the first group.
    await Promise.resolve();
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      if ('alone' in head) {
        this.#waiting.shift();
        await head.alone();
      } else {
        await this.#together(this.#takeItems());
      }
    }
    this.#running = null;
  }

  #takeItems(): Item[] {
    const items: Item[] = [];
    for (const work of this.#waiting) {
      if ('alone' in work || items.length === this.#limit) break;
      items.push(work.item);
    }
    this.#waiting = this.#waiting.slice(items.length);
    return items;
  }
}
