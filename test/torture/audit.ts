/**
 * Looks at a checkpoint as a stranger would: opened in a stock SQLite, `PRAGMA integrity_check`, and every call of the truth
 * found exactly once with its figures. Only for a ledger without a journal, when nobody else writes it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import initSqlJs from 'sql.js';
import { callKey, rowsPerBase } from '../../src/ledger/tables/callKey';
import type { Call, Truth } from './truth';

const python =
  'import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute("PRAGMA integrity_check").fetchone()[0])';

/** Which SQLite says so, and what. */
export function integrity(file: string, environment: Record<string, string>): { by: string; verdict: string } {
  const { status, stdout } = spawnSync('/usr/bin/env', ['python3', '-c', python, file], {
    env: environment,
    encoding: 'utf8',
  });
  if (status === 0) return { by: "Python's sqlite3", verdict: stdout.trim() };
  return { by: 'sql.js', verdict: '' };
}

export interface Row {
  output: number;
  figures: string;
}

/** By `base check`: as the ledger hashes a call. More than one row of a call would be a call counted twice. */
export async function rowsOf(
  file: string,
): Promise<{ rows: Map<string, Row[]>; verdict: string; rollup: string; sums: string }> {
  const SQL = await initSqlJs();
  const db = new SQL.Database(readFileSync(file));
  try {
    const one = (query: string): string => JSON.stringify(db.exec(query)[0]?.values[0] ?? []);
    const rows = new Map<string, Row[]>();
    const query =
      'SELECT id, call_check, at_ms, input, output, cache_read, cache_write_5m, cost_nanos FROM event ORDER BY id';
    for (const [id, check, ...figures] of db.exec(query)[0]?.values ?? []) {
      const key = `${Math.floor(Number(id) / rowsPerBase)} ${Number(check)}`;
      const row = { output: Number(figures[2]), figures: JSON.stringify(figures) };
      rows.set(key, [...(rows.get(key) ?? []), row]);
    }
    const summed = ['input', 'output', 'cache_read', 'cache_write_5m', 'cost_nanos']
      .map((name) => `COALESCE(SUM(${name}), 0)`)
      .join();
    return {
      rows,
      verdict: String(db.exec('PRAGMA integrity_check')[0]?.values[0]?.[0]),
      rollup: one(`SELECT COALESCE(SUM(events), 0), ${summed} FROM rollup`),
      sums: one(`SELECT COUNT(*), ${summed} FROM event`),
    };
  } finally {
    db.close();
  }
}

export function hashOf(call: Call): string {
  const { base, check } = callKey({ namespace: call.scope, call: call.id, request: call.request });
  return `${base} ${check}`;
}

export function figuresOf({ atMs, input, output, cacheRead, cacheWrite, costNanos }: Call): string {
  return JSON.stringify([atMs, input, output, cacheRead, cacheWrite, costNanos]);
}

export interface Verdict {
  wrong: string[];
  lost: number;
  doubled: number;
}

/** `mayLack`: calls whose record was damaged; they may be missing or an older copy, but nothing else. */
export async function audit(
  dataDirectory: string,
  truth: Truth,
  mayLack: (key: string, call: Call) => boolean = () => false,
): Promise<Verdict> {
  const { rows, verdict, rollup, sums } = await rowsOf(path.join(dataDirectory, 'ledger.sqlite'));
  const wrong: string[] = [];
  if (verdict !== 'ok') wrong.push(`integrity_check: ${verdict}`);
  if (rollup !== sums) wrong.push(`the roll-up's sums ${rollup} are not the events' ${sums}`);
  let lost = 0;
  let doubled = 0;
  for (const [key, call] of truth.all()) {
    const hash = hashOf(call);
    const found = rows.get(hash) ?? [];
    rows.delete(hash);
    const [first] = found;
    if (found.length > 1) {
      doubled += 1;
      wrong.push(`${key} is there ${found.length} times`);
    } else if (first === undefined) {
      if (mayLack(key, call)) continue;
      lost += 1;
      wrong.push(`${key} is not there`);
    } else if (first.figures !== figuresOf(call)) {
      if (mayLack(key, call) && truth.copiesOf(key).some((copy) => figuresOf(copy) === first.figures)) continue;
      wrong.push(`${key} is ${first.figures} instead of ${figuresOf(call)}`);
    }
  }
  for (const [hash, found] of rows) {
    doubled += 1;
    wrong.push(`nobody told of the event ${hash}: ${found.map(({ figures }) => figures).join()}`);
  }
  return { wrong, lost, doubled };
}
