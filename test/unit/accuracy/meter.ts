/** Reads a configuration directory with the real engine, and answers exact sums. Money is in nano-dollars. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { UsageRow } from '../../../src/protocol/api/api';
import type { Grouping } from '../../../src/protocol/vocabulary';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { inRepository } from '../../support/paths.mjs';

export interface Place {
  environment: Record<string, string>;
  /** Claude Code's configuration directory. */
  claude: string;
  dataDirectory: string;
}

export function newPlace(): Place {
  const folder = mkdtempSync(path.join(tmpdir(), 'accuracy-'));
  const environment = isolatedEnvironment(folder);
  return { environment, claude: environment['CLAUDE_CONFIG_DIR'] ?? '', dataDirectory: path.join(folder, 'ledger') };
}

export interface Metered {
  events: number;
  unpricedEvents: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  nanos: number;
}

export type MeteredBy = Record<string, Metered>;

export class Meter {
  readonly engine: TestEngine;

  constructor({ environment, dataDirectory }: Place) {
    this.engine = new TestEngine({ environment, dataDirectory, distDirectory: inRepository('dist') });
  }

  /** Sums of the year that the tests' transcripts are from, by the values of `groupBy`, joined by a space, where there are any events. */
  async sums(...groupBy: Grouping[]): Promise<MeteredBy> {
    const all = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
    const answer = await this.engine.api('usage', { ...all, groupBy, limit: 100_000 });
    if (!answer.ok) throw new Error(answer.error.message);
    const rows = groupBy.length === 0 ? [answer.value.total as UsageRow] : answer.value.rows;
    return Object.fromEntries(
      rows
        .filter(({ events }) => events > 0)
        .map((row) => [groupBy.map((grouping) => String(row[grouping])).join(' '), metered(row)]),
    );
  }

  async total(): Promise<Metered> {
    const [total] = Object.values(await this.sums());
    if (total === undefined) throw new Error('no total');
    return total;
  }
}

/** Runs the engine until it has read everything there is, and while `ask` asks. */
export async function read<T>(place: Place, ask: (meter: Meter) => Promise<T>): Promise<T> {
  const meter = new Meter(place);
  try {
    await meter.engine.refresh();
    return await ask(meter);
  } finally {
    await meter.engine.shutdown();
  }
}

function metered({ events, unpricedEvents, costUsd, tokens }: UsageRow): Metered {
  const { input, output, cacheRead, cacheWrite } = tokens;
  // A double holds a sum of this size to far below a nano-dollar, so the integer that it was comes back.
  expect(costUsd).toBeLessThan(100_000);
  return { events, unpricedEvents, input, output, cacheRead, cacheWrite, nanos: Math.round(costUsd * 1e9) };
}
