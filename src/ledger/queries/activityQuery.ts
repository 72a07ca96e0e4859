/**
 * Single calls and how long groups of them lasted, for those who look closer: one page of the calls that still have their
 * details, sorted. The sums say in which quarters of an hour there is something to find, so that a page of a million calls
 * touches only its own. Instants are epoch ms UTC; what a slot tells is exact to its 15 minutes.
 */
import type { Database, SqlValue } from 'sql.js';
import type { Interval } from '../../protocol/query';
import type { AttributionSet, AttributionTable } from '../tables/attributionSet';
import { slotMs } from '../tables/schema';
import { asNumber, asNumberOrNull } from '../tables/sqlValues';

export type ActivitySort = 'time' | 'cost' | 'tokens' | 'duration';

export interface ActivityPage {
  interval: Interval;
  /** `null`: every call. */
  matches: ((attribution: AttributionSet) => boolean) | null;
  sort: ActivitySort;
  descending: boolean;
  offset: number;
  limit: number;
}

export interface Activity {
  id: string;
  atMs: number;
  attribution: AttributionSet;
  costNanos: number | null;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
  webSearches: number;
  durationMs: number | null;
}

export interface Activities {
  total: number;
  /** Only so many of the latest were sorted; `null`: all. */
  sortedOf: number | null;
  rows: Activity[];
}

export interface Lifetime {
  run: string | null;
  session: string | null;
  firstMs: number;
  lastMs: number;
}

interface SlotCount {
  slot: number;
  events: number;
}

/** More than this takes too long to sort by what has no index. */
const mostSorted = 20_000;
/** Enough for a mean. */
const mostTimed = 5_000;

const order: Readonly<Record<ActivitySort, string>> = {
  time: 'x.at_ms',
  cost: 'x.cost_nanos',
  tokens: 'x.input + x.output + x.cache_read + x.cache_write_5m + x.cache_write_1h',
  duration: 'x.duration_ms',
};

export class ActivityQueries {
  readonly #db: Database;
  readonly #attributions: AttributionTable;

  constructor(db: Database, attributions: AttributionTable) {
    this.#db = db;
    this.#attributions = attributions;
  }

  page({ interval, matches, sort, descending, offset, limit }: ActivityPage): Activities {
    const attributions = matches === null ? null : JSON.stringify(this.#attributions.idsOf(matches));
    const slots = this.#slots(interval, attributions);
    const total = slots.reduce((sum, { events }) => sum + events, 0);
    if (sort === 'time') {
      const { chosen, skipped } = covering(descending ? slots : slots.toReversed(), offset, limit);
      const page = { chosen, order: order.time, descending, offset: offset - skipped, limit };
      return { total, sortedOf: null, rows: this.#rows(interval, attributions, page) };
    }
    const { chosen } = covering(slots, 0, mostSorted);
    const page = { chosen, order: order[sort], descending, offset, limit };
    const rows = this.#rows(interval, attributions, page);
    if (total <= mostSorted) return { total, sortedOf: null, rows };
    const sorted = chosen.reduce((sum, { events }) => sum + events, 0);
    return { total: sorted, sortedOf: sorted < total ? sorted : null, rows };
  }

  /** When the first and the last call of each run and session were. */
  lifetimes({ startMs, endMs }: Interval): Lifetime[] {
    const one = (table: string): string =>
      `SELECT a.run, a.session, min(x.slot), max(x.slot) FROM ${table} x JOIN attribution a ON a.id = x.attribution ` +
      'WHERE x.slot >= ?1 AND x.slot < ?2 GROUP BY a.run, a.session';
    const range = [Math.floor(startMs / slotMs), Math.ceil(endMs / slotMs)];
    const found = this.#db.exec(`${one('rollup')} UNION ALL ${one('settled_rollup')}`, range)[0]?.values ?? [];
    return found.map(([run, session, first, last]) => ({
      run: this.#word(run),
      session: this.#word(session),
      firstMs: asNumber(first) * slotMs,
      lastMs: (asNumber(last) + 1) * slotMs,
    }));
  }

  /** What the latest calls took on average, by provider; those that do not say how long they took count for nothing. */
  meanDurations({ startMs, endMs }: Interval): Map<string, number> {
    const latest =
      'SELECT attribution, duration_ms FROM event WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC LIMIT ?';
    const found = this.#db.exec(
      `SELECT a.provider, avg(x.duration_ms) FROM (${latest}) x JOIN attribution a ON a.id = x.attribution ` +
        'WHERE x.duration_ms IS NOT NULL GROUP BY a.provider',
      [startMs, endMs, mostTimed],
    );
    return new Map(
      (found[0]?.values ?? []).map(([provider, mean]) => [this.#word(provider) ?? '', Math.round(asNumber(mean))]),
    );
  }

  /** Those with calls that have details, the latest first. */
  #slots({ startMs, endMs }: Interval, attributions: string | null): SlotCount[] {
    const where = attributions === null ? '' : 'AND attribution IN (SELECT value FROM json_each(?3))';
    const found = this.#db.exec(
      `SELECT slot, sum(events) FROM rollup WHERE slot >= ?1 AND slot < ?2 ${where} GROUP BY slot ORDER BY slot DESC`,
      [Math.floor(startMs / slotMs), Math.ceil(endMs / slotMs), ...(attributions === null ? [] : [attributions])],
    );
    return (found[0]?.values ?? []).map(([slot, events]) => ({ slot: asNumber(slot), events: asNumber(events) }));
  }

  #rows(
    { startMs, endMs }: Interval,
    attributions: string | null,
    page: { chosen: readonly SlotCount[]; order: string; descending: boolean; offset: number; limit: number },
  ): Activity[] {
    const direction = page.descending ? 'DESC' : 'ASC';
    const where = attributions === null ? '' : 'AND x.attribution IN (SELECT value FROM json_each(?6))';
    const found = this.#db.exec(
      'SELECT x.id, x.at_ms, x.attribution, x.cost_nanos, x.input, x.output, x.cache_read, ' +
        'x.cache_write_5m + x.cache_write_1h, x.reasoning, x.web_searches, x.duration_ms ' +
        `FROM json_each(?1) s CROSS JOIN event x ON x.at_ms >= s.value * ${slotMs} AND x.at_ms < (s.value + 1) * ${slotMs} ` +
        // A plus keeps the index for the slots.
        `WHERE +x.at_ms >= ?2 AND +x.at_ms < ?3 ${where} ` +
        `ORDER BY ${page.order} ${direction} NULLS LAST, x.id ${direction} LIMIT ?4 OFFSET ?5`,
      [
        JSON.stringify(page.chosen.map(({ slot }) => slot)),
        startMs,
        endMs,
        page.limit,
        page.offset,
        ...(attributions === null ? [] : [attributions]),
      ],
    );
    return (found[0]?.values ?? []).map((values) => this.#read(values));
  }

  #read(values: readonly SqlValue[]): Activity {
    return {
      id: String(values[0]),
      atMs: asNumber(values[1]),
      attribution: this.#attributions.byId(asNumber(values[2])),
      costNanos: asNumberOrNull(values[3]),
      input: asNumber(values[4]),
      output: asNumber(values[5]),
      cacheRead: asNumber(values[6]),
      cacheWrite: asNumber(values[7]),
      reasoning: asNumber(values[8]),
      webSearches: asNumber(values[9]),
      durationMs: asNumberOrNull(values[10]),
    };
  }

  #word(value: SqlValue | undefined): string | null {
    const id = asNumberOrNull(value);
    return id === null ? null : this.#attributions.word(id);
  }
}

/** The slots in which the calls from `offset` to before `offset + limit` lie, and how many calls are before those slots. */
function covering(
  slots: readonly SlotCount[],
  offset: number,
  limit: number,
): { chosen: SlotCount[]; skipped: number } {
  const chosen: SlotCount[] = [];
  let before = 0;
  let skipped = 0;
  for (const slot of slots) {
    if (before >= offset + limit) break;
    if (before + slot.events > offset) chosen.push(slot);
    else skipped += slot.events;
    before += slot.events;
  }
  return { chosen, skipped };
}
