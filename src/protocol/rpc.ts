/**
 * The messages between a window and the engine, the same over the worker's port and over the socket between windows.
 * Requests, notifications, cancellation and progress are vscode-jsonrpc's.
 */
import { NotificationType, NotificationType0, RequestType, RequestType0 } from 'vscode-jsonrpc';
import * as z from 'zod';
import type { ApiResult } from './api';
import { apiCommands } from './commandNames';
import { workspaceLayerSchema } from './layers';
import type { BudgetEvent } from './budgetApi';
import { snapshotMethod } from './methods';
import type { MeterSnapshot } from './snapshot';

/** How a window introduces itself. Sent once, before anything else. */
export const helloSchema = z.object({
  /** When this window opened: the begin of its session. */
  sessionStartMs: z.number(),
  editor: z.string().max(200),
});
export type Hello = z.infer<typeof helloSchema>;

/** The commands of the API, and what only our own windows ask: `dashboard` takes a `DashboardCall`. */
export const engineCommands = [...apiCommands, 'dashboard'] as const;
export type EngineCommand = (typeof engineCommands)[number];

export const apiCallSchema = z.object({
  command: z.enum(engineCommands),
  argument: z.unknown().optional(),
  /** Of this call, however often it is asked again. */
  id: z.string().max(100).optional(),
});
export type ApiCall = z.infer<typeof apiCallSchema>;

export const engineSettingsSchema = z.object({
  /** IANA zone; empty for this machine's. */
  timezone: z.string(),
  claudeCode: z.boolean(),
  /** The user's configuration; absolute, need not exist. */
  configFile: z.string().min(1),
  /** Configurations of this window's folders. */
  workspaces: z.array(workspaceLayerSchema).max(100),
});
export type EngineSettings = z.infer<typeof engineSettingsSchema>;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export const logEntrySchema = z.object({ level: z.enum(logLevels), message: z.string() });
export type LogEntry = z.infer<typeof logEntrySchema>;

export const helloRequest = new RequestType<Hello, MeterSnapshot | null, void>('engine/hello');
export const apiRequest = new RequestType<ApiCall, ApiResult<unknown>, void>('engine/api');
/** Looks at every log at once, not only at what changed; answers when all is in the ledger. */
export const refreshRequest = new RequestType0<MeterSnapshot, void>('engine/refresh');
/** Stops a running import where it stands; `refresh` or the next start goes on from there. */
export const pauseImportRequest = new RequestType0<null, void>('engine/pauseImport');
export const shutdownRequest = new RequestType0<null, void>('engine/shutdown');

/** Sends a new snapshot, as at midnight; reads nothing for it, and lets a paused import be. */
export const lookNotification = new NotificationType0('engine/look');
export const settingsNotification = new NotificationType<EngineSettings>('engine/settings');
export const snapshotNotification = new NotificationType<MeterSnapshot>(snapshotMethod);
export const budgetEventNotification = new NotificationType<BudgetEvent>('engine/budgetEvent');
export const logNotification = new NotificationType<LogEntry>('engine/log');
