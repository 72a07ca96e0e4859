import { expect, it } from 'vitest';
import { attributionFields, columnOf } from '../../../src/ledger/tables/attributionSet';
import { loadSqlJs } from '../../../src/ledger/tables/database';
import { migrate } from '../../../src/ledger/tables/schema';
import { event, openLedger, temporaryDirectory, wasmPath } from './support';

it('has the columns of the table, in their order', async () => {
  const sql = await loadSqlJs(wasmPath);
  const db = new sql.Database();
  migrate(db, 0);
  const columns =
    db.exec('SELECT name FROM pragma_table_info(?) ORDER BY cid', ['attribution'])[0]?.values.flat() ?? [];
  expect(['"id"', ...attributionFields.map(columnOf)]).toEqual(columns.map((name) => `"${String(name)}"`));
  db.close();
});

it('gives back of a call what was stored with it', async () => {
  const ledger = await openLedger(temporaryDirectory(), 1);
  const tags = '["a"]';
  await ledger.append({ events: [event('one', { status: 'retry', attribution: { tags, team: 't' } })], cursors: [] });
  const page = { interval: { startMs: 0, endMs: 4e12 }, matches: null, sort: 'time', descending: true } as const;
  const [row] = (await ledger.activity()).page({ ...page, offset: 0, limit: 10 }).rows;
  const known = (['status', 'tags', 'team', 'model'] as const).map((field) => row?.attribution.get(field));
  expect(known).toEqual(['retry', tags, 't', 'claude-opus-4-8']);
  await ledger.close();
});
