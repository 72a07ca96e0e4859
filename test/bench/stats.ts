/** Figures of a noisy machine: medians and percentiles, never one measurement. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export interface Row {
  what: string;
  measured: string;
  goal: string;
  /** `null`: only told, no goal. */
  met: boolean | null;
}

export function print(rows: readonly Row[]): void {
  const cells = [
    ['what', 'measured', 'goal', ''],
    ...rows.map(({ what, measured, goal, met }) => [what, measured, goal, met === null ? '' : met ? 'met' : 'MISSED']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

export async function timed<T>(action: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await action();
  return { ms: performance.now() - start, value };
}
