/** What a log reader hands over and the ledger can't take: one event is left out, and nothing waits behind it. */
import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Ingest } from '../../../src/engine/ingest/ingest';
import { LedgerHealth } from '../../../src/engine/upkeep/ledgerHealth';
import { Problems } from '../../../src/engine/figures/problems';
import { Rates } from '../../../src/engine/prices/rates';
import type { FromReader, ToReader } from '../../../src/engine/ingest/messages';
import type { ReaderThreads } from '../../../src/engine/ingest/readerThreads';
import type { FileCursor, RatedEvent, UsageEvent } from '../../../src/protocol/event';
import { columnCount, columns, commonPart, type EventColumns } from '../../../src/protocol/eventColumns';
import type { ObservedQuota } from '../../../src/protocol/quota';
import { until } from '../../support/until';
import { cursor, event, openLedger, placeIn, startMs, temporaryDirectory } from '../ledger/support';

/** A reader's thread that hands over what a test says. */
class ScriptedReader extends EventEmitter {
  readonly told: ToReader[] = [];

  postMessage(message: ToReader): void {
    this.told.push(message);
  }

  terminate(): Promise<number> {
    return Promise.resolve(0);
  }

  say(message: FromReader): void {
    this.emit('message', message);
  }

  get accepted(): number {
    return this.told.filter(({ kind }) => kind === 'accepted').length;
  }
}

function columnsOf(events: readonly UsageEvent[]): EventColumns {
  const numbers = new Float64Array(events.length * columnCount);
  events.forEach(({ atMs, tokens, webSearches, reportedCostNanos }, place) => {
    const at = place * columnCount;
    numbers[at + columns.common] = place;
    numbers[at + columns.atMs] = atMs;
    numbers[at + columns.input] = tokens.input;
    numbers[at + columns.output] = tokens.output;
    numbers[at + columns.webSearches] = webSearches;
    numbers[at + columns.reportedCostNanos] = reportedCostNanos ?? Number.NaN;
  });
  return {
    common: events.map(commonPart),
    calls: events.map(({ key }) => key.call),
    requests: events.map(({ key }) => key.request),
    numbers,
  };
}

async function ingest(
  fails: { configured?: Error | undefined; load?: Error | undefined; rateAll?: (event: UsageEvent) => void } = {},
) {
  const log: string[] = [];
  const say = (level: string, message: string): void => void log.push(`${level} ${message}`);
  const ledger = await openLedger(temporaryDirectory(), 1);
  const worker = new ScriptedReader();
  const problems = new Problems(say);
  const real = new Rates();
  const rates = {
    load: () => (fails.load === undefined ? real.load() : Promise.reject(fails.load)),
    rateAll: async (events: readonly UsageEvent[]): Promise<RatedEvent[]> => {
      for (const one of events) fails.rateAll?.(one);
      return real.rateAll(events);
    },
  } as unknown as Rates;
  const made = new Ingest({
    readers: { take: () => ({ worker, said: [] }) } as unknown as ReaderThreads,
    rates,
    log: say,
    problems,
    trouble: new LedgerHealth(problems, { dataDirectory: '', log: say, onNewerLedger: () => undefined }),
    configured: () => (fails.configured === undefined ? Promise.resolve() : Promise.reject(fails.configured)),
    ledger: () => ledger,
    switches: () => ({}),
    now: () => startMs,
    onFailure: (error) => say('failure', String(error)),
    onChange: () => undefined,
  });
  const reader = made.startReader([], Promise.resolve());
  onTestFinished(async () => {
    await reader.dispose();
    await ledger.close();
  });
  const read = (events: readonly UsageEvent[], ...cursors: FileCursor[]): void =>
    worker.say({ kind: 'batch', batch: { events: columnsOf(events), quotas: [], cursors } });
  return { ingest: made, ledger, log, problems, read, worker };
}

const logged = (call: string, more: Partial<UsageEvent> = {}): UsageEvent => ({
  ...event(call),
  source: 'claude-code',
  ...more,
});
const tokens = (output: number): UsageEvent['tokens'] => ({ ...event('x').tokens, output });
const none = undefined as never;

const poisons: [what: string, event: UsageEvent][] = [
  ['less than nothing', logged('bad', { tokens: tokens(-5) })],
  ['half a token', logged('bad', { tokens: tokens(0.5) })],
  ['no number', logged('bad', { tokens: tokens(Number.NaN) })],
  ['a time that nobody lives in', logged('bad', { atMs: Number.POSITIVE_INFINITY })],
  ['no model', logged('bad', { model: none })],
  ['a project that is an object', logged('bad', { attribution: { ...event('x').attribution, project: {} as never } })],
  ['no attribution', logged('bad', { attribution: none })],
  ['an empty id', logged('', {})],
];

describe('an event with', () => {
  it.each(poisons)('%s in the middle of a batch is left out and counted, and reading goes on', async (_, poison) => {
    const { ingest: made, ledger, log, problems, read, worker } = await ingest();
    read([logged('a'), logged('b')], cursor('one', 10));
    read([logged('c'), poison, logged('d')], cursor('one', 20), cursor('two', 5));
    read([logged('e')], cursor('two', 9));
    await until('all batches', () => worker.accepted === 3);
    expect(ledger.eventCount()).toBe(5);
    const stored = ledger
      .cursors()
      .map((one) => ({ file: one.file, offset: placeIn(one)['offset'], skipped: one.skipped }));
    expect(stored.sort((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
      { file: 'one', offset: 20, skipped: 0 },
      { file: 'two', offset: 9, skipped: 1 },
    ]);
    expect([...made.skipped.bySource.values()]).toEqual([1]);
    expect(log.some((line) => line.startsWith('error'))).toBe(true);
    expect(problems.all, 'the disk is well').toEqual([]);
  });

  it('nothing in common with any is left out, too', async () => {
    const { ledger, worker } = await ingest();
    const events = columnsOf([logged('a'), logged('b'), logged('c')]);
    events.numbers[columnCount + columns.common] = 99;
    worker.say({ kind: 'batch', batch: { events, quotas: [], cursors: [cursor('one', 10)] } });
    await until('the batch', () => worker.accepted === 1);
    expect(ledger.eventCount()).toBe(2);
    expect(ledger.cursors()).toEqual([{ ...cursor('one', 10), skipped: 1 }]);
  });
});

describe('a quota that a log tells of', () => {
  const quota: ObservedQuota = {
    provider: 'gpt',
    subscription: null,
    window: '5h',
    meter: null,
    usedPercent: 40,
    used: null,
    limit: null,
    resetsAtMs: null,
    asOfMs: startMs,
    source: 'codex',
    confidence: 'high',
  };

  it('is kept under the one name of its provider; one of no window or of the future is left out and counted', async () => {
    const { ledger, worker } = await ingest();
    const quotas = [quota, { ...quota, window: 'soon' }, { ...quota, asOfMs: startMs + 3_600_000, usedPercent: 1 }];
    const wrong = { ...quota, window: none };
    const batch = { events: columnsOf([]), quotas: [...quotas, wrong], cursors: [cursor('one', 10)] };
    worker.say({ kind: 'batch', batch });
    await until('the batch', () => worker.accepted === 1);
    expect(ledger.observedQuotas()).toEqual([{ ...quota, provider: 'openai' }]);
    expect(ledger.cursors()).toEqual([{ ...cursor('one', 10), skipped: 3 }]);
  });
});

describe('a batch that can not be rated', () => {
  it('loses only the event that can not', async () => {
    const { ledger, read, worker } = await ingest({
      rateAll: ({ key }) => {
        if (key.call === 'b') throw new RangeError('no such price');
      },
    });
    read([logged('a'), logged('b'), logged('c')], cursor('one', 10));
    await until('the batch', () => worker.accepted === 1);
    expect(ledger.eventCount()).toBe(2);
    expect(ledger.cursors()).toEqual([{ ...cursor('one', 10), skipped: 1 }]);
  });

  it.each(['load', 'configured'] as const)('since %s fails waits, ends nothing, and goes on', async (what) => {
    const fails: { load?: Error | undefined; configured?: Error | undefined } = {
      [what]: new Error('Cannot find module'),
    };
    const { ledger, log, read, worker } = await ingest(fails);
    read([logged('a')], cursor('one', 10));
    read([logged('b')], cursor('one', 20));
    await until('the failure', () => log.some((line) => line.includes('Cannot find module')));
    expect(worker.accepted).toBe(0);
    fails[what] = undefined;
    await until('both batches', () => worker.accepted === 2);
    expect(ledger.eventCount()).toBe(2);
    expect(ledger.cursors()).toEqual([cursor('one', 20)]);
  });
});
