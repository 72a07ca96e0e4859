/**
 * The smallest event: listeners are called in order, all of them. An error of one is its own: it is told to `onError`, and
 * neither the other listeners nor whoever fires suffers from it.
 */
/** Where there is no log at hand: the thread's own look at promises that nobody holds logs it. */
function surface(error: unknown): void {
  void Promise.reject(error instanceof Error ? error : new Error(String(error)));
}

export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  constructor(private readonly onError: (error: unknown) => void = surface) {}

  readonly event = (listener: (value: T) => void): { dispose: () => void } => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.onError(error);
      }
    }
  }
}
