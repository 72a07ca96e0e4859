import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import { auditOrigin, type AuditNote } from '../../../src/domain/alerts/audit';
import { event, FaultyIo, openLedger, startMs, temporaryDirectory } from './support';

const note = (detail: AuditNote['detail'], atMs = startMs): AuditNote => ({ atMs, kind: 'override_set', detail });

describe('what enforcing budgets remembers', () => {
  it('is there after a kill, after a checkpoint, and is gone when taken back', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.keeping.keep(
      [
        { family: 'run', id: 'r1', value: '{"a":1}' },
        { family: 'run', id: 'r2', value: '{"a":2}' },
        { family: 'alert', id: 'r1', value: '"other family"' },
      ],
      [note({ budget: 'b' })],
    );
    // Not closed: as if killed.
    ledger = await openLedger(directory, 2);
    expect([...ledger.keeping.all('run')]).toEqual([
      ['r1', '{"a":1}'],
      ['r2', '{"a":2}'],
    ]);
    await ledger.keeping.keep(
      [
        { family: 'run', id: 'r1', value: null },
        { family: 'run', id: 'r2', value: '{"a":3}' },
      ],
      [],
    );
    await ledger.checkpoint();
    await ledger.close();
    ledger = await openLedger(directory, 3);
    expect([...ledger.keeping.all('run')]).toEqual([['r2', '{"a":3}']]);
    expect(ledger.keeping.all('alert').get('r1')).toBe('"other family"');
    expect([...ledger.keeping.audit()]).toHaveLength(1);
    await ledger.close();
  });

  it('is kept whole or not at all when the disk refuses', async () => {
    const directory = temporaryDirectory();
    const disk = new FaultyIo();
    const ledger = await openLedger(directory, 1, { io: disk.io });
    disk.codes.set('datasync', 'ENOSPC');
    const kept = ledger.keeping.keep([{ family: 'run', id: 'r', value: '1' }], [note({})]);
    await expect(kept).rejects.toMatchObject({ reason: 'unavailable' });
    expect(ledger.keeping.all('run').size).toBe(0);
    disk.codes.clear();
    await ledger.close();
    const again = await openLedger(directory, 2);
    expect(again.keeping.all('run').size).toBe(0);
    expect([...again.keeping.audit()]).toEqual([]);
    await again.close();
  });

  it('writes nothing when there is nothing to keep', async () => {
    const disk = new FaultyIo();
    const ledger = await openLedger(temporaryDirectory(), 1, { io: disk.io });
    await ledger.keeping.keep([], []);
    expect(disk.counts.write).toBe(0);
    await ledger.close();
  });
});

describe('the audit trail', () => {
  it('chains entries over restarts, the same live and replayed', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    expect(ledger.keeping.verifyAudit()).toEqual({ intact: true, entries: 0, head: auditOrigin });
    for (let index = 0; index < 3; index += 1) {
      await ledger.keeping.keep([], [note({ index }), note({ index, plan: `p${index % 2}` })]);
    }
    const live = [...ledger.keeping.audit()];
    expect(live.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    ledger = await openLedger(directory, 2);
    expect([...ledger.keeping.audit()]).toEqual(live);
    await ledger.keeping.keep([], [note({ after: 'restart' })]);
    expect(ledger.keeping.verifyAudit()).toMatchObject({ intact: true, entries: 7 });
    expect(ledger.keeping.auditAbout('override_set', 'plan', 'p0').map(({ seq }) => seq)).toEqual([2, 6]);
    expect(ledger.keeping.auditAbout('run_terminated', 'plan', 'p0')).toEqual([]);
    await ledger.close();
  });

  it('is read whole, however long', async () => {
    const ledger = await openLedger(temporaryDirectory(), 1);
    await ledger.keeping.keep(
      [],
      Array.from({ length: 2_500 }, (_, index) => note({ index })),
    );
    expect([...ledger.keeping.audit()].at(-1)?.seq).toBe(2_500);
    expect(ledger.keeping.verifyAudit()).toMatchObject({ intact: true, entries: 2_500 });
    await ledger.close();
  });

  it.each([
    ['changed', `UPDATE audit SET detail = '{"index":9}' WHERE seq = 2`, 2],
    ['dated back', 'UPDATE audit SET at_ms = at_ms - 1 WHERE seq = 3', 3],
    ['removed', 'DELETE FROM audit WHERE seq = 2', 2],
    ['removed from the front', 'DELETE FROM audit WHERE seq = 1', 1],
  ])('shows where an entry was %s', async (_, sql, brokenAt) => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.keeping.keep(
      [],
      [0, 1, 2, 3].map((index) => note({ index })),
    );
    await ledger.checkpoint();
    await ledger.close();
    const path = join(directory, 'ledger.sqlite');
    const sqlJs = await initSqlJs();
    const db = new sqlJs.Database(readFileSync(path));
    db.exec(sql);
    writeFileSync(path, db.export());
    db.close();
    ledger = await openLedger(directory, 2);
    expect(ledger.keeping.verifyAudit()).toMatchObject({ intact: false, brokenAt });
    await ledger.close();
  });

  it('outlives a damaged checkpoint, with what is kept', async () => {
    const directory = temporaryDirectory();
    let ledger = await openLedger(directory, 1);
    await ledger.append({ events: Array.from({ length: 3_000 }, (_, index) => event(`call-${index}`)), cursors: [] });
    await ledger.keeping.keep([{ family: 'override', id: 'o', value: '{}' }], [note({ a: 1 }), note({ a: 2 })]);
    await ledger.checkpoint();
    await ledger.close();
    const path = join(directory, 'ledger.sqlite');
    const bytes = readFileSync(path);
    const sqlJs = await initSqlJs();
    const db = new sqlJs.Database(bytes);
    const root = Number(db.exec("SELECT rootpage FROM sqlite_schema WHERE name = 'event_at'")[0]?.values[0]?.[0]) - 1;
    db.close();
    bytes.fill(0xa5, root * 4096, (root + 1) * 4096);
    writeFileSync(path, bytes);
    ledger = await openLedger(directory, 2);
    expect(ledger.notices).toHaveLength(1);
    expect(ledger.keeping.all('override').get('o')).toBe('{}');
    expect(ledger.keeping.verifyAudit()).toMatchObject({ intact: true, entries: 2 });
    await ledger.close();
  });
});
