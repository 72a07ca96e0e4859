/** The state in memory and its tables, where what they hold is unusual: nothing, too much, or of another version. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database, SqlJsStatic } from 'sql.js';
import { attributionFields, AttributionTable } from '../../../src/ledger/tables/attributionSet';
import { rowsPerBase } from '../../../src/ledger/tables/callKey';
import { CursorTable } from '../../../src/ledger/tables/cursorTable';
import { loadSqlJs, openDatabase } from '../../../src/ledger/tables/database';
import { copyOf, traitBits, traitsOf, type EventRow } from '../../../src/ledger/tables/storedEvent';
import { quotaOfRow } from '../../../src/ledger/tables/observedQuotaTable';
import { decodeRecord, encodeRecord, replayWeight, type LedgerRecord } from '../../../src/ledger/journal/record';
import { checkpointNotice } from '../../../src/ledger/checkpoint/recoveryNotice';
import { comparisons, rateChanges } from '../../../src/ledger/rerating';
import { salvage } from '../../../src/ledger/checkpoint/salvage';
import { migrate, schemaVersion, slotMs } from '../../../src/ledger/tables/schema';
import { asNumber, asNumberOrNull, asText } from '../../../src/ledger/tables/sqlValues';
import { LedgerStore } from '../../../src/ledger/tables/store';
import { Upkeep } from '../../../src/ledger/upkeep';
import { dimensions, type Dimension } from '../../../src/protocol/vocabulary';
import { cursor, event, events, rolledUp, startMs, wasmPath } from './support';

let sql: SqlJsStatic;
beforeAll(async () => {
  sql = await loadSqlJs(wasmPath);
});

function database(): Database {
  const db = openDatabase(sql, null, false);
  migrate(db, 0);
  return db;
}

const store = (): LedgerStore => new LedgerStore(database());
const put = (to: LedgerStore, list: ReturnType<typeof events>): string[] => {
  const copies = list.map((one) => copyOf(one, to.attributions));
  return to.apply([{ kind: 'events', copies, cursors: [] }]).flatMap((all) => all.map(({ outcome }) => outcome));
};
const all = { startMs: 0, endMs: 4e12 };
const rated = { costNanos: 5, pricing: 'rated', matchedModel: 'm', priceVersion: 'v2' } as const;
const nothingKnown = attributionFields.map(() => null);

describe('values of the database', () => {
  it('that are not of their column’s type are nothing', () => {
    expect([asNumber(5), asNumber('5'), asNumber(undefined)]).toEqual([5, 0, 0]);
    expect([asNumberOrNull(5), asNumberOrNull(null), asNumberOrNull('x')]).toEqual([5, null, null]);
    expect([asText('x'), asText(5), asText(null)]).toEqual(['x', '', '']);
  });

  it('of a newer version are read as far as this one knows what they name, and positions as they are', () => {
    const row = ['p', '', 'day', 'wishes', 1, null, null, null, 5, 'x', 'certain'];
    expect(quotaOfRow(row)).toMatchObject({ subscription: null, meter: null, confidence: 'low', asOfMs: 5 });
    const db = database();
    const cursors = new CursorTable(db);
    cursors.put(cursor('known', 1));
    cursors.put({ ...cursor('unknown', 2), source: 'another-agent' });
    const all = cursors.all().map(({ source, file }) => `${source} ${file}`);
    expect(all.sort()).toEqual(['another-agent unknown', 'claude-code known']);
  });

  it('have the tables of this version already', () => {
    const db = database();
    migrate(db, schemaVersion);
    expect(new LedgerStore(db).eventCount).toBe(0);
  });
});

describe('attribution', () => {
  it('are the same measure where what decides about the price is equal', () => {
    const table = new AttributionTable(database());
    const of = (parts: Parameters<typeof event>[1]) => table.ofEvent(event('c', parts));
    const one = of({});
    expect(one.sameMeasure(one)).toBe(true);
    expect(one.sameMeasure(of({ attribution: { project: 'other' } }))).toBe(true);
    expect(one.sameMeasure(of({ model: 'other' }))).toBe(false);
    expect(one.sameMeasure(of({ modifiers: ['fast'] }))).toBe(false);
    expect(of({ modifiers: ['fast', 'batch'] }).modifiers).toEqual(['fast', 'batch']);
    expect(table.of(nothingKnown)).toMatchObject({ pricing: 'unpriced', modifiers: [] });
    expect([table.of(nothingKnown).text('model'), one.text('provider')]).toEqual(['', 'anthropic']);
  });

  it('that are not there are an error, and a word that is not there is none', () => {
    const table = new AttributionTable(database());
    expect(() => table.byId(1)).toThrow('no attribution 1');
    expect(table.word(1)).toBe('');
  });

  it('of copies are told by their bits', () => {
    for (const sidechain of [true, false])
      for (const forked of [true, false])
        for (const nested of [true, false]) {
          expect(traitsOf(traitBits({ sidechain, forked, nested }))).toEqual({ sidechain, forked, nested });
        }
  });
});

describe('counting', () => {
  it('counts more requests of one call than have a place together, once, in one go and again', () => {
    const to = store();
    const many = Array.from({ length: 2 * rowsPerBase + 5 }, (_, index) => event('one call', { request: `r${index}` }));
    expect(put(to, many)).toEqual(many.map(() => 'new'));
    expect(to.eventCount).toBe(many.length);
    expect(put(to, [...many, ...many])).toEqual([...many, ...many].map(() => 'duplicate'));
    expect(to.eventCount).toBe(many.length);
  });

  it('finds what is stored behind as many new requests of its call as have a place together', () => {
    const to = store();
    const of = (from: number): ReturnType<typeof event>[] =>
      Array.from({ length: rowsPerBase }, (_, index) => event('one call', { request: `r${from + index}` }));
    put(to, of(0));
    const later = [...of(rowsPerBase), event('one call', { request: 'r0' })];
    expect(put(to, later)).toEqual([...of(rowsPerBase).map(() => 'new'), 'duplicate']);
    expect(to.eventCount).toBe(2 * rowsPerBase);
  });

  it('knows a call by its request from when a copy names one', () => {
    const to = store();
    const copy = (request: string | null, output: number) => event('c', { request, tokens: { output } });
    expect(put(to, [copy(null, 20)])).toEqual(['new']);
    expect(put(to, [copy('r1', 30)])).toEqual(['improved']);
    expect(put(to, [copy('r2', 30)]), 'another call').toEqual(['new']);
    expect(put(to, [copy('r1', 30), copy(null, 30)])).toEqual(['duplicate', 'duplicate']);
  });

  it('takes what is old and not known for counted where marks were lost', () => {
    const db = database();
    put(new LedgerStore(db), [event('known', { atMs: startMs - 1 })]);
    new LedgerStore(db).closeBefore(startMs / slotMs);
    const to = new LedgerStore(db);
    const old = ['r1', 'r2'].map((request) => event('lost', { request, atMs: startMs - 1 }));
    const known = event('known', { atMs: startMs - 1, tokens: { output: 50 } });
    expect(put(to, [...old, known, event('new', { atMs: startMs })])).toEqual([
      'duplicate',
      'duplicate',
      'improved',
      'new',
    ]);
    expect(to.eventCount).toBe(2);
  });

  it('leaves a compacted call as it is, and answers the rating that came', () => {
    const to = store();
    put(to, [event('c')]);
    to.apply([{ kind: 'compact', beforeMs: startMs + 1, most: 1 }]);
    const better = copyOf(event('c', { tokens: { output: 500 }, rating: { costNanos: 7 } }), to.attributions);
    const outcomes = to.apply([{ kind: 'events', copies: [better], cursors: [] }])[0];
    expect(outcomes).toMatchObject([{ outcome: 'duplicate', rating: { costNanos: 7 } }]);
    expect(to.queries.query({ buckets: [{ ...all, label: '' }], dimensions: [], filter: {} })[0]).toMatchObject({
      events: 1,
      costNanos: 1000,
    });
  });
});

describe('records', () => {
  const change = (table: AttributionTable) => [{ id: 16, costNanos: 5, attribution: table.ofEvent(event('x')) }];
  const kinds: [string, (table: AttributionTable) => LedgerRecord, number][] = [
    [
      'events',
      (table) => ({ kind: 'events', copies: [copyOf(event('x'), table)], quotas: [], cursors: [cursor('f', 1)] }),
      0,
    ],
    [
      'events of several requests',
      (table) => {
        const copies = [copyOf(event('w'), table), copyOf(rolledUp('x'), table)];
        return { kind: 'events', copies, quotas: [], cursors: [] };
      },
      0,
    ],
    ['rates', (table) => ({ kind: 'rates', changes: change(table), priceVersion: 'v' }), 0],
    ['reprice', (table) => ({ kind: 'reprice', changes: change(table) }), 0],
    ['compact', () => ({ kind: 'compact', beforeMs: 5, most: 7 }), 700],
    ['fold', () => ({ kind: 'fold', fold: { from: 1, to: 9, into: 5, most: 3 } }), 300],
    ['reread', () => ({ kind: 'reread' }), 0],
    ['note', () => ({ kind: 'note', key: 'retention_run_ms', value: '5' }), 0],
    ['ends', () => ({ kind: 'ends', ends: { '1-1': 5 } }), 0],
    [
      'keep',
      () => ({
        kind: 'keep',
        puts: [{ family: 'run', id: 'r', value: null }],
        notes: [{ atMs: 1, kind: 'override_set', detail: { a: 1 } }],
      }),
      0,
    ],
  ];

  it.each(kinds)('%s are read as they were written, and weigh what they change', (_, make, weight) => {
    const table = new AttributionTable(database());
    const record = make(table);
    expect(decodeRecord(encodeRecord(record), table)).toEqual(record);
    expect(replayWeight(record)).toBe(weight);
  });

  it('are refused by a version that does not know of positions of their own kind', () => {
    const table = new AttributionTable(database());
    const text = encodeRecord({ kind: 'events', copies: [copyOf(event('w'), table)], cursors: [] });
    expect(JSON.parse(text)).toMatchObject({ t: 'batch' });
  });

  it('that name what they do not have are refused, and those of a newer version are told apart', () => {
    const table = new AttributionTable(database());
    expect(() => decodeRecord('{"t":"reprice","a":[],"r":[[1,2,0]]}', table)).toThrow('does not have');
    expect(() => decodeRecord('{"t":"wishes"}', table)).toThrow('newer version');
    const text = '{"t":"events","a":[],"e":[],"c":[["another-agent","f","1:2",1,1,1,"ab",2,0]]}';
    expect(decodeRecord(text, table)).toMatchObject({ cursors: [{ source: 'another-agent', file: 'f' }] });
  });
});

describe('new prices', () => {
  const row = (to: AttributionTable, parts: Partial<EventRow> = {}): EventRow => ({
    ...copyOf(event('c', { request: null, rating: { costNanos: null, pricing: 'unpriced' } }), to),
    ...parts,
  });

  it('are asked for what is known of an event, also where that is nothing', () => {
    const table = new AttributionTable(database());
    const asked: unknown[] = [];
    const rate = (one: unknown): typeof rated => (asked.push(one), rated);
    const nameless = row(table, { attribution: table.of(nothingKnown), request: 77 });
    expect(
      rateChanges(
        [
          { id: 1, row: row(table) },
          { id: 2, row: nameless },
        ],
        rate,
        table,
      ),
    ).toHaveLength(2);
    expect(asked).toMatchObject([
      { key: { namespace: 'claude-code', request: null }, provider: 'anthropic', status: 'ok', source: 'claude-code' },
      { key: { namespace: 'api', request: '77' }, provider: '', model: '', status: 'ok', source: 'api' },
    ]);
  });

  it('change nothing that is the same, and take no cost away', () => {
    const table = new AttributionTable(database());
    const priced = row(table, { costNanos: 5, attribution: table.ofEvent(event('c', { rating: { ...rated } })) });
    const lost = { ...rated, costNanos: null, pricing: 'unpriced' } as const;
    expect(rateChanges([{ id: 1, row: priced }], () => rated, table)).toEqual([]);
    expect(rateChanges([{ id: 1, row: priced }], () => lost, table)).toEqual([]);
    const unpriced = { id: 1, row: row(table) };
    expect(rateChanges([unpriced], () => ({ ...lost, priceVersion: 'v9' }), table)).toHaveLength(1);
  });

  it('are compared by model, where cost or kind of pricing differ', () => {
    const table = new AttributionTable(database());
    const of = (pricing: 'rated' | 'estimated') => table.ofEvent(event('c', { rating: { ...rated, pricing } }));
    const rows = [
      { id: 1, row: row(table) },
      { id: 2, row: row(table, { costNanos: 5, attribution: of('rated') }) },
      { id: 3, row: row(table, { costNanos: 7, attribution: of('rated') }) },
      { id: 4, row: row(table, { attribution: table.of(nothingKnown) }) },
    ];
    const changes = [
      { id: 1, costNanos: 5, attribution: of('rated') },
      { id: 2, costNanos: 5, attribution: of('rated') },
      { id: 3, costNanos: 7, attribution: of('estimated') },
      { id: 4, costNanos: 1, attribution: of('rated') },
      { id: 4, costNanos: null, attribution: of('rated') },
      { id: 99, costNanos: 5, attribution: of('rated') },
    ];
    const { compared, differing } = comparisons(rows, changes);
    expect(differing.map(({ id }) => id)).toEqual([1, 3, 4]);
    expect(compared).toEqual([
      { provider: 'anthropic', model: 'claude-opus-4-8', events: 2, oldNanos: 7, newNanos: 12 },
      { provider: '', model: '', events: 1, oldNanos: 0, newNanos: 1 },
    ]);
  });

  it('come part by part, and to an end', async () => {
    const to = store();
    const written: string[] = [];
    const upkeep = new Upkeep((step) =>
      step(to, (record) => {
        written.push(record.kind);
        to.apply([record]);
        return Promise.resolve();
      }),
    );
    expect(await upkeep.reprice(() => rated, 'v2', 0, 2, true)).toEqual({ compared: [], looked: 0, next: null });
    expect(await upkeep.rerate(() => rated, 'v2')).toBe(0);
    expect(written).toEqual(['rates']);
    put(to, events(0, 5));
    const looked: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const part = await upkeep.reprice(() => rated, 'v2', after, 2, false);
      looked.push(part.looked);
      after = part.next;
    }
    expect(looked).toEqual([2, 2, 1]);
    expect(written, 'nothing was applied').toEqual(['rates']);
    await upkeep.reprice(() => rated, 'v2', 0, 10, true);
    expect(written).toEqual(['rates', 'reprice']);
    expect(await upkeep.reprice(() => rated, 'v2', 0, 10, true)).toMatchObject({ looked: 0 });
    to.apply([{ kind: 'events', copies: [], cursors: [cursor('f', 1)] }]);
    await upkeep.forgetCursors();
    expect(to.cursors()).toEqual([]);
  });

  it('do not touch what was reported, or is not there', () => {
    const to = store();
    put(to, [event('told', { rating: { pricing: 'reported', costNanos: 9 } })]);
    const attribution = to.attributions.ofEvent(event('x', { rating: { ...rated } }));
    const { base } = copyOf(event('told'), to.attributions);
    const changes = [base * rowsPerBase, 5 * rowsPerBase].map((id) => ({ id, costNanos: 1, attribution }));
    to.apply([{ kind: 'reprice', changes }]);
    to.apply([{ kind: 'rates', changes, priceVersion: null }]);
    expect(to.queries.query({ buckets: [{ ...all, label: '' }], dimensions: [], filter: {} })[0]?.costNanos).toBe(9);
    expect(to.priceVersion()).toBeNull();
  });
});

describe('sums', () => {
  it('fold where there is nothing to fold', () => {
    const to = store();
    to.apply([{ kind: 'fold', fold: { from: 0, to: 100, into: 50, most: 10 } }]);
    expect(to.foldable({ from: 0, to: 100, into: 50, most: 10 })).toBe(0);
    expect(to.firstCompactedSlot(0)).toBeNull();
  });

  it('are asked for in more ways than are remembered', () => {
    const to = store();
    put(to, [event('a', { attribution: { project: 'p', agent: 'x' } }), event('b', { model: 'm' })]);
    for (let way = 0; way < 100; way += 1) {
      const chosen: Dimension[] = dimensions.filter((_, place) => (way >> place) & 1);
      const rows = to.queries.query({ buckets: [{ ...all, label: '' }], dimensions: chosen, filter: {} });
      expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(2);
    }
    expect(to.queries.query({ buckets: [{ ...all, label: '' }], dimensions: ['project'], filter: {} })).toHaveLength(2);
  });

  it('tell when the last event of a source was, as exactly as it is known', () => {
    const to = store();
    expect(to.queries.lastEventMs('claude-code')).toBeNull();
    put(to, [event('a', { atMs: startMs + 5 })]);
    expect(to.queries.lastEventMs('claude-code')).toBe(startMs + 5);
    expect(to.queries.lastEventMs('api')).toBeNull();
    to.apply([{ kind: 'compact', beforeMs: startMs + 6, most: 1 }]);
    expect(to.queries.lastEventMs('claude-code')).toBe(startMs);
    to.attributions.idOf(to.attributions.ofEvent(event('b', { source: 'api' })));
    expect(to.queries.lastEventMs('api'), 'a word without an event').toBeNull();
  });
});

describe('rescue', () => {
  it('takes events whose attribution are lost, more than go into one transaction', () => {
    const from = database();
    from.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5003)
       INSERT INTO event SELECT i * 16, i, 0, ${startMs}, 1, 1, 2, 0, 0, 0, 0, 0, 3, NULL, 0, NULL FROM n`,
    );
    const to = database();
    expect(salvage(sql, from.export(), to)).toEqual({ events: 5003, sumsLost: false });
    const rescued = new LedgerStore(to);
    const query = { buckets: [{ ...all, label: '' }], dimensions: ['provider'], filter: {} } as const;
    expect(rescued.queries.query(query)).toMatchObject([
      { group: { provider: null }, events: 5003, costNanos: 15_009, unpricedEvents: 0 },
    ]);
    expect(salvage(sql, Buffer.from('no database'), database())).toEqual({ events: 0, sumsLost: false });
  });

  it('is told with what is lost', () => {
    const aside = { name: 'x', reason: 'r', events: 5 };
    expect(checkpointNotice('/d', { ...aside, sumsLost: true }).message).toContain('may be too low');
    expect(checkpointNotice('/d', { ...aside, sumsLost: false }).message).not.toContain('too low');
  });
});
