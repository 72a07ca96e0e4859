/**
 * Durable state of budgets and alerts, on its way to the ledger. What nobody waits for and could not be written is written
 * later, in its order: a run that has ended must not be at work again at the next lead because the disk was full for a moment.
 */
import type { AuditNote } from '../../domain/alerts/audit';
import type { DurableState } from '../../ledger/durableState';
import type { Kept } from '../../ledger/journal/record';
import { messageOf, type Log } from '../support/log';

interface Entry {
  order: number;
  puts: readonly Kept[];
  notes: readonly AuditNote[];
}

const mostUnwritten = 10_000;

/** JSON of a value that is to outlive this lead. */
export function putOf(family: Kept['family'], id: string, value: unknown): Kept {
  return { family, id, value: JSON.stringify(value) };
}

export function removalOf(family: Kept['family'], id: string): Kept {
  return { family, id, value: null };
}

/** Written by some version of ours, and checked by its frame. */
export function parsedAll<T>(texts: ReadonlyMap<string, string>): T[] {
  return [...texts.values()].map((text) => JSON.parse(text) as T);
}

export class DurableWriter {
  private unwritten: Entry[] = [];
  /** Of each thing of which something is on its way or unwritten: its latest entry, but for what failed with its caller. */
  private readonly latest = new Map<string, number>();
  private order = 0;
  private underWay = 0;
  private pending: Promise<void> = Promise.resolve();

  constructor(
    private readonly write: DurableState['keep'],
    private readonly log: Log,
  ) {}

  /** Durable when it resolves: all of it or nothing. */
  async keep(puts: readonly Kept[], notes: readonly AuditNote[]): Promise<void> {
    const entry = this.entry(puts, notes);
    await this.put(entry);
    this.note(entry);
  }

  /** For what nobody waits for: what can't be written is said in the log, and written later. */
  soon(puts: readonly Kept[], notes: readonly AuditNote[]): void {
    const entry = this.entry(puts, notes);
    this.note(entry);
    if (this.unwritten.length > 0) this.later([...this.unwritten, entry]);
    else this.try(entry);
  }

  /** Once a second. */
  again(): void {
    const [first, ...rest] = this.unwritten;
    if (this.underWay > 0) return;
    if (first === undefined) {
      this.latest.clear();
      return;
    }
    const all = [first, ...rest];
    this.unwritten = [];
    const puts = all.flatMap((entry) => entry.puts.filter((put) => (this.latest.get(keyOf(put)) ?? 0) <= entry.order));
    this.try({ order: all.at(-1)?.order ?? 0, puts, notes: all.flatMap(({ notes }) => notes) });
  }

  /** Resolves when all so far is durable, or is known to be impossible for now. */
  flushed(): Promise<void> {
    return this.pending;
  }

  private entry(puts: readonly Kept[], notes: readonly AuditNote[]): Entry {
    this.order += 1;
    return { order: this.order, puts, notes };
  }

  private note({ order, puts }: Entry): void {
    for (const put of puts) this.latest.set(keyOf(put), Math.max(order, this.latest.get(keyOf(put)) ?? 0));
  }

  private try(entry: Entry): void {
    const written = this.put(entry).catch((error: unknown) => {
      this.log('warn', `what budgets remember could not be written, and is tried again: ${messageOf(error)}`);
      this.later([entry, ...this.unwritten]);
    });
    this.pending = this.pending.then(() => written);
  }

  private async put({ puts, notes }: Entry): Promise<void> {
    this.underWay += 1;
    try {
      await this.write(puts, notes);
    } finally {
      this.underWay -= 1;
    }
  }

  private later(entries: Entry[]): void {
    this.unwritten = entries.sort((a, b) => a.order - b.order).slice(-mostUnwritten);
  }
}

function keyOf({ family, id }: Kept): string {
  return `${family}:${id}`;
}
