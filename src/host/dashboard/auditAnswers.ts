/**
 * A page's questions for the audit trail, which is read and verified whole for each answer: never two at once, and at most one
 * every few seconds, the first at once. Of those that come meanwhile the last is answered; it stands for them all.
 */
export class AuditAnswers {
  readonly #answer: (ask: number) => Promise<void>;
  readonly #everyMs: number;
  #wanted: number | null = null;
  #asking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  /** `answer` does not reject. */
  constructor(answer: (ask: number) => Promise<void>, everyMs = 5_000) {
    this.#answer = answer;
    this.#everyMs = everyMs;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  /** Another page: its first question, too, is answered at once. */
  renew(): void {
    this.#wanted = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  want(ask: number): void {
    this.#wanted = ask;
    void this.#next();
  }

  async #next(): Promise<void> {
    const ask = this.#wanted;
    if (ask === null || this.#asking || this.#timer !== undefined || this.#disposed) return;
    this.#wanted = null;
    this.#asking = true;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#next();
    }, this.#everyMs);
    await this.#answer(ask);
    this.#asking = false;
    void this.#next();
  }
}
