/** The page's whole state, from what the window knows and what the engine answered. Pure. */
import { l10n } from 'vscode';
import type { DashboardFigures, DashboardSelection } from '../../protocol/dashboard/dashboard';
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import type { DashboardState } from '../../protocol/dashboard/dashboardMessages';
import type { LimitState } from '../../protocol/snapshot';
import type { Format } from '../../shared/format';
import { limitName, limitsNow, limitSource } from '../documents/limitWords';
import { importRatio, type MeterView } from '../meter/meterView';

export interface Answered {
  figures: DashboardFigures | null;
  /** Why there are no present figures, in words for the user. */
  failure: string | null;
  insights: readonly Insight[] | null;
}

export function dashboardState(
  view: MeterView,
  selection: DashboardSelection,
  { figures, failure, insights }: Answered,
  format: Format,
  nowMs: number,
): DashboardState {
  const { snapshot, engine } = view;
  return {
    selection,
    figures,
    failure: engine.kind === 'failed' || engine.kind === 'restarting' ? engine.reason : failure,
    currency: format.currency,
    ledgerEvents: snapshot?.ledgerEvents ?? null,
    sources: (snapshot?.sources ?? []).map(({ label, state, files, skippedLines, lastEventMs }) => ({
      label,
      state,
      files,
      skippedLines,
      lastEventMs,
    })),
    problems: (snapshot?.problems ?? []).map(({ severity, message }) => ({ severity, message })),
    importRatio: snapshot === null ? null : importRatio(snapshot),
    limits: (snapshot === null ? [] : limitsNow(snapshot, nowMs)).map((limit) => ({
      id: limit.id,
      kind: limit.kind,
      name: limitName(isForAll(limit) ? { ...limit, label: l10n.t('Everything') } : limit),
      measure: limit.measure,
      wholePeriod: isForAll(limit) && limit.measure === 'cost' ? limit.period : null,
      used: limit.used,
      limit: limit.limit,
      percent: limit.percent,
      pace: limit.pace,
      level: limit.level,
      resetsAtMs: limit.resetsAtMs,
      source: limitSource(limit, format, nowMs),
    })),
    alerts: (snapshot?.alerts ?? [])
      .map(({ id, level, message, firedAt }) => ({ id, level, message, atMs: Date.parse(firedAt) }))
      .toSorted((a, b) => b.atMs - a.atMs),
    insights: insights === null ? null : [...insights],
  };
}

/** Every other budget names what it is for. */
function isForAll({ kind, label }: LimitState): boolean {
  return kind === 'budget' && label === '';
}
