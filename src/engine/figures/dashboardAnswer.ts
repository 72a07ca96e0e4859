/** What the dashboard asks, answered from the ledger. */
import { dashboardCallSchema, type DashboardAnswers } from '../../protocol/dashboard/dashboard';
import { parseArgument } from '../support/argument';
import type { View } from '../support/view';
import { exportFile } from './exportFile';
import { figures } from './dashboardFigures';
import { insights } from './dashboardInsights';
import { requests } from './dashboardRequests';
import type { DashboardSource } from './source';

export function dashboard(
  argument: unknown,
  view: View,
  nowMs: number,
  source: DashboardSource,
): DashboardAnswers[keyof DashboardAnswers] {
  const call = parseArgument(dashboardCallSchema, argument);
  switch (call.ask) {
    case 'figures':
      return figures(call.selection, view, nowMs, source);
    case 'requests':
      return requests(call.selection, call.page, view, nowMs, source);
    case 'insights':
      return insights(nowMs, source);
    case 'export':
      return exportFile(call.selection, call.format, view, nowMs, source);
  }
}
