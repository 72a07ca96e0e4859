/** The complete picture that windows show, computed from the ledger for one view (time zone and session). */
import { billedIn, billingModeOf, type Payment } from '../../domain/prices/billing';
import { forecast } from '../../domain/budgets/forecast';
import { usdFromNanos } from '../../shared/money';
import { intervalOf } from '../../domain/time/period';
import type { Configuration } from '../../protocol/configuration';
import type { Interval, LedgerRow } from '../../protocol/query';
import type { SourceProgress } from '../../protocol/reader';
import type { LimitState, MeterSnapshot, Problem, SourceState } from '../../protocol/snapshot';
import { type Dimension, snapshotVersion, type SourceId } from '../../protocol/vocabulary';
import { sum, toTotals } from '../../domain/totals';
import { tightestFirst } from '../quotas/toApi';
import type { View } from '../support/view';
import type { LedgerQuery } from '../../protocol/query';

interface Doubtful {
  provider: string;
  model: string;
  pricing: 'unpriced' | 'estimated';
  events: number;
  tokens: number;
}

export interface SnapshotInputs {
  ledger: {
    query(query: LedgerQuery): LedgerRow[];
    doubtful(interval: Interval): Doubtful[];
    eventCount(): number;
    lastEventMs(source: SourceId): number | null;
  } | null;
  sources: readonly SourceProgress[];
  problems: readonly Problem[];
  /** As the window sees it. */
  configuration: (Payment & Pick<Configuration, 'currency'>) | null;
  /** In any order. */
  limits: readonly LimitState[];
  alerts: MeterSnapshot['alerts'];
  overrides: MeterSnapshot['overrides'];
  notice: string | null;
  skippedLines: ReadonlyMap<SourceId, number>;
  ledgerDirectory: string;
}

const hourMs = 3_600_000;
/** More than anybody has at work in a day. */
const mostAgents = 20;

/** Less than this is read before anybody could see a progress. */
const worthShowing = 4 << 20;

export function takeSnapshot(inputs: SnapshotInputs, view: View, nowMs: number): MeterSnapshot {
  const { ledger } = inputs;
  const day = intervalOf('today', nowMs, view.timezone, view.sessionStartMs);
  const month = intervalOf('month', nowMs, view.timezone, view.sessionStartMs);
  const session = intervalOf('session', nowMs, view.timezone, view.sessionStartMs);
  const todaysRows = spendIn(inputs, day);
  const monthsRows = spendIn(inputs, month);
  const doubtful = ledger?.doubtful(month) ?? [];
  const withPricing = (pricing: Doubtful['pricing']): MeterSnapshot['unpriced'] =>
    doubtful
      .filter((one) => one.pricing === pricing)
      .map(({ provider, model, events, tokens }) => ({ provider, model, events, tokens }));
  return {
    version: snapshotVersion,
    asOfMs: nowMs,
    timezone: view.timezone,
    currency: inputs.configuration?.currency ?? { code: 'USD', perUsd: 1 },
    day,
    today: spendOf(todaysRows),
    month: spendOf(monthsRows),
    agents: agentsOf(inputs, day),
    burn: burnOf(inputs, day, sum(todaysRows).costNanos, nowMs),
    session: {
      startMs: view.sessionStartMs,
      total: toTotals(sum(ledger?.query({ buckets: [{ ...session, label: '' }], dimensions: [], filter: {} }) ?? [])),
    },
    limits: tightestFirst(inputs.limits),
    alerts: inputs.alerts,
    overrides: inputs.overrides,
    notice: inputs.notice,
    billed: billedOf(
      inputs.configuration,
      { today: todaysRows, month: monthsRows, day, wholeMonth: month },
      view.timezone,
      nowMs,
    ),
    unpriced: withPricing('unpriced'),
    estimated: withPricing('estimated'),
    sources: inputs.sources.map((source) => stateOf(source, inputs)),
    import: importOf(inputs.sources),
    problems: [...inputs.problems],
    ledgerOpen: ledger !== null,
    ledgerDirectory: inputs.ledgerDirectory,
    ledgerEvents: ledger?.eventCount() ?? 0,
  };
}

/** Where no ledger can be opened, or none at all be claimed: only why. */
export function pictureWithout(
  { id, message }: Pick<Problem, 'id' | 'message'>,
  ledgerDirectory: string,
  view: View,
  nowMs: number,
): MeterSnapshot {
  const problems = [{ id, severity: 'error', message } as const];
  return takeSnapshot(
    {
      ledger: null,
      sources: [],
      problems,
      configuration: null,
      limits: [],
      alerts: [],
      overrides: [],
      notice: null,
      skippedLines: new Map(),
      ledgerDirectory,
    },
    view,
    nowMs,
  );
}

function spendIn(inputs: SnapshotInputs, interval: Interval, by: readonly Dimension[] = ['provider']): LedgerRow[] {
  return inputs.ledger?.query({ buckets: [{ ...interval, label: '' }], dimensions: by, filter: {} }) ?? [];
}

function agentsOf(inputs: SnapshotInputs, day: Interval): MeterSnapshot['agents'] {
  return spendIn(inputs, day, ['agent'])
    .toSorted((a, b) => b.costNanos - a.costNanos)
    .slice(0, mostAgents)
    .map(({ group, costNanos }) => ({ agent: group.agent ?? null, costUsd: usdFromNanos(costNanos) }));
}

function burnOf(inputs: SnapshotInputs, day: Interval, todayNanos: number, nowMs: number): MeterSnapshot['burn'] {
  const lastHour = spendIn(inputs, { startMs: nowMs - hourMs, endMs: nowMs + 1 }, []);
  const projected = forecast(day, todayNanos, Number.POSITIVE_INFINITY, nowMs)?.projected ?? null;
  return {
    lastHourUsd: usdFromNanos(sum(lastHour).costNanos),
    projectedUsd: projected === null ? null : usdFromNanos(projected),
  };
}

function spendOf(rows: readonly LedgerRow[]): MeterSnapshot['today'] {
  return {
    total: toTotals(sum(rows)),
    byProvider: rows
      .toSorted((a, b) => b.costNanos - a.costNanos || b.events - a.events)
      .map((row) => ({ provider: providerOf(row), total: toTotals(row) })),
  };
}

function providerOf({ group }: LedgerRow): string {
  return group.provider ?? 'unknown';
}

function billedOf(
  payment: Payment | null,
  spent: { today: readonly LedgerRow[]; month: readonly LedgerRow[]; day: Interval; wholeMonth: Interval },
  zone: string,
  nowMs: number,
): MeterSnapshot['billed'] {
  if (payment === null) return { todayUsd: 0, monthUsd: 0, modes: [] };
  const usd = (interval: Interval, rows: readonly LedgerRow[]): number => {
    const usage = rows.map((row) => ({ provider: providerOf(row), costNanos: row.costNanos }));
    return usdFromNanos(billedIn(interval, zone, nowMs, payment, usage).totalNanos);
  };
  return {
    todayUsd: usd(spent.day, spent.today),
    monthUsd: usd(spent.wholeMonth, spent.month),
    modes: spent.month.map((row) => ({ provider: providerOf(row), mode: billingModeOf(providerOf(row), payment) })),
  };
}

function stateOf(source: SourceProgress, inputs: SnapshotInputs): SourceState {
  return {
    id: source.source,
    label: source.label,
    state: source.state,
    files: source.files,
    skippedLines: inputs.skippedLines.get(source.source) ?? 0,
    lastEventMs: inputs.ledger?.lastEventMs(source.source) ?? null,
  };
}

function importOf(sources: readonly SourceProgress[]): MeterSnapshot['import'] {
  const scans = sources.flatMap(({ scan }) => (scan === null ? [] : [scan]));
  if (scans.length === 0) return null;
  const total = scans.reduce((a, b) => ({
    filesDone: a.filesDone + b.filesDone,
    filesTotal: a.filesTotal + b.filesTotal,
    bytesDone: a.bytesDone + b.bytesDone,
    bytesTotal: a.bytesTotal + b.bytesTotal,
  }));
  return total.bytesTotal >= worthShowing ? total : null;
}
