/**
 * The messages between a window and the engine, the same over the worker's port and over the socket between windows.
 * Requests, notifications, cancellation and progress are vscode-jsonrpc's. Without schemas, which a start has no use for.
 */
import { NotificationType, NotificationType0, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ApiResult } from './api/api';
import type { BudgetEvent } from './api/budgetApi';
import type { ApiCall, EngineSettings, LogEntry } from './rpc';
import type { MeterSnapshot } from './snapshot';

/** First of all, by which a window learns that its engine is there: answers the last picture, if there is one yet. */
export const helloRequest = new RequestType0<MeterSnapshot | null, void>('engine/hello');
export const apiRequest = new RequestType<ApiCall, ApiResult<unknown>, void>('engine/api');
/** Looks at every log at once, not only at what changed; answers when all is in the ledger. */
export const refreshRequest = new RequestType0<MeterSnapshot, void>('engine/refresh');
/** Stops a running import where it stands; `refresh` or the next start goes on from there. */
export const pauseImportRequest = new RequestType0<null, void>('engine/pauseImport');
/** Of the requests for work of work.ts. */
export const repriceMethod = 'engine/reprice';
export const rebuildMethod = 'engine/rebuild';
export const updatePricesMethod = 'engine/updatePrices';
export const shutdownRequest = new RequestType0<null, void>('engine/shutdown');

/** Sends a new snapshot, as at midnight; reads nothing for it, and lets a paused import be. */
export const lookNotification = new NotificationType0('engine/look');
export const settingsNotification = new NotificationType<EngineSettings>('engine/settings');
export const snapshotNotification = new NotificationType<MeterSnapshot>('engine/snapshot');
export const budgetEventNotification = new NotificationType<BudgetEvent>('engine/budgetEvent');
export const logNotification = new NotificationType<LogEntry>('engine/log');
