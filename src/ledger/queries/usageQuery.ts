/**
 * Answers questions from the roll-up, and from the events themselves where an interval begins or ends inside a slot.
 * Both hold the same integers, so every way to slice an interval adds up to the same total. What is compacted stands as a
 * whole at the begin of its slot. Sums are exact up to 2^53: nine million dollars in nano-dollars.
 */
import type { Database, SqlValue, Statement } from 'sql.js';
import { noTotals, type Interval, type LedgerQuery, type LedgerRow, type LedgerTotals } from '../../protocol/query';
import { dimensions, type Dimension, type SourceId } from '../../protocol/vocabulary';
import { columnOf, type AttributionField, type AttributionTable } from '../tables/attributionSet';
import { grainSums, type GrainSums } from './grainQuery';
import type { RollupName } from '../tables/rollupTable';
import { slotMs } from '../tables/schema';
import { asNumber, asNumberOrNull } from '../tables/sqlValues';
import { sumColumns } from './sums';

export interface DoubtfulModel {
  provider: string;
  model: string;
  pricing: 'unpriced' | 'estimated';
  events: number;
  tokens: number;
}

interface Source {
  from: string;
  /** How many events a row stands for. */
  count: string;
  within: string;
  sums: readonly string[];
}

const sumsOf = (name: RollupName): Source => ({
  from: `${name} x`,
  count: 'x.events',
  within: 'x.slot >= ?5 AND x.slot < ?6',
  sums: sumColumns.map((column) => `x.${column}`),
});
const rollup = sumsOf('rollup');
const compactedRollup = sumsOf('settled_rollup');
const events: Source = {
  from: 'event x',
  count: '1',
  within: 'x.at_ms >= ?5 AND x.at_ms < ?6',
  sums: sumColumns.map((column) => (column === 'events' ? '1' : `x.${column}`)),
};

interface Filter {
  field: AttributionField;
  values: readonly string[];
}

interface Group {
  words: (number | null)[];
  totals: LedgerTotals;
}

/** Has the events between two instants in the database before they are asked for. */
export type EnsureEvents = (fromMs: number, toMs: number) => void;

const statementsKept = 64;

export class UsageQueries {
  readonly #db: Database;
  readonly #attributions: AttributionTable;
  readonly #ensureEvents: EnsureEvents;
  readonly #statements = new Map<string, Statement>();
  /** Behind the last compacted slot, to leave out what can have no answer. `null`: not known. */
  #compactedEnd: number | null = null;

  constructor(db: Database, attributions: AttributionTable, ensureEvents: EnsureEvents) {
    this.#db = db;
    this.#attributions = attributions;
    this.#ensureEvents = ensureEvents;
  }

  /** Without dimensions there is one row per bucket, also of an empty one; with dimensions only groups with events. */
  query(query: LedgerQuery): LedgerRow[] {
    const filters = dimensions.flatMap((field): Filter[] => {
      const values = query.filter[field];
      return values === undefined ? [] : [{ field, values }];
    });
    return query.buckets.flatMap((bucket) =>
      this.#groups(bucket, query.dimensions, filters).map(({ words, totals }) => {
        const group: Partial<Record<Dimension, string | null>> = {};
        query.dimensions.forEach((dimension, place) => {
          group[dimension] = this.#text(words[place]);
        });
        return { bucket: bucket.label, group, ...totals };
      }),
    );
  }

  doubtful(interval: Interval): DoubtfulModel[] {
    const filters = [{ field: 'pricing', values: ['unpriced', 'estimated'] }] as const;
    return this.#groups(interval, ['provider', 'model', 'pricing'], filters).map(({ words, totals }) => ({
      provider: this.#text(words[0]) ?? '',
      model: this.#text(words[1]) ?? '',
      pricing: this.#text(words[2]) === 'estimated' ? 'estimated' : 'unpriced',
      events: totals.events,
      tokens: totals.input + totals.output + totals.cacheRead + totals.cacheWrite5m + totals.cacheWrite1h,
    }));
  }

  /** Of one provider, by steps of `grainMs` and project. */
  grains(interval: Interval, grainMs: number, provider: string): GrainSums[] {
    return grainSums(this.#db, this.#attributions, this.#ensureEvents, { interval, grainMs, provider });
  }

  lastEventMs(source: SourceId): number | null {
    const id = this.#attributions.wordId(source);
    if (id === undefined) return null;
    const slot = this.#lastSlot('rollup', id) ?? this.#lastSlot('settled_rollup', id);
    if (slot === null) return null;
    this.#ensureEvents(slot * slotMs, (slot + 1) * slotMs);
    const latest = this.#statement(
      'SELECT max(x.at_ms) FROM event x JOIN attribution a ON a.id = x.attribution WHERE x.at_ms >= ? AND x.at_ms < ? AND a.source = ?',
    );
    const atMs = asNumberOrNull(latest.get([slot * slotMs, (slot + 1) * slotMs, id])[0]);
    latest.reset();
    return atMs ?? slot * slotMs;
  }

  eventCount(): number {
    const query = 'SELECT (SELECT total(events) FROM rollup) + (SELECT total(events) FROM settled_rollup)';
    return asNumber(this.#db.exec(query)[0]?.values[0]?.[0]);
  }

  compactedChanged(): void {
    this.#compactedEnd = null;
  }

  #endOfCompacted(): number {
    if (this.#compactedEnd === null) {
      const last = this.#statement('SELECT max(slot) FROM settled_rollup');
      const slot = asNumberOrNull(last.get([])[0]);
      last.reset();
      this.#compactedEnd = slot === null ? Number.NEGATIVE_INFINITY : slot + 1;
    }
    return this.#compactedEnd;
  }

  #lastSlot(name: RollupName, source: number): number | null {
    const slots = this.#statement(
      `SELECT x.slot FROM ${name} x JOIN attribution a ON a.id = x.attribution WHERE a.source = ? ORDER BY x.slot DESC LIMIT 1`,
    );
    const slot = asNumberOrNull(slots.get([source])[0]);
    slots.reset();
    return slot;
  }

  #text(word: number | null | undefined): string | null {
    return word === null || word === undefined ? null : this.#attributions.word(word);
  }

  #groups(interval: Interval, fields: readonly AttributionField[], filters: readonly Filter[]): Group[] {
    const { startMs, endMs } = interval;
    const groups = new Map<string, Group>();
    if (fields.length === 0) groups.set('', { words: [], totals: noTotals() });
    const add = (source: Source, from: number, to: number): void => {
      if (from < to) this.#addUp(groups, source, [from, to], fields, filters);
    };
    const firstSlot = Math.ceil(startMs / slotMs);
    const endSlot = Math.floor(endMs / slotMs);
    if (firstSlot < endSlot) {
      add(events, startMs, firstSlot * slotMs);
      add(rollup, firstSlot, endSlot);
      add(events, endSlot * slotMs, endMs);
    } else add(events, startMs, endMs);
    add(compactedRollup, firstSlot, Math.min(Math.ceil(endMs / slotMs), this.#endOfCompacted()));
    return [...groups.values()];
  }

  #addUp(
    groups: Map<string, Group>,
    source: Source,
    range: readonly [number, number],
    fields: readonly AttributionField[],
    filters: readonly Filter[],
  ): void {
    // Of a word that nothing has, as a run that has just begun, there is nothing to look for.
    const isKnown = (value: string): boolean => this.#attributions.wordId(value) !== undefined;
    if (!filters.every(({ values }) => values.some(isKnown))) return;
    if (source === events) this.#ensureEvents(...range);
    const keys = fields.map((field) => `a.${columnOf(field)}`);
    const wheres = filters.map(({ field }, place) => {
      const list = `(SELECT value FROM json_each(?${place + 7}))`;
      return ` AND a.${columnOf(field)} IN ${list}`;
    });
    const conditional = ['pricing', 'pricing', 'status', 'status'].map(
      (column, place) => `sum(${source.count}) FILTER (WHERE a.${column} = ?${place + 1})`,
    );
    const selected = [...keys, ...source.sums.map((sum) => `sum(${sum})`), ...conditional];
    const statement = this.#statement(
      `SELECT ${selected.join(', ')} FROM ${source.from} JOIN attribution a ON a.id = x.attribution ` +
        `WHERE ${source.within}${wheres.join('')}${keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`}`,
    );
    const marks = ['unpriced', 'estimated', 'error', 'retry'].map((word) => this.#attributions.wordId(word) ?? 0);
    const lists = filters.map(({ values }) =>
      JSON.stringify(values.map((value) => this.#attributions.wordId(value) ?? 0)),
    );
    statement.bind([...marks, ...range, ...lists]);
    while (statement.step()) addRow(groups, statement.get(), keys.length);
    statement.reset();
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const [oldest] = this.#statements;
    if (oldest !== undefined && this.#statements.size >= statementsKept) {
      oldest[1].free();
      this.#statements.delete(oldest[0]);
    }
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Runs once per group of every query: thousands of times, so it makes no lists that it does not keep. */
function addRow(groups: Map<string, Group>, values: readonly SqlValue[], keys: number): void {
  let key = '';
  for (let place = 0; place < keys; place += 1) key += `${asNumber(values[place])},`;
  let group = groups.get(key);
  if (group === undefined) {
    group = { words: values.slice(0, keys).map(asNumberOrNull), totals: noTotals() };
    groups.set(key, group);
  }
  const { totals } = group;
  const sum = (place: number): number => asNumber(values[keys + place]);
  totals.events += sum(0);
  totals.costNanos += sum(1);
  totals.input += sum(2);
  totals.output += sum(3);
  totals.cacheRead += sum(4);
  totals.cacheWrite5m += sum(5);
  totals.cacheWrite1h += sum(6);
  totals.reasoning += sum(7);
  totals.webSearches += sum(8);
  totals.durationMs += sum(9);
  totals.unpricedEvents += sum(10);
  totals.estimatedEvents += sum(11);
  totals.errorEvents += sum(12);
  totals.retryEvents += sum(13);
}
