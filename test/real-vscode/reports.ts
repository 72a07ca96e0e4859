/** Agents that report without a pause, and what became of each report: the witness in the tests of crashes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Report } from '../../src/protocol/api/api';
import type { Reporter } from '../support/reporter.ts';
import { api, value } from './meter.ts';

export const reportUsd = 0.001;

export class Reports {
  /** Ids of all reports that were ever sent, by whether they were acknowledged. */
  readonly #sent = new Map<string, boolean>();
  #next = 0;

  public get acknowledged(): number {
    return [...this.#sent.values()].filter(Boolean).length;
  }

  public get sent(): number {
    return this.#sent.size;
  }

  /** Sends lists of up to `most` reports until told to stop or until nobody answers; an agent without conversation. */
  public async flow(reporter: Reporter, stop: AbortSignal, size: () => number): Promise<void> {
    while (!stop.aborted) {
      const ids = Array.from({ length: size() }, () => `r-${this.#next++}`);
      for (const id of ids) this.#sent.set(id, false);
      try {
        const result = await api(reporter, 'report', ids.map(toReport));
        if (result.ok) for (const id of ids) this.#sent.set(id, true);
        else await sleep(20);
      } catch {
        // The extension host has gone; whether it took the reports nobody knows.
        return;
      }
    }
  }

  /** What an agent does that got no answer: it reports again. */
  public async repeat(reporter: Reporter): Promise<{ accepted: number; duplicates: number }> {
    const ids = [...this.#sent].filter(([, acknowledged]) => !acknowledged).map(([id]) => id);
    if (ids.length === 0) return { accepted: 0, duplicates: 0 };
    const { accepted, duplicates } = await value(reporter, 'report', ids.map(toReport));
    for (const id of ids) this.#sent.set(id, true);
    return { accepted, duplicates };
  }

  /** Everything acknowledged is there exactly once, everything else at most once, and the sums agree. */
  public async expectAllThere(reporter: Reporter): Promise<void> {
    const usage = await value(reporter, 'usage', {
      period: 'today', groupBy: ['task'], filter: { project: 'witness' }, limit: 100_000,
    }); // prettier-ignore
    const counts = new Map(usage.rows.map(({ task, events }) => [task as string, events]));
    const lost = [...this.#sent].filter(([id, acknowledged]) => acknowledged && !counts.has(id)).map(([id]) => id);
    const twice = [...counts].filter(([, events]) => events !== 1);
    const invented = [...counts.keys()].filter((id) => !this.#sent.has(id));
    expect({ lost, twice, invented }).toEqual({ lost: [], twice: [], invented: [] });
    expect(usage.total.events).toBe(counts.size);
    expect(usage.total.costUsd).toBeCloseTo(counts.size * reportUsd, 9);
  }
}

function toReport(id: string): Report {
  const tokens = { input: 10, output: 20 };
  return { id, provider: 'mock', model: 'mock-1', tokens, costUsd: reportUsd, project: 'witness', task: id };
}

/** Numbers that look random and repeat with the seed (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
