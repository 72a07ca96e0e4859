/**
 * Answers from rows of sums in memory what `UsageQueries` answers from the database's, by the same rules: sums of whole
 * slots, single events where an interval begins or ends inside one, and what is settled at the begin of its slot.
 */
import { noTotals, type Interval, type LedgerQuery, type LedgerRow, type LedgerTotals } from '../protocol/query';
import { dimensions, type Dimension, type SourceId } from '../protocol/vocabulary';
import type { CircumstanceField, Circumstances } from './tables/circumstances';
import type { EventCopy } from './tables/eventCopy';
import type { GrainSums } from './queries/grainQuery';
import { slotMs } from './tables/schema';
import { addEvent, noSums, type Sums, type SumRow } from './queries/sums';
import type { DoubtfulModel } from './queries/usageQuery';

/** What an answer is made of. A row without events counts as none. */
export interface SumSource {
  /** Of the events with details. */
  rows(): Iterable<SumRow>;
  settledRows(): Iterable<SumRow>;
  /** With details; asked for only of a part of a slot. */
  events(fromMs: number, toMs: number): Iterable<EventCopy>;
}

interface Filter {
  field: CircumstanceField;
  values: readonly string[];
}

interface Group {
  values: (string | null)[];
  totals: LedgerTotals;
}

type Add = (circumstances: Circumstances, sums: Readonly<Sums>) => void;

/** Without dimensions there is one row per bucket, also of an empty one; with dimensions only groups with events. */
export function querySums(source: SumSource, query: LedgerQuery): LedgerRow[] {
  const filters = dimensions.flatMap((field): Filter[] => {
    const values = query.filter[field];
    return values === undefined ? [] : [{ field, values }];
  });
  return query.buckets.flatMap((bucket) =>
    groupsOf(source, bucket, query.dimensions, filters).map(({ values, totals }) => {
      const group: Partial<Record<Dimension, string | null>> = {};
      query.dimensions.forEach((dimension, place) => {
        group[dimension] = values[place] ?? null;
      });
      return { bucket: bucket.label, group, ...totals };
    }),
  );
}

export function doubtfulSums(source: SumSource, interval: Interval): DoubtfulModel[] {
  const filters = [{ field: 'pricing', values: ['unpriced', 'estimated'] }] as const;
  return groupsOf(source, interval, ['provider', 'model', 'pricing'], filters).map(({ values, totals }) => ({
    provider: values[0] ?? '',
    model: values[1] ?? '',
    pricing: values[2] === 'estimated' ? 'estimated' : 'unpriced',
    events: totals.events,
    tokens: totals.input + totals.output + totals.cacheRead + totals.cacheWrite5m + totals.cacheWrite1h,
  }));
}

export function lastEventMsOf(source: SumSource, id: SourceId): number | null {
  const slot = lastSlot(source.rows(), id) ?? lastSlot(source.settledRows(), id);
  if (slot === null) return null;
  let latest: number | null = null;
  for (const { circumstances, atMs } of source.events(slot * slotMs, (slot + 1) * slotMs)) {
    if (circumstances.get('source') === id && atMs > (latest ?? Number.NEGATIVE_INFINITY)) latest = atMs;
  }
  return latest ?? slot * slotMs;
}

/** Of one provider, by steps of `grainMs` and project. */
export function grainsOf(source: SumSource, interval: Interval, grainMs: number, provider: string): GrainSums[] {
  const { startMs, endMs } = interval;
  const grains = new Map<string, GrainSums>();
  const add = (atMs: number, circumstances: Circumstances, sums: Readonly<Sums>): void => {
    if (circumstances.get('provider') !== provider) return;
    const project = circumstances.get('project');
    const begin = Math.floor(atMs / grainMs) * grainMs;
    const key = `${begin} ${project ?? ''} ${String(project === null)}`;
    let grain = grains.get(key);
    if (grain === undefined) {
      grain = { startMs: begin, project, events: 0, tokens: 0, output: 0, costNanos: 0 };
      grains.set(key, grain);
    }
    grain.events += sums[0];
    grain.costNanos += sums[1];
    grain.tokens += sums[2] + sums[3] + sums[4] + sums[5] + sums[6];
    grain.output += sums[3];
  };
  const slots = [Math.ceil(startMs / slotMs), Math.ceil(endMs / slotMs)] as const;
  const addRows = (rows: Iterable<SumRow>): void => {
    for (const row of rowsWithin(rows, ...slots)) add(row.slot * slotMs, row.circumstances, row.sums);
  };
  if (grainMs % slotMs === 0 && startMs % slotMs === 0) addRows(source.rows());
  else for (const event of source.events(startMs, endMs)) add(event.atMs, event.circumstances, sumsOf(event));
  addRows(source.settledRows());
  return [...grains.values()];
}

function groupsOf(
  source: SumSource,
  { startMs, endMs }: Interval,
  fields: readonly CircumstanceField[],
  filters: readonly Filter[],
): Group[] {
  const { add, groups } = grouping(fields, filters);
  const addEvents = (fromMs: number, toMs: number): void => {
    if (fromMs >= toMs) return;
    for (const event of source.events(fromMs, toMs)) add(event.circumstances, sumsOf(event));
  };
  const addRows = (rows: Iterable<SumRow>, from: number, to: number): void => {
    for (const { circumstances, sums } of rowsWithin(rows, from, to)) add(circumstances, sums);
  };
  const firstSlot = Math.ceil(startMs / slotMs);
  const endSlot = Math.floor(endMs / slotMs);
  if (firstSlot < endSlot) {
    addEvents(startMs, firstSlot * slotMs);
    addRows(source.rows(), firstSlot, endSlot);
    addEvents(endSlot * slotMs, endMs);
  } else addEvents(startMs, endMs);
  addRows(source.settledRows(), firstSlot, Math.ceil(endMs / slotMs));
  return [...groups.values()];
}

/** Where sums of many rows come together; what the filters leave out is added nowhere. */
function grouping(
  fields: readonly CircumstanceField[],
  filters: readonly Filter[],
): { add: Add; groups: Map<string, Group> } {
  const groups = new Map<string, Group>();
  if (fields.length === 0) groups.set('[]', { values: [], totals: noTotals() });
  // Few circumstances have many rows.
  const known = new Map<Circumstances, LedgerTotals | null>();
  const totalsOf = (circumstances: Circumstances): LedgerTotals | null => {
    const matches = filters.every(({ field, values }) => {
      const value = circumstances.get(field);
      return value !== null && values.includes(value);
    });
    if (!matches) return null;
    const values = fields.map((field) => circumstances.get(field));
    const key = JSON.stringify(values);
    let group = groups.get(key);
    if (group === undefined) {
      group = { values, totals: noTotals() };
      groups.set(key, group);
    }
    return group.totals;
  };
  const add: Add = (circumstances, sums) => {
    let totals = known.get(circumstances);
    if (totals === undefined) {
      totals = totalsOf(circumstances);
      known.set(circumstances, totals);
    }
    if (totals !== null) addSums(totals, circumstances, sums);
  };
  return { add, groups };
}

function addSums(totals: LedgerTotals, circumstances: Circumstances, sums: Readonly<Sums>): void {
  const [events] = sums;
  totals.events += events;
  totals.costNanos += sums[1];
  totals.input += sums[2];
  totals.output += sums[3];
  totals.cacheRead += sums[4];
  totals.cacheWrite5m += sums[5];
  totals.cacheWrite1h += sums[6];
  totals.reasoning += sums[7];
  totals.webSearches += sums[8];
  totals.durationMs += sums[9];
  const pricing = circumstances.get('pricing');
  if (pricing === 'unpriced') totals.unpricedEvents += events;
  else if (pricing === 'estimated') totals.estimatedEvents += events;
  const status = circumstances.get('status');
  if (status === 'error') totals.errorEvents += events;
  else if (status === 'retry') totals.retryEvents += events;
}

function* rowsWithin(rows: Iterable<SumRow>, from: number, to: number): Generator<SumRow> {
  for (const row of rows) if (row.slot >= from && row.slot < to && row.sums[0] !== 0) yield row;
}

function lastSlot(rows: Iterable<SumRow>, id: SourceId): number | null {
  let last: number | null = null;
  for (const { slot, circumstances, sums } of rows) {
    const isLater = sums[0] !== 0 && slot > (last ?? Number.NEGATIVE_INFINITY);
    if (isLater && circumstances.get('source') === id) last = slot;
  }
  return last;
}

function sumsOf(event: EventCopy): Sums {
  const sums = noSums();
  addEvent(sums, event, 1);
  return sums;
}
