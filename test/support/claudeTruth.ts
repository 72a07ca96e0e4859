/** What a generated tree of transcripts holds, so that a reader can be held to it. */

export interface Sums {
  calls: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  webSearches: number;
}

export interface ClaudeTruth {
  files: number;
  lines: number;
  bytes: number;
  /** Lines that can't be read although they look like usage. */
  unreadable: number;
  total: Sums;
  byModel: Record<string, Sums>;
  byProject: Record<string, Sums>;
  bySession: Record<string, Sums>;
  /** UTC days. */
  byDay: Record<string, Sums>;
}

export function noSums(): Sums {
  return { calls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, webSearches: 0 };
}

export function add(sums: Sums, call: Omit<Sums, 'calls'>): void {
  sums.calls++;
  sums.input += call.input;
  sums.output += call.output;
  sums.cacheRead += call.cacheRead;
  sums.cacheWrite5m += call.cacheWrite5m;
  sums.cacheWrite1h += call.cacheWrite1h;
  sums.webSearches += call.webSearches;
}
