/** A file of a period's usage under the page's filters; its rows add up to the page's total to the nano-dollar. */
import { exportFormatters } from '../../domain/export/formats';
import type { ExportRow } from '../../domain/export/exportRow';
import { buckets, labelOf, PeriodError } from '../../domain/time/period';
import type { DashboardExport, DashboardSelection, ExportFormat } from '../../protocol/dashboard/dashboard';
import type { Bucket, Interval } from '../../protocol/query';
import { invalid } from '../support/failure';
import type { View } from '../support/view';
import type { DashboardSource } from './source';
import { intervalOfSelection } from './dashboardInterval';
import { rowsOf, tiersAt, type Row } from './rows';

const dimensions = ['provider', 'model', 'project', 'agent', 'user', 'team'] as const;

export function exportFile(
  { period, filter }: DashboardSelection,
  format: ExportFormat,
  view: View,
  nowMs: number,
  source: DashboardSource,
): DashboardExport {
  const interval = intervalOfSelection(period, nowMs, view.timezone);
  const spans = days(interval, view.timezone);
  const byLabel = new Map(spans.map((span) => [span.label, span]));
  const rows = rowsOf(source, tiersAt(nowMs, source), spans, dimensions, filter).map((row) =>
    toExportRow(row, byLabel.get(row.bucket) ?? { ...interval, label: row.bucket }),
  );
  rows.sort((a, b) => a.startMs - b.startMs || b.costNanos - a.costNanos);
  const formatter = exportFormatters[format];
  const first = labelOf(interval.startMs, 'day', view.timezone);
  const last = labelOf(Math.max(interval.startMs, interval.endMs - 1), 'day', view.timezone);
  return {
    fileName: `agent-meter_${first}_${last}${formatter.suffix}`,
    text: formatter.write({ rows, ...interval, timezone: view.timezone, filter, nowMs }),
    rows: rows.length,
    costNanos: rows.reduce((sum, { costNanos }) => sum + costNanos, 0),
  };
}

function days(interval: Interval, zone: string): Bucket[] {
  try {
    return buckets(interval, 'day', zone);
  } catch (error) {
    if (error instanceof PeriodError) throw invalid({ path: 'selection.period', message: error.message });
    throw error;
  }
}

function toExportRow({ group, sums }: Row, span: Bucket): ExportRow {
  return {
    date: span.label,
    startMs: span.startMs,
    endMs: span.endMs,
    provider: group.provider ?? null,
    model: group.model ?? null,
    tier: group.tier ?? null,
    project: group.project ?? null,
    agent: group.agent ?? null,
    user: group.user ?? null,
    team: group.team ?? null,
    requests: sums.events,
    unpricedRequests: sums.unpricedEvents,
    input: sums.input,
    output: sums.output,
    cacheRead: sums.cacheRead,
    cacheWrite: sums.cacheWrite5m + sums.cacheWrite1h,
    costNanos: sums.costNanos,
  };
}
