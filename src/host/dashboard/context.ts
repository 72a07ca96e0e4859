/** What the dashboard needs of the window. Types only: it is known before the first paint, the rest is loaded later. */
import type { Memento, Uri } from 'vscode';
import type { DashboardSelection } from '../../protocol/dashboard';
import type { PageAction } from '../../protocol/dashboardMessages';
import type { Log } from '../log';
import type { MeterModel } from '../meterModel';
import type { AskEngine } from './ask';

export interface DashboardContext {
  extensionUri: Uri;
  model: MeterModel;
  /** Of the window's workspace. */
  memento: Memento;
  ask: AskEngine;
  now: () => number;
  log: Log;
  run: (action: PageAction, selection: DashboardSelection) => void;
}
