/**
 * Ledgers as earlier versions left them (test/fixtures/ledgers), each with the logs that it had read: they open with the same
 * totals, reading goes on where it was, and nothing counts twice.
 */
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Ledger } from '../../../src/ledger/ledger';
import { noAttribution, type RatedEvent, type UsageEvent } from '../../../src/protocol/event';
import { eventsOf } from '../../../src/protocol/eventColumns';
import type { LedgerQuery, LedgerRow } from '../../../src/protocol/query';
import type { ObservedQuota } from '../../../src/protocol/quota';
import { claudeCode } from '../../../src/sources/claudeCode/source';
import { machineOf } from '../../../src/sources/machine';
import { Scan } from '../../../src/sources/reading/scan';
import { Walk } from '../../../src/sources/reading/walk';
import { assistantLine } from '../../support/claudeTree';
import { repositoryRoot } from '../../support/paths.mjs';
import { placedAt } from '../../support/placedLogs';
import { openLedger, startMs, temporaryDirectory } from './support';

interface Expected {
  rows: LedgerRow[];
  events: number;
  quotas: ObservedQuota[];
  runs: [string, string][];
  audit: unknown[];
  lastEventMs: Record<string, number>;
}

const months: LedgerQuery = {
  buckets: Array.from({ length: 24 }, (_, month) => ({
    label: new Date(Date.UTC(2025, month, 1)).toISOString().slice(0, 7),
    startMs: Date.UTC(2025, month, 1),
    endMs: Date.UTC(2025, month + 1, 1),
  })),
  dimensions: ['source', 'provider', 'model', 'project', 'agent', 'run'],
  filter: {},
};

function sorted(rows: readonly LedgerRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** As the fixture was rated. */
function rated(event: UsageEvent): RatedEvent {
  const rating = { pricing: 'rated', matchedModel: event.model, priceVersion: 'v1' } as const;
  return {
    ...event,
    provider: event.provider ?? 'anthropic',
    rating: { costNanos: 1000 * event.tokens.output, ...rating },
  };
}

/** As the fixture's reporter reports. */
function reported(id: string, atMs: number, output: number): RatedEvent {
  return rated({
    key: { namespace: 'api', call: id, request: null },
    copy: { sidechain: false, forked: false, nested: false },
    atMs,
    source: 'api',
    provider: 'openai',
    model: 'gpt-5.5',
    tokens: { input: 100, output, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 },
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: 1200,
    status: 'ok',
    attribution: { ...noAttribution, project: 'builder', agent: 'my-agent', run: 'r1', plan: 'p1' },
  });
}

describe.each(['before-positions'])('the ledger %s', (name) => {
  const fixture = join(repositoryRoot, 'test/fixtures/ledgers', name);
  const expected = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8')) as Expected;
  let home: string;
  let epoch = 1;

  beforeEach(() => {
    home = temporaryDirectory();
    cpSync(fixture, home, { recursive: true });
    epoch = 1;
  });

  async function open(): Promise<Ledger> {
    const ledger = await openLedger(join(home, 'ledger'), (epoch += 1));
    onTestFinished(() => ledger.close());
    return ledger;
  }

  /** What of the logs is new to it. */
  async function read(ledger: Ledger): Promise<string[]> {
    const fileSystem = placedAt('/home/ana/.claude', join(home, 'logs'));
    const roots = claudeCode.roots(machineOf({ HOME: '/home/ana' }, 'linux'));
    const walk = new Walk({ source: claudeCode, roots, fileSystem, home: '/home/ana', onDirectory: () => undefined });
    walk.all();
    expect(walk.files.size).toBe(3);
    const scan = new Scan(fileSystem, null);
    scan.goOnFrom(ledger.cursors());
    const files = scan.changed(walk.files.values());
    const calls: string[] = [];
    for (const batch of scan.read(files, scan.extent(files))) {
      if (batch === null || batch instanceof Promise) continue;
      const events = eventsOf(batch.events);
      calls.push(...events.map(({ key }) => key.call));
      await ledger.append({ events: events.map(rated), cursors: batch.cursors });
    }
    return calls;
  }

  function expectWhole(ledger: Ledger): void {
    expect(ledger.notices).toEqual([]);
    expect(sorted(ledger.query(months))).toEqual(sorted(expected.rows));
    expect(ledger.eventCount()).toBe(expected.events);
    expect(ledger.observedQuotas()).toEqual(expected.quotas);
    expect([...ledger.keeping.all('run')]).toEqual(expected.runs);
    expect([...ledger.keeping.audit()]).toEqual(expected.audit);
    for (const [source, ms] of Object.entries(expected.lastEventMs)) expect(ledger.lastEventMs(source)).toBe(ms);
  }

  it('opens whole, again and again, with a checkpoint of this version and without', async () => {
    for (let round = 0; round < 3; round += 1) {
      const ledger = await open();
      expectWhole(ledger);
      if (round === 1) await ledger.checkpoint();
    }
  });

  it('reads on where it was, and only what is new', async () => {
    const ledger = await open();
    expect(await read(ledger)).toEqual([]);
    const one = join(home, 'logs/projects/-home-ana-shop/one.jsonl');
    // Its last line was not whole.
    appendFileSync(one, `}\n${assistantLine({ id: 'msg_01NEWNEWNEWNEWNEWNEWNEW' })}\n`);
    expect(await read(ledger)).toEqual(['msg_01DDDDDDDDDDDDDDDDDDDDDD', 'msg_01NEWNEWNEWNEWNEWNEWNEW']);
    expect(ledger.eventCount()).toBe(expected.events + 2);
    await ledger.checkpoint();
    const again = await open();
    expect(await read(again)).toEqual([]);
    expect(again.eventCount()).toBe(expected.events + 2);
  });

  it('knows every call of its logs again, and every report', async () => {
    const ledger = await open();
    await ledger.upkeep.forgetCursors();
    expect(new Set(await read(ledger)).size).toBeGreaterThan(4);
    const dayMs = 86_400_000;
    const old = Array.from({ length: 6 }, (_, index) =>
      reported(`old-${index}`, startMs - (100 + 100 * (index % 3)) * dayMs, 30 + index),
    );
    const reports = [10, 20, 30].map((output, index) =>
      reported(`report-${index + 1}`, startMs + index * 60_000, output),
    );
    await ledger.append({ events: [...old, ...reports], cursors: [] });
    expectWhole(ledger);
  });
});
