/**
 * A batch as one JSON string of flat rows, where what neighbouring events have in common is written once: measured against a
 * structured clone of the objects and plain JSON, the cheapest on both sides. Decoded events share those common objects.
 */
import type { FileCursor, UsageEvent } from '../../protocol/event';
import type { ReaderBatch } from '../../protocol/reader';

/** What a run of events has in common. */
type Common = Pick<
  UsageEvent,
  'copy' | 'source' | 'provider' | 'model' | 'modifiers' | 'durationMs' | 'status' | 'attribution'
> & { scope: UsageEvent['key']['scope'] };

/** Index into `common`, then one value per field of an event that is its own. */
type Row = [
  common: number,
  call: string,
  request: string | null,
  atMs: number,
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  reasoning: number,
  webSearches: number,
  reportedCostNanos: number | null,
];

interface Wire {
  common: Common[];
  rows: Row[];
  cursors: FileCursor[];
}

export function encodeBatch({ events, cursors }: ReaderBatch): string {
  const common: Common[] = [];
  let last: UsageEvent | undefined;
  const rows = events.map((event): Row => {
    if (last === undefined || !alike(last, event)) {
      const { copy, source, provider, model, modifiers, durationMs, status, attribution } = event;
      const { scope } = event.key;
      common.push({ copy, source, provider, model, modifiers, durationMs, status, attribution, scope });
      last = event;
    }
    const { key, atMs, tokens, webSearches, reportedCostNanos } = event;
    const { input, output, cacheRead, cacheWrite5m, cacheWrite1h, reasoning } = tokens;
    return [
      common.length - 1,
      key.call,
      key.request,
      atMs,
      input,
      output,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h,
      reasoning,
      webSearches,
      reportedCostNanos,
    ];
  });
  const wire: Wire = { common, rows, cursors };
  return JSON.stringify(wire);
}

export function decodeBatch(text: string): ReaderBatch {
  // Written by encodeBatch of this very build, in this process.
  const { common, rows, cursors } = JSON.parse(text) as Wire;
  const events: UsageEvent[] = [];
  for (const row of rows) {
    const shared = common[row[0]];
    if (shared === undefined) continue;
    // By index: destructuring an array goes through its iterator, at twice the time.
    events.push({
      key: { scope: shared.scope, call: row[1], request: row[2] },
      copy: shared.copy,
      atMs: row[3],
      source: shared.source,
      provider: shared.provider,
      model: shared.model,
      tokens: {
        input: row[4],
        output: row[5],
        cacheRead: row[6],
        cacheWrite5m: row[7],
        cacheWrite1h: row[8],
        reasoning: row[9],
      },
      webSearches: row[10],
      reportedCostNanos: row[11],
      modifiers: shared.modifiers,
      durationMs: shared.durationMs,
      status: shared.status,
      attribution: shared.attribution,
    });
  }
  return { events, cursors };
}

function alike(a: UsageEvent, b: UsageEvent): boolean {
  return (
    a.attribution === b.attribution &&
    a.model === b.model &&
    a.modifiers === b.modifiers &&
    a.provider === b.provider &&
    a.status === b.status &&
    a.durationMs === b.durationMs &&
    a.source === b.source &&
    a.key.scope === b.key.scope &&
    a.copy.sidechain === b.copy.sidechain &&
    a.copy.forked === b.copy.forked &&
    a.copy.nested === b.copy.nested
  );
}
