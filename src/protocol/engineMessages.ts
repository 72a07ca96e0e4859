/**
 * What a window and its engine tell each other beside the requests of engineRequests.ts, over the worker's port; snapshots and
 * events of budgets go over the socket between processes, too. Without schemas, which a start has no use for.
 */
import { NotificationType, NotificationType0, RequestType0 } from 'vscode-jsonrpc';
import type { BudgetEvent } from './api/budgetApi';
import type { EngineSettings, LogEntry } from './rpc';
import type { MeterSnapshot } from './snapshot';

/** First of all, by which a window learns that its engine is there: answers the last picture, if there is one yet. */
export const helloRequest = new RequestType0<MeterSnapshot | null, void>('engine/hello');
export const shutdownRequest = new RequestType0<null, void>('engine/shutdown');

/** Sends a new snapshot, as at midnight; reads nothing for it, and lets a paused import be. */
export const lookNotification = new NotificationType0('engine/look');
export const settingsNotification = new NotificationType<EngineSettings>('engine/settings');
export const snapshotNotification = new NotificationType<MeterSnapshot>('engine/snapshot');
export const budgetEventNotification = new NotificationType<BudgetEvent>('engine/budgetEvent');
export const logNotification = new NotificationType<LogEntry>('engine/log');
