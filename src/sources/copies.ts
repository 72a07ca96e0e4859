/**
 * Brings the several lines of one response together while a file is read, so that the ledger sees about one event per call.
 * Only copies that agree in key and traits meet here; everything else is the ledger's to judge, across files and for ever.
 */
import type { UsageEvent } from '../protocol/event';

export class Copies {
  private readonly best = new Map<string, UsageEvent>();

  get size(): number {
    return this.best.size;
  }

  /** Keeps the whole copy with the greater output (equal: the later), at the earlier instant. */
  add(event: UsageEvent): void {
    const { key, copy } = event;
    const name = `${copy.sidechain ? 's' : ''}${copy.forked ? 'f' : ''} ${key.call}\n${key.request ?? ''}`;
    const known = this.best.get(name);
    if (known === undefined) {
      this.best.set(name, event);
      return;
    }
    const atMs = Math.min(known.atMs, event.atMs);
    const better = event.tokens.output >= known.tokens.output ? event : known;
    better.atMs = atMs;
    if (better === event) this.best.set(name, event);
  }

  drain(): UsageEvent[] {
    const events = [...this.best.values()];
    this.best.clear();
    return events;
  }
}
