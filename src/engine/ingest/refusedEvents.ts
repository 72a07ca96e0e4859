/**
 * Events that a reader handed over and the ledger can't take for what is in them: left out, and counted as skipped with the
 * file that was read with them. Without this one of them would be offered for ever, and all logs wait behind it.
 */
import { cursorKey, type FileCursor } from '../../protocol/event';

export class RefusedEvents {
  /** Of each file, in cursors that readers know nothing of. */
  private readonly byFile = new Map<string, number>();

  /** Readers begin with what the ledger knows, and that has them in it. */
  reset(): void {
    this.byFile.clear();
  }

  /** The cursors of a batch as they are to be stored; `refused`: of this batch. Nothing is remembered until they are. */
  countedIn(cursors: readonly FileCursor[], refused: number): CountedCursor[] {
    return cursors.map((cursor, place) => {
      const more = (this.byFile.get(cursorKey(cursor)) ?? 0) + (place === cursors.length - 1 ? refused : 0);
      return { cursor: more === 0 ? cursor : { ...cursor, skipped: cursor.skipped + more }, more };
    });
  }

  /** They are stored. */
  keep(counted: readonly CountedCursor[]): void {
    for (const { cursor, more } of counted) if (more > 0) this.byFile.set(cursorKey(cursor), more);
  }
}

export interface CountedCursor {
  cursor: FileCursor;
  more: number;
}
