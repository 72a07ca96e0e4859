/** Other programs' databases with their write-ahead logs: by the host's own SQLite where it has one, and by sql.js on a copy. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ForeignDatabases } from '../../../src/engine/ingest/foreignDatabases';
import type { OpenedDatabase } from '../../../src/sources/reading/databaseFile';
import { withLog } from '../../../src/sources/reading/walFile';
import { inRepository } from '../../support/paths.mjs';
import { newFolder } from './reading';

const wasmPath = inRepository('node_modules/sql.js/dist/sql-wasm.wasm');
const all = 'SELECT seq, id, output FROM call WHERE seq > ? ORDER BY seq';
const rows = (from: number, to: number): object[] =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const seq = from + index;
    return { seq, id: `c${seq}`, output: 10 * seq };
  });

function copyOf(name: string): string {
  const folder = newFolder();
  fs.cpSync(inRepository('test/fixtures/databases', name), folder, { recursive: true });
  return path.join(folder, 'calls.db');
}

const databases = new ForeignDatabases(wasmPath);

async function withDatabase<T>(file: string, use: (database: OpenedDatabase) => T): Promise<T> {
  if (!databases.isReady) await databases.load();
  const database = databases.open(file);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

function flip(file: string, at: number): void {
  const bytes = fs.readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  fs.writeFileSync(file, bytes);
}

describe('a database with a write-ahead log', () => {
  test('of which every row is in the log', async () => {
    expect(await withDatabase(copyOf('stub'), (database) => database.select(all, [0]))).toEqual(rows(1, 3));
    expect(await withDatabase(copyOf('stub'), (database) => database.select(all, [2]))).toEqual(rows(3, 3));
  });

  test('that began anew: what stood in it before does not count', async () => {
    expect(await withDatabase(copyOf('later'), (database) => database.select(all, [0]))).toEqual(rows(1, 5));
  });

  test('is left as it was', async () => {
    const file = copyOf('stub');
    const before = [file, `${file}-wal`].map((one) => fs.readFileSync(one));
    // Refused, or done to a copy.
    await withDatabase(file, (database) => database.select('DELETE FROM call')).catch(() => undefined);
    expect([file, `${file}-wal`].map((one) => fs.readFileSync(one))).toEqual(before);
  });

  test('that is none says so', async () => {
    const file = path.join(newFolder(), 'x.db');
    fs.writeFileSync(file, 'not a database, but long enough to look at it'.repeat(40));
    await expect(withDatabase(file, (database) => database.select('SELECT 1 FROM sqlite_schema'))).rejects.toThrow();
    await expect(withDatabase(path.join(newFolder(), 'none.db'), () => null)).rejects.toThrow();
  });
});

describe('a log is taken up to its last whole commit', () => {
  const file = copyOf('stub');
  const [database, log] = [fs.readFileSync(file), fs.readFileSync(`${file}-wal`)];

  test('torn anywhere', async () => {
    let most = 0;
    for (let length = 0; length <= log.length; length += 131) {
      const torn = path.join(newFolder(), 'calls.db');
      fs.writeFileSync(torn, withLog(database, log.subarray(0, length)));
      const found = await withDatabase(torn, (one) =>
        one.select("SELECT 1 FROM sqlite_schema WHERE name = 'call'").length === 0 ? [] : one.select(all, [0]),
      );
      expect(found).toEqual(rows(1, found.length));
      expect(found.length).toBeGreaterThanOrEqual(most);
      most = found.length;
    }
  });

  test('and not beyond a frame whose checksum is wrong', async () => {
    const damaged = copyOf('stub');
    flip(`${damaged}-wal`, log.length - 10);
    const whole = withLog(fs.readFileSync(damaged), fs.readFileSync(`${damaged}-wal`));
    const merged = path.join(newFolder(), 'calls.db');
    fs.writeFileSync(merged, whole);
    expect(await withDatabase(merged, (one) => one.select(all, [0]))).toEqual(rows(1, 2));
  });

  test('or not at all where it is no log', () => {
    expect(withLog(database, Buffer.from('nonsense'.repeat(9))).length).toBe(database.length);
    expect(withLog(database, Buffer.alloc(0)).length).toBe(database.length);
  });
});
