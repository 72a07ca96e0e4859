/** Log lines that could not be read, by source: the user is told how many, never what was in them. */
import { cursorKey, type FileCursor } from '../../protocol/event';
import type { SourceId } from '../../protocol/vocabulary';

export class SkippedLines {
  private readonly byFile = new Map<string, number>();
  readonly bySource = new Map<SourceId, number>();

  reset(cursors: readonly FileCursor[]): void {
    this.byFile.clear();
    this.bySource.clear();
    this.note(cursors);
  }

  /** Of a source that has no files: since this lead began. */
  add(source: SourceId, count: number): void {
    if (count > 0) this.bySource.set(source, (this.bySource.get(source) ?? 0) + count);
  }

  /** Whether there are more, or fewer, than before. */
  note(cursors: readonly FileCursor[]): boolean {
    let changed = false;
    for (const cursor of cursors) {
      const { source, skipped } = cursor;
      const key = cursorKey(cursor);
      const before = this.byFile.get(key) ?? 0;
      if (before === skipped) continue;
      changed = true;
      this.byFile.set(key, skipped);
      this.bySource.set(source, (this.bySource.get(source) ?? 0) + skipped - before);
    }
    return changed;
  }
}
