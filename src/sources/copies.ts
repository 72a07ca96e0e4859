/**
 * Brings the several lines of one response together while a file is read, so that the ledger sees about one event per call.
 * Only copies that agree in key and traits meet here; everything else is the ledger's to judge, across files and for ever.
 */
import type { UsageEvent } from '../protocol/event';

export class Copies {
  private readonly best = new Map<string, UsageEvent>();
  /** Mostly the next line is of the same response, and need not be looked up. */
  private last: { name: string; event: UsageEvent } | null = null;

  get size(): number {
    return this.best.size;
  }

  /** Keeps the whole copy with the greater output (equal: the later), at the earlier instant. */
  add(event: UsageEvent): void {
    const { last } = this;
    if (last !== null && isSameCall(last.event, event)) {
      last.event = this.merge(last.name, last.event, event);
      return;
    }
    const name = nameOf(event);
    const known = this.best.get(name);
    if (known === undefined) this.best.set(name, event);
    this.last = { name, event: known === undefined ? event : this.merge(name, known, event) };
  }

  private merge(name: string, known: UsageEvent, event: UsageEvent): UsageEvent {
    const atMs = Math.min(known.atMs, event.atMs);
    const better = event.tokens.output >= known.tokens.output ? event : known;
    better.atMs = atMs;
    if (better === event) this.best.set(name, event);
    return better;
  }

  drain(): UsageEvent[] {
    const events = [...this.best.values()];
    this.best.clear();
    this.last = null;
    return events;
  }
}

function nameOf({ key, copy }: UsageEvent): string {
  return `${copy.sidechain ? 's' : ''}${copy.forked ? 'f' : ''} ${key.call}\n${key.request ?? ''}`;
}

function isSameCall(a: UsageEvent, b: UsageEvent): boolean {
  return (
    a.key.call === b.key.call &&
    a.key.request === b.key.request &&
    a.copy.sidechain === b.copy.sidechain &&
    a.copy.forked === b.copy.forked
  );
}
