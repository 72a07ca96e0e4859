/** The page's whole state, from what the window knows and what the engine answered. Pure. */
import type { DashboardFigures, DashboardSelection } from '../../protocol/dashboard';
import { limitsSchema, type DashboardState } from '../../protocol/dashboardMessages';
import { importRatio, type MeterView } from '../meterView';

export interface Answered {
  figures: DashboardFigures | null;
  /** Why there are no present figures, in words for the user. */
  failure: string | null;
}

export function dashboardState(
  view: MeterView,
  selection: DashboardSelection,
  { figures, failure }: Answered,
): DashboardState {
  const { snapshot, engine } = view;
  const limits = limitsSchema.safeParse(snapshot ?? {});
  return {
    selection,
    figures,
    failure: engine.kind === 'failed' || engine.kind === 'restarting' ? engine.reason : failure,
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
    limits: limits.success ? limits.data : { budgets: [], quotas: [], alerts: [] },
  };
}
