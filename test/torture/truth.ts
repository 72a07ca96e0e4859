/**
 * What the ledger must hold: every call that was acknowledged or stands in a log, each once, the copy with the greatest
 * output. Knows nothing of the product but the rule for the better copy; costs come from list prices (listPrice.ts).
 */
import type { Report, UsageRow } from '../../src/protocol/api/api';
import { listCost } from '../unit/accuracy/listPrice';

export interface Call {
  scope: 'api' | 'claude-code';
  id: string;
  request: string | null;
  atMs: number;
  model: string;
  project: string;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  costNanos: number;
}

export interface Sums {
  events: number;
  costNanos: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export const pricedModels = ['claude-opus-4-6', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001'] as const;
const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

export function listNanos(call: Omit<Call, 'costNanos'>): number {
  const { input, output, cacheRead, cacheWrite } = call;
  const sums = { input, output, cacheRead, cacheWrite5m: cacheWrite, cacheWrite1h: 0, webSearches: 0 };
  return Number(listCost(call.model, sums));
}

export function keyOf({ scope, id }: Pick<Call, 'scope' | 'id'>): string {
  return `${scope} ${id}`;
}

export class Truth {
  private readonly calls = new Map<string, Call>();
  /** Every copy there ever was of a call: what a damaged ledger may fall back to. */
  private readonly copies = new Map<string, Call[]>();

  get size(): number {
    return this.calls.size;
  }

  all(): IterableIterator<[string, Call]> {
    return this.calls.entries();
  }

  has(key: string): boolean {
    return this.calls.has(key);
  }

  copiesOf(key: string): readonly Call[] {
    return this.copies.get(key) ?? [];
  }

  take(call: Call): void {
    const key = keyOf(call);
    const known = this.calls.get(key);
    const copies = this.copies.get(key) ?? [];
    copies.push(call);
    this.copies.set(key, copies);
    const better = known === undefined || call.output > known.output ? call : known;
    this.calls.set(key, { ...better, atMs: Math.min(call.atMs, known?.atMs ?? call.atMs) });
  }

  /** Of all calls, by `day model project`. */
  groups(): Map<string, Sums> {
    const groups = new Map<string, Sums>();
    for (const call of this.calls.values()) {
      const name = `${day(call.atMs)} ${call.model} ${call.project}`;
      groups.set(name, add(groups.get(name), call));
    }
    return groups;
  }

  between(startMs: number, endMs: number): Sums {
    let sums: Sums = add(undefined, null);
    for (const call of this.calls.values()) if (call.atMs >= startMs && call.atMs < endMs) sums = add(sums, call);
    return sums;
  }

  /** What is wrong with the rows of `usage` by day, model and project; empty: nothing. */
  differences(rows: readonly UsageRow[]): string[] {
    const expected = this.groups();
    const wrong: string[] = [];
    for (const row of rows) {
      const name = [row['day'], row['model'], row['project']].join(' ');
      const { tokens, events, costUsd } = row;
      const seen = JSON.stringify([events, costUsd, tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite]);
      const sums = expected.get(name);
      const wanted = sums === undefined ? 'nothing' : inWords(sums);
      if (seen !== wanted) wrong.push(`${name}: ${seen} instead of ${wanted}`);
      expected.delete(name);
    }
    for (const [name, sums] of expected) wrong.push(`${name}: nothing instead of ${inWords(sums)}`);
    return wrong;
  }
}

function inWords({ events, costNanos, input, output, cacheRead, cacheWrite }: Sums): string {
  return JSON.stringify([events, costNanos / 1e9, input, output, cacheRead, cacheWrite]);
}

function add(sums: Sums | undefined, call: Call | null): Sums {
  return {
    events: (sums?.events ?? 0) + (call === null ? 0 : 1),
    costNanos: (sums?.costNanos ?? 0) + (call?.costNanos ?? 0),
    input: (sums?.input ?? 0) + (call?.input ?? 0),
    output: (sums?.output ?? 0) + (call?.output ?? 0),
    cacheRead: (sums?.cacheRead ?? 0) + (call?.cacheRead ?? 0),
    cacheWrite: (sums?.cacheWrite ?? 0) + (call?.cacheWrite ?? 0),
  };
}

/** The report by which another extension would tell of a call. */
export function reportOf(call: Call): Report {
  const listed = (pricedModels as readonly string[]).includes(call.model);
  return {
    id: call.id,
    time: new Date(call.atMs).toISOString(),
    provider: listed ? 'anthropic' : 'acme',
    model: call.model,
    tokens: { input: call.input, output: call.output, cacheRead: call.cacheRead, cacheWrite: call.cacheWrite },
    project: call.project,
    ...(!listed && { costUsd: call.costNanos / 1e9 }),
  };
}
