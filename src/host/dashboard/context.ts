/** What the dashboard needs of the window. Types only: it is known before the first paint, the rest is loaded later. */
import type { Memento, Uri } from 'vscode';
import type { DashboardSelection } from '../../protocol/dashboard/dashboard';
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import type { PageAction } from '../../protocol/dashboard/dashboardMessages';
import type { Log } from '../log';
import type { MeterModel } from '../meter/meterModel';
import type { AskEngine } from './ask';

export interface DashboardContext {
  extensionUri: Uri;
  model: MeterModel;
  /** Of the window's workspace. */
  memento: Memento;
  /** Of every window. */
  globalMemento: Memento;
  ask: AskEngine;
  now: () => number;
  log: Log;
  /** Shows what would change, and changes it when told to; answers whether it was. */
  applyInsight: (insight: Insight) => Promise<boolean>;
  run: (action: PageAction, selection: DashboardSelection) => void;
}
