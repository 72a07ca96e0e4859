/** What a run counts and measures, and how it is told. */
const series = {
  killed: "takeover after the lead's death, until a window's call is answered",
  hung: 'takeover from a lead that hangs, until a window’s call is answered',
  calm: 'all windows agree after the last report or log line, nothing killed in the round',
  disturbed: 'all windows agree, rounds with kills, hangs, restarts, jumps',
} as const;
export type Series = keyof typeof series;

export class Figures {
  readonly counts = new Map<string, number>();
  readonly notes = new Map<string, number>();
  /** Rounds whose windows agreed late. */
  readonly slow: string[] = [];
  private readonly measured: Record<Series, number[]> = { killed: [], hung: [], calm: [], disturbed: [] };

  count(action: string, by = 1): void {
    this.counts.set(action, (this.counts.get(action) ?? 0) + by);
  }

  /** Something that is no failure but that a reader of the summary should know. */
  note(what: string, by = 1): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + by);
  }

  measure(name: Series, ms: number): void {
    this.measured[name].push(Math.max(0, ms));
  }

  of(name: Series): readonly number[] {
    return this.measured[name];
  }

  summary(): string {
    const lines: string[] = ['', 'Actions'];
    for (const [action, count] of [...this.counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(`  ${action.padEnd(58)}${String(count).padStart(8)}`);
    }
    lines.push('', 'Times in ms'.padEnd(86) + '     n  median     p95     p99     max');
    for (const [name, title] of Object.entries(series)) {
      const sorted = this.measured[name as Series].toSorted((a, b) => a - b);
      const at = (share: number): string =>
        Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toString();
      const cells = [String(sorted.length), at(0.5), at(0.95), at(0.99), at(1)];
      lines.push(`  ${title.padEnd(82)}${cells.map((cell) => cell.padStart(8)).join('')}`);
    }
    for (const limit of [250, 1000]) {
      const both = [...this.measured.calm, ...this.measured.disturbed];
      const within = both.filter((ms) => ms <= limit).length;
      lines.push(`  rounds in which all windows agreed within ${limit} ms: ${within} of ${both.length}`);
    }
    if (this.notes.size > 0) lines.push('', 'Notes');
    for (const [what, count] of this.notes) lines.push(`  ${what}: ${count}`);
    if (this.slow.length > 0) lines.push('', 'Slowest rounds');
    const ms = (text: string): number => Number.parseInt(text);
    for (const text of this.slow.toSorted((a, b) => ms(b) - ms(a)).slice(0, 12)) lines.push(`  ${text}`);
    return lines.join('\n');
  }
}
